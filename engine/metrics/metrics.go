// Package metrics measures predictions of a regression and of a binary or
// multiclass classification: by the name of a metric, as a curve, with bootstrap
// intervals, by slice of the rows, and for the difference between two models.
//
// It takes numbers and gives numbers, and of this module depends on arithmetic
// alone. Names and definitions are scikit-learn's.
//
// The arguments mean the same everywhere:
//
//   - y is the target of each row: a number, or a class code 0, 1, 2… In a
//     binary classification class 1 is the positive one.
//   - pred is the predicted number or class code of each row.
//   - score ranks the rows of a binary classification: higher is more likely
//     to be positive. proba is n × k, a column for each class.
//   - w holds weights of at least 0. If w is nil, all weights are 1. A weight of
//     2 does what a repeated row does, and 0 what a missing one does.
//
// Unequal lengths are the caller's bug and panic. A metric that is undefined,
// as the ROC AUC of rows of one class, is NaN; a NaN in the data makes it NaN.
// Every function adds its rows in their order: the same arguments give the
// same bits.
package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/selection"
)

// Data is what a metric compares, one entry for each row. A metric reads the
// predictions that its Input says; the others may be nil.
type Data struct {
	Y     []float64  // targets or class codes
	Pred  []float64  // predicted values or class codes
	Proba *mat.Dense // predicted probabilities, a column for each class
	W     []float64  // weights; nil means 1 each
	// Groups holds the group of each row, or is nil. Rows of one group, as
	// the months of one city, are not independent: a bootstrap draws them
	// together.
	Groups []uint64
	Kind   string // what a group is, in the plural and for reports; empty is groups
	// Time orders the rows, or is nil. If it is not, neighbours in time are not
	// independent, and a bootstrap draws blocks of time instead.
	Time []int64
}

// check panics if the lengths differ.
func (d Data) check() {
	n := len(d.Y)
	sameLength(n, d.Pred)
	sameLength(n, d.W)
	sameLength(n, d.Groups)
	sameLength(n, d.Time)
	if d.Proba != nil {
		sameRows(n, d.Proba)
	}
}

// Take returns the given rows, copied.
func (d Data) Take(rows []int) Data {
	out := Data{
		Y: selection.Take(d.Y, rows), Pred: selection.Take(d.Pred, rows), W: selection.Take(d.W, rows),
		Groups: selection.Take(d.Groups, rows), Kind: d.Kind, Time: selection.Take(d.Time, rows),
	}
	if d.Proba != nil && len(rows) > 0 { // gonum has no matrices without rows
		out.Proba = selection.TakeRows(d.Proba, rows)
	}
	return out
}

func sameLength[T any](n int, v []T) {
	if v != nil && len(v) != n {
		panic("metrics: slice length mismatch")
	}
}

func sameRows(n int, proba *mat.Dense) {
	if rows, _ := proba.Dims(); rows != n {
		panic("metrics: slice length mismatch")
	}
}

// Scorer is a metric prepared for fixed rows: what does not depend on the
// weights, as the order of the errors, is done once, so that a bootstrap is
// as fast as passing over the rows. w may be nil for weights of 1. It is safe
// for concurrent use.
type Scorer func(w []float64) float64

// weightAt is the weight of row i.
func weightAt[I int | int32](w []float64, i I) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// weighted returns Σ w v / Σ w, NaN if the weights add up to 0.
func weighted(v, w []float64) float64 {
	sum := 0.0
	if w == nil {
		for _, x := range v {
			sum += x
		}
		return sum / float64(len(v))
	}
	total := 0.0
	for i, x := range v {
		sum += float64(w[i] * x)
		total += w[i]
	}
	return sum / total
}

// MeanOf returns the Scorer of a mean over the rows of f(y, pred), which is
// computed once.
func MeanOf(y, pred []float64, f func(y, pred float64) float64) Scorer {
	sameLength(len(y), pred)
	terms := make([]float64, len(y))
	for i := range terms {
		terms[i] = f(y[i], pred[i])
	}
	return func(w []float64) float64 { return weighted(terms, w) }
}

// RootOf returns the Scorer of the root of another.
func RootOf(s Scorer) Scorer {
	return func(w []float64) float64 { return math.Sqrt(s(w)) }
}
