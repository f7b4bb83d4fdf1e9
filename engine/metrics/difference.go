package metrics

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Difference compares two models on the same rows.
type Difference struct {
	// Interval is of the candidate's metric minus the other's, on resamples
	// that draw the same rows for both: what makes a row hard for both cancels
	// out, so that it is much narrower than the difference of two intervals.
	Interval
	// Worse is the probability that the candidate is worse, as far as these rows
	// can tell; 1/2 if they tell nothing. It is NaN if there is no interval.
	Worse float64
}

// Differences compares the predictions of a candidate with those of another
// model for each metric. Both hold the same rows in the same order with the
// same targets, weights, groups and times; anything else is the caller's bug.
func (b Bootstrap) Differences(ctx context.Context, candidate, other Data, metrics []Metric, seed uint64) ([]Difference, error) {
	candidate.check()
	other.check()
	if !slices.Equal(candidate.Y, other.Y) || !slices.Equal(candidate.W, other.W) ||
		!slices.Equal(candidate.Groups, other.Groups) || !slices.Equal(candidate.Time, other.Time) {
		panic("metrics: the two models are not on the same rows")
	}
	list := make([]measure, len(metrics))
	for k, m := range metrics {
		one, two := m.Prepare(candidate), m.Prepare(other)
		list[k] = measure{score: func(w []float64) float64 { return one(w) - two(w) }, scale: plain}
	}
	found, err := b.intervals(ctx, candidate, list, seed)
	out := make([]Difference, len(found))
	for k, i := range found {
		out[k] = Difference{i, worse(i, b.Level, metrics[k])}
		low, high := metrics[k].within(candidate)
		out[k].cut(low-high, high-low)
	}
	return out, err
}

// worse takes the difference for normal with the error that the interval stands for.
func worse(i Interval, level float64, m Metric) float64 {
	se := (i.High - i.Low) / 2 / distuv.UnitNormal.Quantile((1+level)/2)
	switch {
	case !i.Bounded():
		return math.NaN()
	case i.Estimate == 0:
		return 0.5
	case m.Better(0, i.Estimate):
		return distuv.UnitNormal.CDF(math.Abs(i.Estimate) / se)
	}
	return distuv.UnitNormal.CDF(-math.Abs(i.Estimate) / se)
}

// NotWorseThan tells whether the interval rules out that the candidate is
// worse than the other model by more than the margin, which is at least 0 and
// in the unit of the metric m.
func (d Difference) NotWorseThan(m Metric, margin float64) bool {
	if m.Greater {
		return d.Low >= -margin
	}
	return d.High <= margin
}

// SurelyBetter tells whether the interval lies on the good side of 0.
func (d Difference) SurelyBetter(m Metric) bool {
	return m.Better(d.Low, 0) && m.Better(d.High, 0)
}
