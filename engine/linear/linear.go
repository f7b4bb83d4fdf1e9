// Package linear fits linear models: least squares, ridge, lasso, elastic net
// and logistic regression, and the dummy that any model has to beat.
//
// It takes numbers and gives numbers and depends on nothing else of this
// module. Each model has the name of its settings, their defaults and the
// solution of the scikit-learn model that it follows. Settings carry yaml
// tags; what Fit learns carries yaml:"-"; JSON carries both.
//
// The arguments of Fit are the same for all:
//
//   - x is n × p, and every cell is finite: impute before.
//   - y has length n: numbers for a regression, class codes 0, 1, 2… for a
//     classification.
//   - w has length n, with weights of at least 0 of which one is above 0.
//     If w is nil, all weights are 1. A weight of 2 does what a repeated row does.
//   - rng is not used: nothing here is random. It may be nil.
//
// Unequal lengths are the caller's bug and panic; doubtful values are errors
// that name row and column, both counted from 0. The same arguments give the
// same bits at any GOMAXPROCS. A fitted model is safe for concurrent use.
package linear

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
)

// Line is what every linear regression learns: the prediction for a row is
// intercept + Σ coef·row. It is part of each regression of this package.
type Line struct {
	Coef      []float64 `json:"coef"`      // one for each column
	Intercept float64   `json:"intercept"` // 0 if none was fitted
}

// Predict writes the prediction for each row of x to dst. A row gets the same
// bits alone as in any batch, and a NaN in it makes its prediction NaN.
func (l *Line) Predict(dst []float64, x *mat.Dense) {
	checkShape(len(dst), len(l.Coef), x)
	for i := range dst {
		dst[i] = l.Intercept + dot(l.Coef, x.RawRowView(i))
	}
}

// Linear returns the line itself, from whatever it is part of. A type that holds
// a Line and predicts something else must not have this method, nor the next.
func (l *Line) Linear() *Line { return l }

// Attribution divides a prediction by coef · (value − mean of training).
func (l *Line) Attribution(means []float64) (explain.Attribution, error) {
	lines := &explain.Lines{Coef: [][]float64{l.Coef}, Intercept: []float64{l.Intercept}, Means: means}
	return explain.Attribution{Attributor: lines, Scale: explain.TargetScale}, nil
}

// UsesMeans tells that Attribution needs them.
func (l *Line) UsesMeans() bool { return true }

// set keeps the solution for x and y centred at the means. It fails if the
// numbers left the range of float64.
func (l *Line) set(coef []float64, m means) error {
	l.Coef, l.Intercept = coef, m.y-dot(coef, m.x)
	if !finite(l.Intercept) {
		return errors.New("linear: coefficients overflow: scale the columns first")
	}
	return nil
}

// dot adds from left to right. The conversion keeps compilers from fusing the
// multiplication with the addition, so that the sum is the same on every CPU.
func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func checkShape(rows, cols int, x *mat.Dense) {
	n, p := x.Dims()
	if cols == 0 {
		panic("linear: predict before fit")
	}
	if n != rows || p != cols {
		panic(fmt.Sprintf("linear: x is %d × %d, want %d × %d", n, p, rows, cols))
	}
}
