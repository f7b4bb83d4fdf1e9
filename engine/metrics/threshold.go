package metrics

import (
	"math"
	"slices"
)

// Counts is the outcome of a binary classification, in rows or their weight.
type Counts struct {
	TP, FP, TN, FN float64
}

// Precision is the share of the rows called positive that are; 0 if none is.
func (c Counts) Precision() float64 { return ratio(c.TP, c.TP+c.FP) }

// Recall is the share of the positive rows that are called positive.
func (c Counts) Recall() float64 { return ratio(c.TP, c.TP+c.FN) }

// F1 is the harmonic mean of precision and recall.
func (c Counts) F1() float64 { return ratio(2*c.TP, 2*c.TP+c.FP+c.FN) }

// Accuracy is the share of rows called right.
func (c Counts) Accuracy() float64 { return (c.TP + c.TN) / (c.TP + c.FP + c.TN + c.FN) }

// BalancedAccuracy is the mean of the recalls of both classes. Its best
// threshold is that of Youden's J.
func (c Counts) BalancedAccuracy() float64 {
	return (ratio(c.TP, c.TP+c.FN) + ratio(c.TN, c.TN+c.FP)) / 2
}

// MCC is Matthews' correlation, as in ConfusionMatrix.
func (c Counts) MCC() float64 {
	return ConfusionMatrix{{c.TN, c.FP}, {c.FN, c.TP}}.MCC()
}

// Saved returns a gain for BestThreshold where errors have a price: the
// negative of what the false calls cost.
func Saved(falsePositive, falseNegative float64) func(Counts) float64 {
	return func(c Counts) float64 { return -falsePositive*c.FP - falseNegative*c.FN }
}

// Threshold is a boundary above which a row is called positive.
type Threshold struct {
	At     float64 // score >= At is positive
	Gain   float64 // what was maximised
	Counts Counts
}

// BestThreshold returns the threshold that maximises the gain, as
// Counts.F1 or Saved(1, 5). It lies halfway between the scores that it parts,
// so that it does not hang on the last digit of either; +Inf, where no row is
// called positive, and -Inf, where all are, compete too. Among equals the
// highest wins. The gain is that of the rows it was chosen on, so it flatters:
// tune on other rows than those of the report.
func BestThreshold(y, score, w []float64, gain func(Counts) float64) Threshold {
	steps := thresholds(y, score, checked(y, w))
	all := steps[len(steps)-1].Counts
	none := Counts{FN: all.TP, TN: all.FP}
	best := Threshold{At: math.Inf(1), Gain: gain(none), Counts: none}
	for k, s := range steps {
		g := gain(s.Counts)
		if !(g > best.Gain) {
			continue
		}
		at := math.Inf(-1)
		if k+1 < len(steps) {
			at = between(steps[k+1].threshold, s.threshold)
		}
		best = Threshold{At: at, Gain: g, Counts: s.Counts}
	}
	return best
}

// between returns a number above low and at most high, halfway if there is one.
func between(low, high float64) float64 {
	if mid := low + (high-low)/2; mid > low {
		return mid
	}
	return high
}

// step is the outcome at one threshold.
type step struct {
	threshold float64
	Counts
}

// thresholds returns the outcome at each distinct score of a row with weight,
// from the highest down. There has to be one.
func thresholds(y, score, w []float64) []step {
	r := binaryRanks(y, score)
	if w != nil {
		kept := slices.DeleteFunc(allRows(len(y)), func(i int32) bool { return w[i] == 0 })
		r = newRanks(kept, score, func(i int32) bool { return y[i] == 1 })
	}
	if len(r.rows) == 0 {
		panic("metrics: a curve needs a row with weight")
	}
	var steps []step
	r.walk(w, func(k int, positive, negative float64) {
		steps = append(steps, step{score[r.rows[k]], Counts{TP: positive, FP: negative}})
	})
	all := steps[len(steps)-1]
	for k := range steps {
		steps[k].FN, steps[k].TN = all.TP-steps[k].TP, all.FP-steps[k].FP
	}
	return steps
}
