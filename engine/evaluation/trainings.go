package evaluation

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// compareTrainings is the difference of two models' scores over the folds of
// their cross-validations, each of which is a training of its own: what the
// test rows can't tell is how much of a difference is the luck of one training.
// It is nil if the scores are not there or of another metric, or from a version that
// did not say how large the parts of a fold are.
//
// On the same folds of the same table the differences are paired. The variance of
// their mean is corrected for what folds share, see [results.Correction]; the interval
// is that of Student's t.
func compareTrainings(one, two model.Provenance, metric string, level float64) *results.Trainings {
	candidate, other := one.Folds, two.Folds
	if candidate == nil || other == nil || candidate.Metric != metric || other.Metric != metric ||
		min(len(candidate.Scores), len(other.Scores)) < 2 || min(candidate.Ratio, other.Ratio) == 0 {
		return nil
	}
	a, b := candidate.Scores, other.Scores
	t := &results.Trainings{
		Estimate: stat.Mean(a, nil) - stat.Mean(b, nil),
		Paired:   one.SHA256 == two.SHA256 && candidate.SHA256 == other.SHA256 && len(a) == len(b),
	}
	variance := results.Correction(len(a), candidate.Ratio)*stat.Variance(a, nil) + results.Correction(len(b), other.Ratio)*stat.Variance(b, nil)
	if t.Paired {
		variance = results.Correction(len(a), candidate.Ratio) * stat.Variance(floats.SubTo(make([]float64, len(a)), a, b), nil)
	}
	student := distuv.StudentsT{Sigma: 1, Nu: float64(min(len(a), len(b)) - 1)}
	reach := student.Quantile((1+level)/2) * math.Sqrt(variance)
	t.Low, t.High = t.Estimate-reach, t.Estimate+reach
	return t
}

// better tells whether the candidate is better than the other model by more
// than chance: that of the test rows, by the paired bootstrap; and that of the
// training, by the folds, or where there are none by the margin.
func better(c results.Challenge, metric metrics.Metric) bool {
	if !c.Difference.SurelyBetter(metric) {
		return false
	}
	if c.Trainings != nil {
		return metric.Better(c.Trainings.Low, 0) && metric.Better(c.Trainings.High, 0)
	}
	return math.Abs(c.Difference.Estimate) > c.Margin
}
