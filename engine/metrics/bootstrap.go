package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/random"
)

// Bootstrap holds the settings of intervals by resampling: rows are drawn
// with replacement, as many as there are, and each draw gives one value of a
// metric (Efron and Tibshirani, An Introduction to the Bootstrap, 1993).
//
// The interval says how far the metric could move on other rows of the same
// kind. It does not know of another training run, nor of a change in the data.
// max_error is the exception: no resample exceeds the largest error, so its
// interval is only a lower bound.
type Bootstrap struct {
	Resamples int     `yaml:"resamples" json:"resamples" validate:"gte=100,lte=1000000"`
	Level     float64 `yaml:"level" json:"level" validate:"gt=0,lt=1"` // share of the resamples inside
	// Method is percentile, or bca: bias-corrected and accelerated, which is
	// more accurate where the metric's distribution is skewed, at the cost of
	// a leave-one-out pass over at most 1,000 parts of the rows.
	Method string `yaml:"method" json:"method" validate:"oneof=percentile bca"`
}

// NewBootstrap returns the defaults.
func NewBootstrap() Bootstrap {
	return Bootstrap{Resamples: 1000, Level: 0.95, Method: "percentile"}
}

// Interval is a metric with its uncertainty.
type Interval struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	StdErr   float64 `json:"std_err"` // standard deviation of the resamples
	// Undefined counts resamples in which the metric was NaN, as the ROC AUC
	// where one class was not drawn. They are left out.
	Undefined int `json:"undefined,omitempty"`
}

// Defined tells whether all of the interval's numbers are finite. JSON can't
// hold the others.
func (i Interval) Defined() bool {
	infinite := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	return !slices.ContainsFunc([]float64{i.Estimate, i.Low, i.High, i.StdErr}, infinite)
}

// Intervals returns an interval for each metric on the same resamples.
func (b Bootstrap) Intervals(ctx context.Context, d Data, metrics []Metric, seed uint64) ([]Interval, error) {
	d.check()
	score := make([]Scorer, len(metrics))
	for k, m := range metrics {
		score[k] = m.Prepare(d)
	}
	return b.intervals(ctx, d, score, seed)
}

func (b Bootstrap) intervals(ctx context.Context, d Data, score []Scorer, seed uint64) ([]Interval, error) {
	values, err := b.resample(ctx, d, score, seed)
	if err != nil {
		return nil, err
	}
	out := make([]Interval, len(score))
	parallel.For(len(score), func(k int) {
		out[k] = b.interval(newUnits(d), score[k], d.W, values[k])
	})
	return out, ctx.Err()
}

// resample returns the values of each Scorer on each resample.
func (b Bootstrap) resample(ctx context.Context, d Data, score []Scorer, seed uint64) ([][]float64, error) {
	values := make([][]float64, len(score))
	for k := range values {
		values[k] = make([]float64, b.Resamples)
		if len(d.Y) == 0 {
			values[k] = slices.Repeat([]float64{math.NaN()}, b.Resamples)
		}
	}
	if len(d.Y) == 0 {
		return values, ctx.Err()
	}
	u := newUnits(d)
	weights := sync.Pool{New: func() any { w := make([]float64, len(d.Y)); return &w }}
	parallel.For(b.Resamples, func(r int) {
		if ctx.Err() != nil {
			return
		}
		w := weights.Get().(*[]float64)
		defer weights.Put(w)
		u.draw(*w, random.New(seed, "resample "+strconv.Itoa(r)))
		for k, s := range score {
			values[k][r] = s(*w)
		}
	})
	return values, ctx.Err()
}

// interval makes one of the values on the resamples.
func (b Bootstrap) interval(u units, score Scorer, w, values []float64) Interval {
	out := Interval{Estimate: score(w)}
	defined := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	out.Undefined = len(values) - len(defined)
	slices.Sort(defined)
	low, high := (1-b.Level)/2, (1+b.Level)/2
	if b.Method == "bca" {
		low, high = u.bca(score, defined, out.Estimate, low, high)
	}
	out.Low, out.High = quantile.Linear(defined, low), quantile.Linear(defined, high)
	out.StdErr = deviation(defined)
	return out
}

// deviation is the standard deviation, NaN for fewer than two values.
func deviation(v []float64) float64 {
	return math.Sqrt(variance(v, nil) * float64(len(v)) / float64(len(v)-1))
}

// units is what a bootstrap draws: rows, or groups of rows.
type units struct {
	count int
	group []int // the unit of each row; nil if each row is its own
	base  []float64
	rows  int
}

func newUnits(d Data) units {
	u := units{count: len(d.Y), base: d.W, rows: len(d.Y)}
	if d.Groups == nil {
		return u
	}
	number := map[int]int{}
	u.group = make([]int, len(d.Groups))
	for i, g := range d.Groups {
		if _, seen := number[g]; !seen {
			number[g] = len(number)
		}
		u.group[i] = number[g]
	}
	u.count = len(number)
	return u
}

// draw writes to w how often each row is drawn, times its weight.
func (u units) draw(w []float64, rng *rand.Rand) {
	counts := w
	if u.group != nil {
		counts = make([]float64, u.count)
	}
	clear(counts)
	for range u.count {
		counts[rng.IntN(u.count)]++
	}
	u.spread(w, counts)
}

// spread writes to w the count of each row's unit times its weight. Where the
// rows are the units, counts may be w.
func (u units) spread(w, counts []float64) {
	for i := range w {
		unit := i
		if u.group != nil {
			unit = u.group[i]
		}
		w[i] = counts[unit]
		if u.base != nil {
			w[i] *= u.base[i]
		}
	}
}

// jackknifeParts bounds the parts that are left out in turn.
const jackknifeParts = 1000

// bca moves the two shares at which the sorted values are cut, by the bias of
// the values against the estimate and by how the metric's spread changes with
// its size (Efron 1987, "Better bootstrap confidence intervals"). Where either
// can't be told, it returns the shares as they are.
func (u units) bca(score Scorer, sorted []float64, estimate, low, high float64) (float64, float64) {
	below := sort.SearchFloat64s(sorted, estimate)
	upTo := sort.Search(len(sorted), func(i int) bool { return sorted[i] > estimate })
	normal := distuv.UnitNormal
	bias := normal.Quantile(float64(below+upTo) / 2 / float64(len(sorted)))
	if math.IsNaN(bias) || math.IsInf(bias, 0) {
		return low, high
	}
	a := u.acceleration(score)
	move := func(share float64) float64 {
		z := bias + normal.Quantile(share)
		return normal.CDF(bias + z/(1-a*z))
	}
	return move(low), move(high)
}

// acceleration is the skewness of the metric's influence by leaving out each
// unit, or each of 1,000 parts of the units, dealt out in turn; 0 if it is
// undefined.
func (u units) acceleration(score Scorer) float64 {
	parts := min(u.count, jackknifeParts)
	left, w, counts := make([]float64, parts), make([]float64, u.rows), make([]float64, u.count)
	for p := range left {
		for unit := range counts {
			counts[unit] = 1
			if unit%parts == p {
				counts[unit] = 0
			}
		}
		u.spread(w, counts)
		left[p] = score(w)
	}
	mean := weighted(left, nil)
	squares, cubes := 0.0, 0.0
	for _, v := range left {
		squares += (mean - v) * (mean - v)
		cubes += (mean - v) * (mean - v) * (mean - v)
	}
	a := cubes / (6 * math.Pow(squares, 1.5))
	if math.IsNaN(a) || math.IsInf(a, 0) {
		return 0
	}
	return a
}
