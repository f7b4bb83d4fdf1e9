package linear

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ElasticNet minimises, with W the sum of the weights,
//
//	Σ w (y − b − xβ)² / 2W + Alpha·L1Ratio |β|₁ + ½ Alpha (1 − L1Ratio) |β|²
//
// so that Alpha means the same for any number of rows, unlike in Ridge. It
// follows scikit-learn's ElasticNet.
type ElasticNet struct {
	Alpha        float64 `yaml:"alpha" json:"alpha" validate:"gte=0"`
	L1Ratio      float64 `yaml:"l1_ratio" json:"l1_ratio" validate:"gte=0,lte=1"`
	FitIntercept bool    `yaml:"fit_intercept" json:"fit_intercept"`
	Positive     bool    `yaml:"positive" json:"positive"` // no coefficient below 0
	MaxIter      int     `yaml:"max_iter" json:"max_iter" validate:"gte=1"`
	// Tol ends the descent when the duality gap is at most Tol times the
	// sum of squares of the centred target.
	Tol float64 `yaml:"tol" json:"tol" validate:"gt=0"`

	Line    `yaml:"-"`
	Descent `yaml:"-"`
}

// Descent says how a coordinate descent ended.
type Descent struct {
	Sweeps    int     `json:"sweeps"`   // 0 if none was needed
	DualGap   float64 `json:"dual_gap"` // over the sum of squares of the target
	Converged bool    `json:"converged"`
}

// NewElasticNet returns scikit-learn's defaults.
func NewElasticNet() *ElasticNet {
	return &ElasticNet{Alpha: 1, L1Ratio: 0.5, FitIntercept: true, MaxIter: 1000, Tol: 1e-4}
}

// Fit learns from the rows of x, as the package comment says. Where Alpha or
// L1Ratio is 0, it is solved as Ridge is.
func (e *ElasticNet) Fit(ctx context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	t, m, err := prepare(ctx, x, y, w, e.FitIntercept)
	if err != nil {
		return err
	}
	coef, err := e.solve(ctx, t, e.Alpha*m.weight)
	if err != nil {
		return err
	}
	return e.set(coef, m)
}

// solve minimises with the penalty alpha for a sum of squares, not a mean.
func (e *ElasticNet) solve(ctx context.Context, t triangle, alpha float64) ([]float64, error) {
	l1, l2 := alpha*e.L1Ratio, alpha*(1-e.L1Ratio)
	e.Descent = Descent{Converged: true}
	if l1 == 0 {
		return t.ridge(l2, e.Positive)
	}
	d := descent{triangle: t, l1: l1, l2: l2, positive: e.Positive}
	var err error
	e.Sweeps, e.DualGap, err = d.run(ctx, e.Tol, e.MaxIter)
	e.Converged = e.DualGap <= e.Tol
	return d.coef, err
}

// Warnings says whether the last Fit stopped before it converged.
func (d *Descent) Warnings() []string {
	if d.Converged {
		return nil
	}
	return []string{fmt.Sprintf("coordinate descent did not converge in %d sweeps (duality gap %.1e of the sum of squares): scale the columns or raise max_iter", d.Sweeps, d.DualGap)}
}

// Lasso minimises Σ w (y − b − xβ)² / 2W + Alpha |β|₁ with W the sum of the
// weights: an ElasticNet with an L1Ratio of 1. It follows scikit-learn's Lasso.
type Lasso struct {
	Alpha        float64 `yaml:"alpha" json:"alpha" validate:"gte=0"`
	FitIntercept bool    `yaml:"fit_intercept" json:"fit_intercept"`
	Positive     bool    `yaml:"positive" json:"positive"` // no coefficient below 0
	MaxIter      int     `yaml:"max_iter" json:"max_iter" validate:"gte=1"`
	Tol          float64 `yaml:"tol" json:"tol" validate:"gt=0"` // as in ElasticNet

	Line    `yaml:"-"`
	Descent `yaml:"-"`
}

// NewLasso returns scikit-learn's defaults.
func NewLasso() *Lasso {
	return &Lasso{Alpha: 1, FitIntercept: true, MaxIter: 1000, Tol: 1e-4}
}

// Fit learns from the rows of x, as the package comment says.
func (l *Lasso) Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error {
	e := ElasticNet{
		Alpha: l.Alpha, L1Ratio: 1, FitIntercept: l.FitIntercept,
		Positive: l.Positive, MaxIter: l.MaxIter, Tol: l.Tol,
	}
	err := e.Fit(ctx, x, y, w, rng)
	l.Line, l.Descent = e.Line, e.Descent
	return err
}

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
