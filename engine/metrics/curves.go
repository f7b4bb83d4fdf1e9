package metrics

import (
	"math"
	"slices"
	"sort"

	"example.com/engine/quantile"
)

// ROCPoint is the outcome of calling a row positive if its score is at or
// above the threshold.
type ROCPoint struct {
	Threshold     float64
	FalsePositive float64 // share of the negative rows called positive
	TruePositive  float64 // share of the positive rows called positive
}

// ROCCurve returns the points from the threshold +Inf, where no row is called
// positive, down to the lowest score. Points on a straight line between their
// neighbours are left out. Without a row of either class its share is NaN.
func ROCCurve(y, score, w []float64) []ROCPoint {
	steps := thresholds(y, score, checked(y, w))
	all := steps[len(steps)-1]
	points := []ROCPoint{{Threshold: math.Inf(1), FalsePositive: 0 / all.FP, TruePositive: 0 / all.TP}}
	for k, s := range steps {
		if k > 0 && k+1 < len(steps) && onLine(steps[k-1], s, steps[k+1]) {
			continue
		}
		points = append(points, ROCPoint{s.threshold, s.FP / all.FP, s.TP / all.TP})
	}
	return points
}

// onLine tells whether the step before and the one after b are the same.
func onLine(a, b, c step) bool {
	return c.FP-b.FP == b.FP-a.FP && c.TP-b.TP == b.TP-a.TP
}

// PRPoint is the outcome of calling a row positive if its score is at or above
// the threshold.
type PRPoint struct {
	Threshold float64
	Precision float64 // share of the rows called positive that are
	Recall    float64 // share of the positive rows called positive
}

// PRCurve returns a point for each distinct score from the lowest up, and last
// the threshold +Inf with precision 1 and recall 0. Without a positive row the
// recall is NaN.
func PRCurve(y, score, w []float64) []PRPoint {
	steps := thresholds(y, score, checked(y, w))
	all := steps[len(steps)-1]
	var points []PRPoint
	for _, s := range slices.Backward(steps) {
		points = append(points, PRPoint{s.threshold, ratio(s.TP, s.TP+s.FP), s.TP / all.TP})
	}
	return append(points, PRPoint{math.Inf(1), 1, 0})
}

// step is the outcome at one threshold: the rows at or above it, or their weight,
// that are positive, and that are not.
type step struct{ threshold, TP, FP float64 }

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
		steps = append(steps, step{score[r.rows[k]], positive, negative})
	})
	return steps
}

// CalibrationPoint is a bin of rows by their predicted probability.
type CalibrationPoint struct {
	Predicted float64 // mean probability
	Observed  float64 // share of positive rows
	Weight    float64 // rows, or their weight
}

// CalibrationCurveByQuantiles sorts the rows into bins by their probability of
// class 1, of as many rows each as far as ties allow, and returns the bins that
// have weight, in rising order. A probability on an edge belongs to the bin below.
func CalibrationCurveByQuantiles(y, proba, w []float64, bins int) []CalibrationPoint {
	sorted := slices.Sorted(slices.Values(proba))
	var edges []float64
	for k := 1; k < bins && len(sorted) > 0; k++ {
		edges = append(edges, quantile.Linear(sorted, float64(k)/float64(bins)))
	}
	return calibrate(y, proba, checked(y, w), edges)
}

// calibrate takes the inner edges of the bins.
func calibrate(y, proba, w, edges []float64) []CalibrationPoint {
	sameLength(len(y), proba)
	bins := make([]CalibrationPoint, len(edges)+1)
	for i, p := range proba {
		weight := weightAt(w, i)
		b := &bins[sort.SearchFloat64s(edges, p)]
		b.Predicted += weight * p
		b.Observed += weight * y[i]
		b.Weight += weight
	}
	points := slices.DeleteFunc(bins, func(b CalibrationPoint) bool { return b.Weight == 0 })
	for k := range points {
		points[k].Predicted /= points[k].Weight
		points[k].Observed /= points[k].Weight
	}
	return points
}

// uniformEdges returns the inner edges of bins of equal width from 0 to 1,
// with the bits of numpy.linspace.
func uniformEdges(bins int) []float64 {
	edges := make([]float64, bins-1)
	for k := range edges {
		edges[k] = float64(k+1) * (1 / float64(bins))
	}
	return edges
}
