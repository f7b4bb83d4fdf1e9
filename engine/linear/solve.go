package linear

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// spectrum is the singular value decomposition X = V diag(s) Uᵀ of a
// triangle's columns, with what a linear smoother needs of it.
type spectrum struct {
	u *mat.Dense // p × r, directions in the space of coefficients
	s []float64  // r singular values, falling
	z []float64  // r, the target along V
}

func (t triangle) spectrum() (spectrum, error) {
	p, m := len(t.x), len(t.y)
	xt := mat.NewDense(p, m, nil)
	for j, column := range t.x {
		xt.SetRow(j, column)
	}
	var svd mat.SVD
	if !svd.Factorize(xt, mat.SVDThin) {
		return spectrum{}, errors.New("linear: singular value decomposition did not converge: scale the columns first")
	}
	sp := spectrum{u: new(mat.Dense), s: svd.Values(nil)}
	var v mat.Dense
	svd.UTo(sp.u)
	svd.VTo(&v)
	sp.z = make([]float64, len(sp.s))
	for i, y := range t.y {
		for k, vik := range v.RawRowView(i) {
			sp.z[k] += vik * y
		}
	}
	return sp, nil
}

// rank counts the singular values above tol × the largest.
func (sp spectrum) rank(tol float64) int {
	for k, s := range sp.s {
		if s <= tol*sp.s[0] {
			return k
		}
	}
	return len(sp.s)
}

// solve returns Σ u z s/(s² + alpha) over the first rank directions: the
// minimum of |y − Xβ|² + alpha |β|², and for alpha 0 the β of least norm.
func (sp spectrum) solve(alpha float64, rank int) []float64 {
	p, _ := sp.u.Dims()
	along := make([]float64, rank)
	for k := range along {
		along[k] = sp.z[k] / (sp.s[k] + alpha/sp.s[k])
	}
	coef := make([]float64, p)
	for j := range coef {
		coef[j] = dot(along, sp.u.RawRowView(j))
	}
	return coef
}

// ridge minimises |y − xβ|² + alpha |β|², over β ≥ 0 if positive is set.
func (t triangle) ridge(alpha float64, positive bool) ([]float64, error) {
	if positive {
		return t.damped(alpha).nonNegative()
	}
	if len(t.x) > wide && alpha > 0 {
		if coef := t.normal(alpha); coef != nil {
			return coef, nil
		}
	}
	sp, err := t.spectrum()
	if err != nil {
		return nil, err
	}
	return sp.solve(alpha, sp.rank(noise)), nil
}

// wide is from how many columns on a decomposition costs seconds, where the
// normal equations take a twentieth of that.
const wide = 200

// normal is ridge by Cholesky, on whichever of XᵀX + alpha I and XXᵀ + alpha I
// is smaller. It returns nil where these are so near to singular that fewer
// than six digits would be right.
func (t triangle) normal(alpha float64) []float64 {
	const mostCondition = 1e10
	p, m := len(t.x), len(t.y)
	xt := mat.NewDense(p, m, nil)
	for j, column := range t.x {
		xt.SetRow(j, column)
	}
	var products mat.Dense
	y := mat.NewVecDense(m, append([]float64(nil), t.y...))
	right := y
	if m < p {
		products.Mul(xt.T(), xt)
	} else {
		products.Mul(xt, xt.T())
		right = new(mat.VecDense)
		right.MulVec(xt, y)
	}
	n, _ := products.Dims()
	for i := range n {
		products.Set(i, i, products.At(i, i)+alpha)
	}
	var c mat.Cholesky
	var solution, coef mat.VecDense
	if !c.Factorize(mat.NewSymDense(n, products.RawMatrix().Data)) || c.Cond() > mostCondition || c.SolveVecTo(&solution, right) != nil {
		return nil
	}
	if m >= p {
		return solution.RawVector().Data
	}
	coef.MulVec(xt, &solution)
	return coef.RawVector().Data
}

// damped appends a row of root alpha for each coefficient with the target 0,
// so that least squares on the result is ridge on t.
func (t triangle) damped(alpha float64) triangle {
	if alpha == 0 {
		return t
	}
	m := len(t.y)
	d := triangle{x: make([][]float64, len(t.x)), y: make([]float64, m+len(t.x))}
	copy(d.y, t.y)
	for j, column := range t.x {
		d.x[j] = make([]float64, len(d.y))
		copy(d.x[j], column)
		d.x[j][m+j] = math.Sqrt(alpha)
	}
	return d
}

// noise is the share of the largest singular value at or below which one is a
// rounding error and says nothing, whatever the penalty.
const noise = 1e-15

// prepare checks the arguments of a fit and returns the reduced problem with
// the means at which it is centred.
func prepare(ctx context.Context, x *mat.Dense, y, w []float64, center bool) (triangle, means, error) {
	s, err := newSample(x, y, w)
	if err != nil {
		return triangle{}, means{}, err
	}
	m := s.means(center)
	t, err := s.triangle(ctx, m)
	return t, m, err
}

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
