package linear

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// largestCholesky bounds the columns up to which a p × p matrix is factored.
const largestCholesky = 4000

// preconditioner returns the function that solves M d = v, where M is the
// Hessian at the last call of value without what couples the outputs. So for
// one output it is the Hessian, and conjugate gradients with it depend neither
// on the scale of the columns nor on how they correlate. For very many columns
// it is the diagonal of M.
func (g *logit) preconditioner(ctx context.Context) (func(dst, v []float64), error) {
	solvers := make([]func(dst, v []float64), g.outputs)
	for k := range solvers {
		t, err := g.curved(k).triangle(ctx, means{x: g.center.x})
		if err != nil {
			return nil, err
		}
		solvers[k] = g.solver(t)
	}
	return func(dst, v []float64) {
		for k, solve := range solvers {
			at := k * (g.rows.p + 1)
			solve(dst[at:at+g.rows.p+1], v[at:at+g.rows.p+1])
			if !g.intercept {
				dst[at+g.rows.p] = 0
			}
		}
	}, nil
}

// curved returns the rows weighted by the curvature of output k, with ones for
// the target, so that the intercept is a column like the others.
func (g *logit) curved(k int) sample {
	s := g.rows
	s.y, s.w = make([]float64, s.n), make([]float64, s.n)
	for i := range s.w {
		p := g.prob[i*g.outputs+k]
		s.y[i], s.w[i] = 1, g.rows.weight(i)*p*(1-p)/g.center.weight
	}
	return s
}

// solver returns the function that solves (AᵀA + penalty) d = v, where A is
// the triangle's columns and its target.
func (g *logit) solver(t triangle) func(dst, v []float64) {
	columns := slices.Concat(t.x, [][]float64{t.y})
	gram := func(i, j int) float64 {
		v := floats.Dot(columns[i], columns[j])
		if i != j {
			return v
		}
		if i < g.rows.p {
			v += g.l2
		}
		return v*(1+1e-10) + 1e-300 // keeps columns that repeat others apart
	}
	size := len(columns)
	if size <= largestCholesky {
		m := mat.NewSymDense(size, nil)
		for i := range size {
			for j := i; j < size; j++ {
				m.SetSym(i, j, gram(i, j))
			}
		}
		var factor mat.Cholesky
		if factor.Factorize(m) {
			return func(dst, v []float64) {
				// The error says that M is near singular, where the
				// solution is a worse step and still goes down.
				_ = factor.SolveVecTo(mat.NewVecDense(size, dst), mat.NewVecDense(size, v))
			}
		}
	}
	diagonal := make([]float64, size)
	for j := range diagonal {
		diagonal[j] = gram(j, j)
	}
	return func(dst, v []float64) { floats.DivTo(dst, v, diagonal) }
}
