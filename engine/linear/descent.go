package linear

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// descent minimises ½|y − xβ|² + l1 |β|₁ + ½ l2 |β|² by cyclic coordinate
// descent: Friedman, Hastie and Tibshirani, "Regularization paths for
// generalized linear models via coordinate descent", J. Stat. Softw. 33
// (2010). It runs on the triangle, so that a sweep costs p² and not n·p.
type descent struct {
	triangle
	l1, l2   float64 // l1 > 0
	positive bool    // keep coefficients at 0 or above

	coef     []float64
	residual []float64 // y − x·coef
	norms    []float64 // |x_j|²
}

// run sweeps until the duality gap is at most tol·|y|², at most limit times,
// and returns the number of sweeps and the gap over |y|².
func (d *descent) run(ctx context.Context, tol float64, limit int) (sweeps int, gap float64, err error) {
	d.coef = make([]float64, len(d.x))
	d.residual = append([]float64(nil), d.y...)
	d.norms = make([]float64, len(d.x))
	for j, column := range d.x {
		d.norms[j] = floats.Dot(column, column)
	}
	scale := floats.Dot(d.y, d.y)
	if scale == 0 {
		return 0, 0, nil // a constant target: every coefficient is 0
	}
	for sweeps = 1; ; sweeps++ {
		if err := ctx.Err(); err != nil {
			return sweeps, gap, err
		}
		change, largest := d.sweep()
		if change > tol*largest && sweeps < limit {
			continue
		}
		if gap = d.gap() / scale; gap <= tol || sweeps >= limit {
			return sweeps, gap, nil
		}
	}
}

// sweep sets each coefficient to its optimum given the others. It returns the
// largest change and the largest coefficient, both without sign.
func (d *descent) sweep() (change, largest float64) {
	for j, column := range d.x {
		if d.norms[j] == 0 {
			continue
		}
		old := d.coef[j]
		pull := floats.Dot(column, d.residual) + old*d.norms[j]
		d.coef[j] = d.shrink(pull) / (d.norms[j] + d.l2)
		if d.coef[j] != old {
			floats.AddScaled(d.residual, old-d.coef[j], column)
		}
		change = max(change, math.Abs(d.coef[j]-old))
		largest = max(largest, math.Abs(d.coef[j]))
	}
	return change, largest
}

// shrink is the soft threshold at l1.
func (d *descent) shrink(v float64) float64 {
	switch {
	case v > d.l1:
		return v - d.l1
	case v < -d.l1 && !d.positive:
		return v + d.l1
	}
	return 0
}

// gap is the duality gap, which bounds how far the objective is above its
// minimum. The dual point is the residual, scaled down until it is feasible:
// |xᵀr − l2 β| ≤ l1 in each coordinate.
func (d *descent) gap() float64 {
	slope := 0.0 // the largest violation
	for j, column := range d.x {
		v := floats.Dot(column, d.residual) - d.l2*d.coef[j]
		if !d.positive {
			v = math.Abs(v)
		}
		slope = max(slope, v)
	}
	squares := floats.Dot(d.residual, d.residual) + d.l2*floats.Dot(d.coef, d.coef)
	scale := 1.0
	if slope > d.l1 {
		scale = d.l1 / slope
	}
	primal := squares/2 + d.l1*floats.Norm(d.coef, 1)
	dual := scale*floats.Dot(d.residual, d.y) - scale*scale*squares/2
	return primal - dual
}
