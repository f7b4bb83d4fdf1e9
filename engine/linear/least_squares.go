package linear

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// LeastSquares is ordinary least squares: it minimises Σ w (y − b − xβ)². Where
// columns depend on each other, also for p > n, it takes the β of least norm.
// It follows scikit-learn's LinearRegression.
type LeastSquares struct {
	FitIntercept bool `yaml:"fit_intercept" json:"fit_intercept"`
	Positive     bool `yaml:"positive" json:"positive"` // no coefficient below 0
	// Tol is the share of the largest singular value of the centred columns
	// at or below which a singular value counts as 0. Columns in units that
	// differ by more than 1/Tol can fall below it: see Warnings.
	Tol float64 `yaml:"tol" json:"tol" validate:"gte=0,lt=1"`

	Line `yaml:"-"`
	Rank int `yaml:"-" json:"rank"` // of the centred columns
}

// NewLeastSquares returns the defaults of scikit-learn's LinearRegression.
func NewLeastSquares() *LeastSquares {
	return &LeastSquares{FitIntercept: true, Tol: 1e-6}
}

// Fit learns from the rows of x, as the package comment says. One row gives
// its target as the intercept.
func (l *LeastSquares) Fit(ctx context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	t, m, err := prepare(ctx, x, y, w, l.FitIntercept)
	if err != nil {
		return err
	}
	sp, err := t.spectrum()
	if err != nil {
		return err
	}
	l.Rank = sp.rank(l.Tol)
	coef := sp.solve(0, l.Rank)
	if l.Positive {
		if coef, err = t.nonNegative(); err != nil {
			return err
		}
	}
	return l.set(coef, m)
}

// Warnings says whether columns depended on each other in the last Fit.
func (l *LeastSquares) Warnings() []string {
	if l.Rank == len(l.Coef) {
		return nil
	}
	return []string{fmt.Sprintf("least squares: the columns have rank %d of %d: some repeat others, are constant, or need scaling", l.Rank, len(l.Coef))}
}

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
