package boost

import (
	"fmt"
	"math"
)

// loss is what boosting minimises, as a function of raw predictions: sums of
// leaf values, before the link of the loss. A row has one, or one a class.
type loss interface {
	// outputs returns the number of raw predictions a row.
	outputs() int
	// start returns the raw predictions of least loss that are the same for
	// every row. If w is nil, all weights are 1.
	start(p *pool, y, w []float64) []float64
	// derive writes the derivatives of the loss of some rows by their raw
	// predictions and returns the sum of the losses, all times their weights.
	// raw has outputs numbers a row; d[k] has the rows' derivatives by output k.
	derive(d []derivatives, raw, y, w []float64) (sum float64)
	// constantHessian reports whether every second derivative is the weight
	// of its row; derive leaves them out then.
	constantHessian() bool
}

// adapter is a loss with a parameter that follows the predictions.
type adapter interface {
	adapt(p *pool, raw, y, w []float64)
}

// renewer is a loss whose leaves take the constant of least loss for the
// residuals y - raw of their rows instead of a Newton step, which says nothing
// where the second derivative is 0. It may reorder the slices; w may be nil.
type renewer interface {
	renew(residual, w []float64) float64
}

// derivatives are first and second ones. Single precision, as in LightGBM and
// scikit-learn, is more than they need.
type derivatives struct{ gradient, hessian []float32 }

// weightAt returns the weight of row i; if w is nil, it is 1.
func weightAt(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// meanOf returns the weighted mean of f(0), …, f(n-1) from whole numbers, so
// that the order of the rows can't change it.
func meanOf(p *pool, n int, w []float64, f func(i int) float64) float64 {
	total := float64(n)
	if w != nil {
		total = wholeSum(p, n, func(i int) float64 { return w[i] })
	}
	if total == 0 {
		return 0
	}
	return wholeSum(p, n, func(i int) float64 { return weightAt(w, i) * f(i) }) / total
}

// wholeSum adds up f(0), …, f(n-1), rounded to 2^-61 of the largest at any
// number of rows.
func wholeSum(p *pool, n int, f func(i int) float64) float64 {
	const block = 1 << 13
	most := make([]float64, (n+block-1)/block)
	p.rows(n, block, func(from, to, _ int) {
		m := 0.0
		for i := from; i < to; i++ {
			m = max(m, math.Abs(f(i)))
		}
		most[from/block] = m
	})
	largest := 0.0
	for _, m := range most {
		largest = max(largest, m)
	}
	if largest == 0 || math.IsInf(largest, 0) {
		return largest
	}
	shift := 61 - math.Ilogb(largest)
	sums := make([]whole, len(most))
	p.rows(n, block, func(from, to, _ int) {
		var s whole
		for i := from; i < to; i++ {
			s.add(int64(math.RoundToEven(math.Ldexp(f(i), shift))))
		}
		sums[from/block] = s
	})
	var sum whole
	for _, s := range sums {
		sum.include(s)
	}
	return math.Ldexp(sum.float(), -shift)
}

// checkTarget returns an error for the first row whose target the loss can't
// take.
func checkTarget(y []float64, want string, ok func(v float64) bool) error {
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) || !ok(v) {
			return fmt.Errorf("boost: target of row %d is %v: want %s", i, v, want)
		}
	}
	return nil
}

// checkWeights returns an error for the first weight that is negative or not
// finite, or if none is above 0.
func checkWeights(w []float64) error {
	above := w == nil
	for i, v := range w {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("boost: weight of row %d is %v: want 0 or more", i, v)
		}
		above = above || v > 0
	}
	if !above {
		return fmt.Errorf("boost: the weights of all %d rows are 0", len(w))
	}
	return nil
}
