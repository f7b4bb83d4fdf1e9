package linear

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// newton minimises a convex function by Newton's method, with each step found
// by preconditioned conjugate gradients only as exactly as it is worth
// (Nocedal and Wright, Numerical Optimization, 2006, chapter 7.1).
//
// Note: gonum's optimize.LBFGS was the alternative. It needs no products with
// the Hessian, but many more passes over the rows to reach a tight tolerance,
// and its line search fails close to the optimum.
type newton struct {
	objective interface {
		// value returns the function at theta and writes its gradient.
		value(theta, grad []float64) float64
		// product writes the Hessian where value was called last, times v.
		product(v, dst []float64)
		// preconditioner returns what solves M d = v for an M close to it.
		preconditioner(ctx context.Context) (func(dst, v []float64), error)
	}
	tol   float64
	limit int
	// patience is the number of products with the Hessian in one step that
	// a new preconditioner is worth.
	patience int

	precondition func(dst, v []float64)
}

// run moves theta to the minimum and returns the number of steps. It has
// converged when the squared gradient, as measured by the preconditioner,
// which is about the height above the minimum, is below tol²; or when it is
// below tol and rounding lets no step go down.
func (n *newton) run(ctx context.Context, theta []float64) (steps int, converged bool, err error) {
	size := len(theta)
	grad, scaled, step := make([]float64, size), make([]float64, size), make([]float64, size)
	f, stalls, products := n.objective.value(theta, grad), 0, n.patience+1
	for ; ; steps++ {
		if products > n.patience {
			if n.precondition, err = n.objective.preconditioner(ctx); err != nil {
				return steps, false, err
			}
		}
		n.precondition(scaled, grad)
		norm := math.Sqrt(max(0, floats.Dot(grad, scaled)))
		if norm <= n.tol {
			return steps, true, nil
		}
		if steps == n.limit {
			return steps, false, nil
		}
		if err := ctx.Err(); err != nil {
			return steps, false, err
		}
		products = n.direction(step, grad, norm*min(0.25, math.Sqrt(norm)))
		next, ok := n.search(theta, step, grad, f)
		if next < f {
			stalls = 0
		} else {
			stalls++
		}
		if !ok || stalls == 3 {
			return steps, norm*norm <= n.tol, nil
		}
		f = next
	}
}

// direction solves H step = -grad until the residual, as measured by the
// preconditioner, is at most goal. It returns the number of products.
func (n *newton) direction(step, grad []float64, goal float64) (products int) {
	size := len(step)
	clear(step)
	residual, scaled := make([]float64, size), make([]float64, size)
	floats.AddScaled(residual, -1, grad)
	n.precondition(scaled, residual)
	along, curved := append([]float64(nil), scaled...), make([]float64, size)
	square := floats.Dot(residual, scaled)
	for products = 1; products <= 2*size+10; products++ {
		n.objective.product(along, curved)
		curvature := floats.Dot(along, curved)
		if !(curvature > 0) {
			break // flat: the shift that all intercepts share
		}
		floats.AddScaled(step, square/curvature, along)
		floats.AddScaled(residual, -square/curvature, curved)
		n.precondition(scaled, residual)
		next := floats.Dot(residual, scaled)
		if math.Sqrt(next) <= goal {
			break
		}
		floats.Scale(next/square, along)
		floats.Add(along, scaled)
		square = next
	}
	return products
}

// search halves the step until the objective falls by a share of what its
// slope promises, but for rounding. It moves theta, updates grad and returns
// the new value; false leaves both as they were.
func (n *newton) search(theta, step, grad []float64, f float64) (value float64, ok bool) {
	slope := floats.Dot(step, grad)
	from, before := append([]float64(nil), theta...), append([]float64(nil), grad...)
	for length := 1.0; length > 1e-10; length /= 2 {
		floats.AddScaledTo(theta, from, length, step)
		value = n.objective.value(theta, grad)
		if value <= f+1e-4*length*slope+1e-14*math.Abs(f) {
			return value, true
		}
	}
	copy(theta, from)
	copy(grad, before)
	return f, false
}
