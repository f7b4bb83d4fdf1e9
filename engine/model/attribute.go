package model

import (
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/linear"
	"example.com/engine/tree/shap"
)

// ErrUnexplained is that of an estimator whose predictions have no exact
// division among its inputs.
var ErrUnexplained = errors.New("predictions can't be explained")

// attributor divides what an estimator predicts among its inputs.
type attributor interface {
	Base() []float64 // by output
	// Explain writes the contribution of each input, input by input for each
	// output in turn. It is safe for concurrent use.
	Explain(dst, row []float64)
}

// attribution is an attributor with what its numbers mean.
type attribution struct {
	attributor
	scale Scale
	codes []int // of the classes of the outputs; nil if they are all classes in order
}

// class is the code of the class that an output is about.
func (a attribution) class(output int) int {
	if a.codes == nil {
		return output
	}
	return a.codes[output]
}

// attribute returns that of an estimator.
func (m *Model) attribute(e Estimator) (attribution, error) {
	switch l := e.Learner.(type) {
	case *linear.Dummy:
		if m.Task == Regression {
			return attribution{constant{l.Value}, TargetScale, nil}, nil
		}
		return attribution{constant(l.Prior), ProbabilityScale, nil}, nil
	case *linear.Logistic:
		return m.attributeLogistic(e.Kind, l)
	case *boostingRegressor:
		scale := TargetScale
		if l.Loss == "poisson" {
			scale = LogScale
		}
		return attribution{l.Explainer(), scale, nil}, nil
	case *boostingClassifier:
		if l.Classes == 2 {
			return attribution{l.Explainer(), LogOddsScale, []int{1}}, nil
		}
		return attribution{l.Explainer(), ScoreScale, nil}, nil
	case *blendRegressor:
		return m.attributeBlend(&l.blend)
	case *blendClassifier:
		return m.attributeBlend(&l.blend)
	case interface{ Explainer() *shap.Explainer }:
		if m.Task == Regression {
			return attribution{l.Explainer(), TargetScale, nil}, nil
		}
		return attribution{l.Explainer(), ProbabilityScale, nil}, nil
	}
	if l := lineOf(e.Learner); l != nil {
		return m.attributeLines(e.Kind, [][]float64{l.Coef}, []float64{l.Intercept}, TargetScale, nil)
	}
	return attribution{}, fmt.Errorf("%w: %s is neither trees, nor linear, nor a blend of them", ErrUnexplained, e.Kind)
}

// scale is that of the prediction, for an estimator that learned the
// transformed target.
func (m *Model) scale(s Scale) (Scale, error) {
	switch {
	case m.Target == None || m.Target == "":
		return s, nil
	case s != TargetScale:
		return "", fmt.Errorf("%w: %s has a log link, and target_transform is %s as well", ErrUnexplained, m.Estimator.Kind, m.Target)
	case m.Target == Log:
		return LogScale, nil
	}
	return Log1pScale, nil
}

// lineOf returns what a linear regression learned, or nil for another kind.
func lineOf(l Learner) *linear.Line {
	switch l := l.(type) {
	case *linear.LeastSquares:
		return &l.Line
	case *linear.Ridge:
		return &l.Line
	case *linear.Lasso:
		return &l.Line
	case *linear.ElasticNet:
		return &l.Line
	}
	return nil
}

func (m *Model) attributeLogistic(kind string, l *linear.Logistic) (attribution, error) {
	if len(l.Coef) == 1 {
		return m.attributeLines(kind, l.Coef, l.Intercept, LogOddsScale, l.Classes[1:2])
	}
	return m.attributeLines(kind, l.Coef, l.Intercept, ScoreScale, l.Classes)
}

func (m *Model) attributeLines(kind string, coef [][]float64, intercept []float64, scale Scale, codes []int) (attribution, error) {
	if len(m.Means) != len(m.Features) {
		return attribution{}, fmt.Errorf("%w: the file of this %s is from before there were means of its inputs: train it again", ErrUnexplained, kind)
	}
	return attribution{&lines{coef, intercept, m.Means}, scale, codes}, nil
}

// constant is the attributor of the same prediction for every row.
type constant []float64

func (c constant) Base() []float64          { return c }
func (c constant) Explain(dst, _ []float64) { clear(dst) }

// lines is the attributor of intercept + Σ coef·row for each output.
type lines struct {
	coef      [][]float64
	intercept []float64
	means     []float64
}

func (l *lines) Base() []float64 {
	base := make([]float64, len(l.coef))
	for k, c := range l.coef {
		base[k] = l.intercept[k] + floats.Dot(c, l.means)
	}
	return base
}

func (l *lines) Explain(dst, row []float64) {
	for k, coef := range l.coef {
		out := dst[k*len(coef):]
		for j, c := range coef {
			out[j] = c * (row[j] - l.means[j])
		}
	}
}

// attributeBlend adds up the members, which must all be explained on the scale
// of their mean.
func (m *Model) attributeBlend(b *blend) (attribution, error) {
	want := TargetScale
	if m.Task != Regression {
		want = ProbabilityScale
	}
	w := &weighted{}
	for j, e := range b.Estimators {
		if b.Weights[j] == 0 {
			continue
		}
		a, err := m.attribute(e)
		if err != nil {
			return attribution{}, err
		}
		if a.scale != want {
			return attribution{}, fmt.Errorf("%w: a blend adds up what %s is not explained by, which is its %s", ErrUnexplained, e.Kind, a.scale)
		}
		w.members, w.weights = append(w.members, a), append(w.weights, b.Weights[j])
	}
	return attribution{w, want, nil}, nil
}

// weighted is the attributor of a weighted sum.
type weighted struct {
	members []attribution
	weights []float64
	scratch sync.Pool // of *[]float64
}

func (w *weighted) Base() []float64 {
	base := make([]float64, len(w.members[0].Base()))
	for j, a := range w.members {
		floats.AddScaled(base, w.weights[j], a.Base())
	}
	return base
}

func (w *weighted) Explain(dst, row []float64) {
	one, _ := w.scratch.Get().(*[]float64)
	if one == nil {
		one = new([]float64)
		*one = make([]float64, len(dst))
	}
	clear(dst)
	for j, a := range w.members {
		a.Explain(*one, row)
		floats.AddScaled(dst, w.weights[j], *one)
	}
	w.scratch.Put(one)
}

// means returns those of the columns of x if the estimator is linear, or one in
// a blend is, and else nil: explanations need them.
func means(l Learner, x *mat.Dense) []float64 {
	if !isLinear(l) {
		return nil
	}
	n, p := x.Dims()
	out := make([]float64, p)
	for i := range n {
		floats.Add(out, x.RawRowView(i))
	}
	floats.Scale(1/float64(n), out)
	return out
}

func isLinear(l Learner) bool {
	var members []Estimator
	switch l := l.(type) {
	case *linear.Logistic:
		return true
	case *blendRegressor:
		members = l.Estimators
	case *blendClassifier:
		members = l.Estimators
	}
	for _, e := range members {
		if isLinear(e.Learner) {
			return true
		}
	}
	return lineOf(l) != nil
}
