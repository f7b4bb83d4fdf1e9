package metrics

import (
	"context"
	"math"
	"slices"

	"example.com/engine/parallel"
)

// Difference compares two models on the same rows.
type Difference struct {
	// Interval is of the candidate's metric minus the other's, on resamples
	// that draw the same rows for both: what makes a row hard for both cancels
	// out, so that it is much narrower than the difference of two intervals.
	Interval
	// Worse is the share of the resamples in which the candidate is worse,
	// where a tie counts half: the probability that it is, as far as these
	// rows can tell. It is NaN if no resample was defined.
	Worse float64 `json:"worse"`
}

// Differences compares the predictions of a candidate with those of another
// model for each metric. Both hold the same rows in the same order with the
// same targets, weights and groups; anything else is the caller's bug.
func (b Bootstrap) Differences(ctx context.Context, candidate, other Data, metrics []Metric, seed uint64) ([]Difference, error) {
	candidate.check()
	other.check()
	if !slices.Equal(candidate.Y, other.Y) || !slices.Equal(candidate.W, other.W) || !slices.Equal(candidate.Groups, other.Groups) {
		panic("metrics: the two models are not on the same rows")
	}
	score := make([]Scorer, len(metrics))
	for k, m := range metrics {
		one, two := m.Prepare(candidate), m.Prepare(other)
		score[k] = func(w []float64) float64 { return one(w) - two(w) }
	}
	values, err := b.resample(ctx, candidate, score, seed)
	if err != nil {
		return nil, err
	}
	out := make([]Difference, len(metrics))
	parallel.For(len(metrics), func(k int) {
		out[k].Worse = worse(values[k], metrics[k])
		out[k].Interval = b.interval(newUnits(candidate), score[k], candidate.W, values[k])
	})
	return out, ctx.Err()
}

// worse is the share of the defined differences that are on the bad side of 0.
func worse(differences []float64, m Metric) float64 {
	sum, defined := 0.0, 0.0
	for _, v := range differences {
		switch {
		case math.IsNaN(v):
			continue
		case v == 0:
			sum += 0.5
		case m.Better(0, v):
			sum++
		}
		defined++
	}
	return sum / defined
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
