package linear

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/explain"
)

// Logistic is logistic regression with an L2 penalty. For two classes it
// minimises C Σ w log(1 + exp(-s z)) + ½|β|², where z = b + xβ and s is 1 for
// the second class and -1 for the first; for more, the same with the log of
// the softmax and a β for each class. The intercept is not penalised. It
// follows scikit-learn's LogisticRegression.
type Logistic struct {
	C            float64 `yaml:"c" json:"c" validate:"gt=0"` // a large C is a weak penalty
	FitIntercept bool    `yaml:"fit_intercept" json:"fit_intercept"`
	// ClassWeight balanced multiplies each row's weight so that all classes
	// weigh the same; empty leaves the weights as they are. It distorts
	// probabilities, so a configuration has class_weights of the model instead,
	// which are taken out of them.
	ClassWeight string `yaml:"-" json:"class_weight,omitempty"`
	MaxIter     int    `yaml:"max_iter" json:"max_iter" validate:"gte=1"` // Newton steps
	// Tol ends the fit when the objective, as a mean over the rows, is about
	// Tol² above its minimum.
	Tol float64 `yaml:"tol" json:"tol" validate:"gt=0"`

	Classes    []int       `yaml:"-" json:"classes"`   // the codes that Fit saw, rising
	Coef       [][]float64 `yaml:"-" json:"coef"`      // of the second class of two, or of each
	Intercept  []float64   `yaml:"-" json:"intercept"` // likewise
	Iterations int         `yaml:"-" json:"iterations"`
	Converged  bool        `yaml:"-" json:"converged"`
}

// NewLogistic returns scikit-learn's defaults but for Tol: there it bounds the
// gradient of L-BFGS at 1e-4 and coefficients can be off in the third digit,
// here the last Newton steps are cheap and it is 1e-10.
func NewLogistic() *Logistic {
	return &Logistic{C: 1, FitIntercept: true, MaxIter: 100, Tol: 1e-10}
}

// Attribution divides the logarithm of the odds of the second class of two, or
// each class's score, as a [Line] does its prediction.
func (l *Logistic) Attribution(means []float64) (explain.Attribution, error) {
	lines := &explain.Lines{Coef: l.Coef, Intercept: l.Intercept, Means: means}
	if len(l.Coef) == 1 {
		return explain.Attribution{Attributor: lines, Scale: explain.LogOddsScale, Codes: l.Classes[1:2]}, nil
	}
	return explain.Attribution{Attributor: lines, Scale: explain.ScoreScale, Codes: l.Classes}, nil
}

// UsesMeans tells that Attribution needs them.
func (l *Logistic) UsesMeans() bool { return true }

// Fit learns from the rows of x, as the package comment says. y holds class
// codes. Fewer than two classes with weight are an error.
func (l *Logistic) Fit(ctx context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	s, err := newSample(x, y, w)
	if err != nil {
		return err
	}
	prior, err := s.prior()
	if err != nil {
		return err
	}
	l.Classes = nil
	for class, share := range prior {
		if share > 0 {
			l.Classes = append(l.Classes, class)
		}
	}
	if len(l.Classes) < 2 {
		return fmt.Errorf("linear: logistic regression needs rows of two classes, all %d are of class %d", s.n, l.Classes[0])
	}
	if l.ClassWeight == "balanced" {
		s.w = balanced(s, prior, len(l.Classes))
	}
	return l.fit(ctx, s, prior)
}

// balanced returns weights that give each class the same sum.
func balanced(s sample, prior []float64, classes int) []float64 {
	w := make([]float64, s.n)
	for i := range w {
		if weight := s.weight(i); weight > 0 {
			w[i] = weight / (prior[int(s.y[i])] * float64(classes))
		}
	}
	return w
}

func (l *Logistic) fit(ctx context.Context, s sample, prior []float64) error {
	m := s.means(l.FitIntercept)
	g := newLogit(s, m, l.Classes)
	g.l2 = 1 / (l.C * m.weight)
	g.intercept = l.FitIntercept
	theta := g.start(prior, l.Classes, l.ClassWeight == "balanced")
	// A preconditioner costs about p² for each row and a product 4p.
	n := newton{objective: g, tol: l.Tol, limit: l.MaxIter, patience: max(5, s.p/8)}
	var err error
	if l.Iterations, l.Converged, err = n.run(ctx, theta); err != nil {
		return err
	}
	return l.set(theta, m)
}

// set takes the coefficients out of theta and moves the intercepts from the
// centred columns to the columns as they are. Those of several classes are
// only known up to a constant: they add up to 0.
func (l *Logistic) set(theta []float64, m means) error {
	size := len(m.x) + 1
	outputs := len(theta) / size
	l.Coef, l.Intercept = make([][]float64, outputs), make([]float64, outputs)
	mean := 0.0
	for k := range outputs {
		part := theta[k*size : (k+1)*size]
		l.Coef[k] = part[:size-1]
		l.Intercept[k] = part[size-1] - dot(l.Coef[k], m.x)
		if !finite(l.Intercept[k]) {
			return errors.New("linear: coefficients overflow: scale the columns first")
		}
		mean += l.Intercept[k] / float64(outputs)
	}
	for k := range outputs {
		if outputs > 1 {
			l.Intercept[k] -= mean
		}
	}
	return nil
}

// PredictProba writes the probability of each class to each row of dst, which
// has a column for each class code; columns of codes that Fit did not see are
// 0. A row gets the same bits alone as in any batch, and a NaN in it makes its
// probabilities NaN.
func (l *Logistic) PredictProba(dst *mat.Dense, x *mat.Dense) {
	n, columns := dst.Dims()
	if len(l.Classes) == 0 {
		panic("linear: predict before fit")
	}
	if columns <= l.Classes[len(l.Classes)-1] {
		panic("linear: fewer columns than classes")
	}
	checkShape(n, len(l.Coef[0]), x)
	for i := range n {
		l.proba(dst.RawRowView(i), x.RawRowView(i))
	}
}

func (l *Logistic) proba(p, row []float64) {
	clear(p)
	if len(l.Coef) == 1 {
		p[l.Classes[0]], p[l.Classes[1]] = Expit(l.Intercept[0] + dot(l.Coef[0], row))
		return
	}
	highest := math.Inf(-1)
	for k, class := range l.Classes {
		p[class] = l.Intercept[k] + dot(l.Coef[k], row)
		highest = max(highest, p[class])
	}
	total := 0.0
	for _, class := range l.Classes {
		p[class] = math.Exp(p[class] - highest)
		total += p[class]
	}
	for _, class := range l.Classes {
		p[class] /= total
	}
}

// Expit returns 1/(1+exp(z)) and 1/(1+exp(-z)), both to full precision.
func Expit(z float64) (first, second float64) {
	e := math.Exp(-math.Abs(z))
	small, large := e/(1+e), 1/(1+e)
	if z < 0 {
		return large, small
	}
	return small, large
}

// Warnings says whether the last Fit stopped before it converged.
func (l *Logistic) Warnings() []string {
	if l.Converged {
		return nil
	}
	return []string{fmt.Sprintf("logistic regression did not converge in %d steps: scale the columns, lower C or raise max_iter", l.Iterations)}
}
