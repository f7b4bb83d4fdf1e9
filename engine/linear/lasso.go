package linear

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

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
