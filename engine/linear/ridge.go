package linear

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Ridge minimises Σ w (y − b − xβ)² + Alpha |β|². The intercept is not
// penalised, and the penalty does not grow with the rows. It follows
// scikit-learn's Ridge.
//
// Note: scikit-learn solves the normal equations by Cholesky and falls back to
// an SVD where they are singular. Here the triangle is small enough for the
// SVD throughout, which is accurate for any Alpha, 0 among them.
type Ridge struct {
	Alpha        float64 `yaml:"alpha" json:"alpha" validate:"gte=0"`
	FitIntercept bool    `yaml:"fit_intercept" json:"fit_intercept"`
	Positive     bool    `yaml:"positive" json:"positive"` // no coefficient below 0

	Line `yaml:"-"`
}

// NewRidge returns scikit-learn's defaults.
func NewRidge() *Ridge { return &Ridge{Alpha: 1, FitIntercept: true} }

// Fit learns from the rows of x, as the package comment says.
func (r *Ridge) Fit(ctx context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	t, m, err := prepare(ctx, x, y, w, r.FitIntercept)
	if err != nil {
		return err
	}
	coef, err := t.ridge(r.Alpha, r.Positive)
	if err != nil {
		return err
	}
	return r.set(coef, m)
}
