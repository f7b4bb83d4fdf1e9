package linear

import (
	"context"
	"fmt"
	"math/rand/v2"

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
