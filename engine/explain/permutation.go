package explain

import (
	"context"
	"fmt"
	"math"
	"slices"

	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/random"
)

// Permutation holds the settings of permutation importance: how much worse a
// model's score becomes when the values of a column, or of several columns
// together, are dealt out anew among the rows (Breiman 2001, Random Forests;
// Fisher, Rudin and Dominici 2019).
//
// Columns that tell much the same stand in for each other, so that each seems
// to matter little: shuffle them together.
type Permutation struct {
	Repeats   int     `yaml:"repeats" json:"repeats" validate:"gte=1,lte=1000"`
	Resamples int     `yaml:"resamples" json:"resamples" validate:"gte=20,lte=100000"`
	Level     float64 `yaml:"level" json:"level" validate:"gt=0,lt=1"` // of the intervals
}

// NewPermutation returns the defaults.
func NewPermutation() Permutation { return Permutation{Repeats: 5, Resamples: 200, Level: 0.95} }

// Importance is how much a score falls when a column is shuffled.
type Importance struct {
	Mean    float64   `json:"mean"`    // over the repeats
	StdDev  float64   `json:"std_dev"` // of the repeats: the luck of the shuffle
	Repeats []float64 `json:"repeats"`
	// Low and High bound the mean's percentile interval on resamples of the
	// rows: what other rows of the same kind might show, and it.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Model is what the importance of columns is asked of. D is its predictions for
// the rows, beside whatever the score compares them with.
type Model[D any] struct {
	Rows    int
	Columns int // or groups of columns
	// Shuffled predicts with the column's values taken from other rows: row i
	// has that of row order[i].
	Shuffled func(column int, order []int) (D, error)
	// Score measures predictions, greater is better. Row i counts weights[i]
	// times; nil means once each.
	Score func(d D, weights []float64) float64
}

// Importances returns that of each column. plain are the predictions for the
// rows as they are.
func Importances[D any](ctx context.Context, p Permutation, m Model[D], plain D, seed uint64) ([]Importance, error) {
	return importances(ctx, p, m, plain, seed, func(column, repeat int) []int {
		return random.New(seed, fmt.Sprintf("shuffle %d %d", column, repeat)).Perm(m.Rows)
	})
}

func importances[D any](ctx context.Context, p Permutation, m Model[D], plain D, seed uint64, order func(column, repeat int) []int) ([]Importance, error) {
	base := m.Score(plain, nil)
	shuffles := make([]shuffle[D], m.Columns*p.Repeats)
	falls := make([]float64, len(shuffles))
	err := parallel.Try(len(shuffles), func(k int) (err error) {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := &shuffles[k]
		s.order = order(k/p.Repeats, k%p.Repeats)
		if s.predicted, err = m.Shuffled(k/p.Repeats, s.order); err == nil {
			falls[k] = base - m.Score(s.predicted, nil)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	resampled, err := resample(ctx, p, m, plain, shuffles, seed)
	out := make([]Importance, m.Columns)
	for c := range out {
		i := &out[c]
		i.Repeats = falls[c*p.Repeats : (c+1)*p.Repeats]
		i.Mean, i.StdDev = moments(i.Repeats)
		i.Low, i.High = interval(resampled[c], p.Level)
	}
	return out, err
}

// shuffle is the predictions with a column in another order.
type shuffle[D any] struct {
	order     []int
	predicted D
}

// resample returns each column's importance, a mean over the repeats, on
// resamples of the rows: the same rows for all.
//
// A shuffled row is made of two, its own and the one that its value is from. So
// it counts as often as both are drawn. If it counted as often as its own, the
// intervals would be too narrow: those of a test here held two thirds of what
// they were to hold nine tenths of.
func resample[D any](ctx context.Context, p Permutation, m Model[D], plain D, shuffles []shuffle[D], seed uint64) ([][]float64, error) {
	values := make([][]float64, m.Columns)
	for c := range values {
		values[c] = make([]float64, p.Resamples)
	}
	return values, parallel.Try(p.Resamples, func(r int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		drawn, both := make([]float64, m.Rows), make([]float64, m.Rows)
		rng := random.New(seed, fmt.Sprintf("resample %d", r))
		for range m.Rows {
			drawn[rng.IntN(m.Rows)]++
		}
		for k, s := range shuffles {
			for i, from := range s.order {
				both[i] = drawn[i] * drawn[from]
			}
			values[k/p.Repeats][r] += (m.Score(plain, both) - m.Score(s.predicted, both)) / float64(p.Repeats)
		}
		return nil
	})
}

// moments returns mean and standard deviation, with the number of values for
// divisor, as numpy does.
func moments(v []float64) (mean, deviation float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	squares := 0.0
	for _, x := range v {
		squares += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(squares / float64(len(v)))
}

// interval returns the percentiles that hold the level; a score that is
// undefined on a resample, as the ROC AUC of one class, leaves it out.
func interval(v []float64, level float64) (low, high float64) {
	v = slices.DeleteFunc(v, math.IsNaN)
	slices.Sort(v)
	return quantile.Linear(v, (1-level)/2), quantile.Linear(v, (1+level)/2)
}
