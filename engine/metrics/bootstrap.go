package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/parallel"
	"example.com/engine/random"
)

// Bootstrap holds the settings of intervals by resampling: units are drawn with
// replacement, as many as there are, and each draw gives one value of a metric (Efron
// and Tibshirani, An Introduction to the Bootstrap, 1993). A unit is a row, or all rows
// of a group, or a block of time: see [Data].
//
// The standard error is the larger of that of the draws and that of the jackknife, on a
// scale where the metric is nearer to normal (see scale). The interval reaches as many
// of them to both sides as Student's t says; the degrees of freedom are fewer than those
// of the units if some tell much more than others (see freedom).
//
// Note: percentiles of the draws, also those of BCa (Efron 1987), are too narrow for few
// units: of 10 groups, 95 % intervals held 78 to 91 % where this one holds 92 to 97 %.
// Bootstrap-t, which estimates the error of each draw, was worse for groups of unequal
// size, and now and then a thousand times as wide. See TestClaimIntervals.
//
// The interval says how far the metric could move on other units of the same kind. It
// does not know of another training run, nor of a change in the data. max_error is the
// exception: no resample exceeds the largest error.
type Bootstrap struct {
	Resamples int     `yaml:"resamples" json:"resamples" validate:"gte=100,lte=1000000"`
	Level     float64 `yaml:"level" json:"level" validate:"gt=0,lt=1"` // probability to hold the truth
}

// NewBootstrap returns the defaults.
func NewBootstrap() Bootstrap { return Bootstrap{Resamples: 1000, Level: 0.95} }

// LeastUnits is how many units of one size an interval needs, or unequal ones that are
// worth as many: with fewer, none is right.
const LeastUnits = 10

// measure is a metric prepared for rows, with the scale of its interval.
type measure struct {
	score Scorer
	scale scale
	units units
}

// Intervals returns an interval for each metric on the same resamples.
func (b Bootstrap) Intervals(ctx context.Context, d Data, metrics []Metric, seed uint64) ([]Interval, error) {
	d.check()
	list := make([]measure, len(metrics))
	for k, m := range metrics {
		list[k] = measure{score: m.Prepare(d), scale: m.scale()}
	}
	out, err := b.intervals(ctx, d, list, seed)
	for k, m := range metrics[:len(out)] {
		out[k].cut(m.within(d))
	}
	return out, err
}

func (b Bootstrap) intervals(ctx context.Context, d Data, list []measure, seed uint64) ([]Interval, error) {
	b.setUnits(d, list)
	values, err := b.resample(ctx, d, list, seed)
	if err != nil {
		return nil, err
	}
	out := make([]Interval, len(list))
	parallel.For(len(list), func(k int) { out[k] = b.interval(list[k], values[k], seed) })
	return out, ctx.Err()
}

// setUnits sets the units of each measure: blocks of time are as long as it asks for.
func (b Bootstrap) setUnits(d Data, list []measure) {
	shared := newUnits(d)
	parallel.For(len(list), func(k int) {
		if list[k].units = shared; d.Time != nil && len(d.Y) > 0 {
			list[k].units = blocks(d, list[k].score)
		}
	})
}

// resample returns the values of each measure on each resample.
func (b Bootstrap) resample(ctx context.Context, d Data, list []measure, seed uint64) ([][]float64, error) {
	values := make([][]float64, len(list))
	for k := range values {
		values[k] = slices.Repeat([]float64{math.NaN()}, b.Resamples)
	}
	if len(d.Y) == 0 {
		return values, ctx.Err()
	}
	weights := sync.Pool{New: func() any { w := make([]float64, len(d.Y)); return &w }}
	parallel.For(b.Resamples, func(r int) {
		if ctx.Err() != nil {
			return
		}
		w := weights.Get().(*[]float64)
		defer weights.Put(w)
		for k, m := range list {
			if k == 0 || d.Time != nil {
				m.units.draw(*w, random.New(seed, "resample "+strconv.Itoa(r)))
			}
			values[k][r] = m.score(*w)
		}
	})
	return values, ctx.Err()
}

// interval makes one of the values on the resamples.
func (b Bootstrap) interval(m measure, values []float64, seed uint64) Interval {
	u := m.units
	out := Interval{Estimate: m.score(u.base), Low: math.NaN(), High: math.NaN(), StdErr: math.NaN(), Units: u.count, Kind: u.kind}
	defined := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	out.Undefined = len(values) - len(defined)
	out.StdErr = deviation(defined)
	worth := u.effective()
	if worth < float64(u.least)-1e-9 {
		out.None = tooFew(u, worth)
		return out
	}
	left := u.leaveOut(m.score, seed)
	parts := float64(len(left))
	se := max(deviation(m.scale.all(defined)), deviation(left)*m.scale.slope(out.Estimate)*(parts-1)/math.Sqrt(parts))
	switch centre := m.scale.to(out.Estimate); {
	case se == 0 && m.scale.ends, math.IsInf(centre, 0):
		out.None = "all " + u.kind + " tell the same"
	case math.IsNaN(se), slices.ContainsFunc(left, math.IsNaN):
		out.None = "it is undefined without one of the " + u.kind
	default:
		reach := student(freedom(left, worth)).Quantile((1+b.Level)/2) * se
		out.Low, out.High = m.scale.from(centre-reach), m.scale.from(centre+reach)
	}
	return out
}

func tooFew(u units, worth float64) string {
	unequal := ""
	if worth < float64(u.count)-0.5 {
		unequal = fmt.Sprintf(" of unequal size, worth %.1f of one size", worth)
	}
	return fmt.Sprintf("too few %s: %d%s, and it takes %d", u.kind, u.count, unequal, u.least)
}

// freedom is the degrees of freedom of a variance estimated from the values without
// each unit: those of the chi-squared distribution with the variance of the estimate,
// which grows with the kurtosis of what the units tell (Satterthwaite 1946; O'Neill
// 2014, "Some useful moment results in sampling problems"), and at most one less than
// the equal units that they are worth. A small sample's kurtosis is too small, for which
// it is one part fewer.
func freedom(left []float64, worth float64) float64 {
	n, mean, squares, fourth := float64(len(left)), weighted(left, nil), 0.0, 0.0
	for _, v := range left {
		d := (v - mean) * (v - mean)
		squares += d
		fourth += float64(d * d)
	}
	most := min(n, worth) - 1
	if squares > 0 {
		kurtosis := n * fourth / (squares * squares)
		most = min(most, 2*n/(kurtosis-(n-3)/(n-1)))
	}
	return max(1, most*(1-1/n))
}

// student is Student's t with these degrees of freedom.
func student(freedom float64) distuv.StudentsT { return distuv.StudentsT{Sigma: 1, Nu: freedom} }

// deviation is the standard deviation, NaN for fewer than two values.
func deviation(v []float64) float64 {
	return math.Sqrt(variance(v, nil) * float64(len(v)) / float64(len(v)-1))
}
