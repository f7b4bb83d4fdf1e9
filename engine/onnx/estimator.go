package onnx

import (
	"fmt"

	"example.com/engine/estimator"
	"example.com/engine/linear"
	"example.com/engine/neighbors"
	"example.com/engine/onnx/graph"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// estimator gives the nodes of a fitted estimator on x, [N, features]: [N, 1]
// for a regression, [N, classes] for a classification. One that is not of this
// module is a [graph.Estimator]; a new kind of this module has a line here.
func (e *exporter) estimator(est estimator.Estimator, x *graph.Block) (string, error) {
	switch l := est.Learner.(type) {
	case graph.Estimator:
		return l.Graph(e.Graph, x)
	case interface{ Linear() *linear.Line }:
		return e.line(l.Linear(), x), nil
	case *linear.Dummy:
		return e.dummy(l, x), nil
	case *linear.Logistic:
		return e.logisticRegression(l, x)
	case *neighbors.Regressor:
		return e.neighborsMean(l, x), nil
	case *neighbors.Classifier:
		return e.neighborsShares(l, x), nil
	case *estimator.BoostingRegressor:
		return e.boostingRegressor(&l.Regressor, x), nil
	case *estimator.BoostingClassifier:
		return e.boostingClassifier(&l.Classifier, x), nil
	case interface{ Averaged() *forest.Fitted }:
		return e.averaged(l.Averaged(), x), nil
	case interface{ Blended() *estimator.Blend }:
		return e.blend(l.Blended(), x)
	}
	return "", fmt.Errorf("can't be expressed: package onnx does not know %T", est.Learner)
}

// blend adds the members' answers by weight, in their order.
func (e *exporter) blend(b *estimator.Blend, x *graph.Block) (string, error) {
	sum := ""
	for j, m := range b.Estimators {
		if b.Weights[j] <= 0 {
			continue
		}
		err := e.Within(m.Kind, func() error {
			answer, err := e.estimator(m, x)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Kind, err)
			}
			part := e.Mul(answer, e.Num(b.Weights[j]))
			if sum != "" {
				part = e.Add(sum, part)
			}
			sum = part
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return sum, nil
}

func (e *exporter) dummy(d *linear.Dummy, x *graph.Block) string {
	if e.classes() == 0 {
		return e.EveryRow(e.Matrix(x), e.Row("value", []float64{d.Value}), 1)
	}
	prior := make([]float64, e.classes())
	copy(prior, d.Prior)
	return e.EveryRow(e.Matrix(x), e.Row("prior", prior), len(prior))
}

func (e *exporter) line(l *linear.Line, x *graph.Block) string {
	return e.Add(e.Num(l.Intercept), e.Weighted(x, [][]float64{l.Coef}))
}

func (e *exporter) logisticRegression(l *linear.Logistic, x *graph.Block) (string, error) {
	if len(l.Classes) != e.classes() {
		return "", fmt.Errorf("can't be expressed: it learned %d of the %d classes", len(l.Classes), e.classes())
	}
	z := e.Add(e.Row("intercept", l.Intercept), e.Weighted(x, l.Coef))
	if len(l.Coef) == 1 {
		first, second := e.Logistic(z)
		return e.Beside(first, second), nil
	}
	return e.Softmax(z), nil
}

// averaged is the mean of the trees, of shares of classes or of numbers.
func (e *exporter) averaged(a *forest.Fitted, x *graph.Block) string {
	sum := e.ensemble(a.Trees, e.Matrix(x), x.Offs())
	if a.Trees.Trees() == 1 {
		return sum
	}
	return e.Div(sum, e.Num(float64(a.Trees.Trees())))
}

// boosted is the base and the trees.
func (e *exporter) boosted(b *boost.Fitted, x *graph.Block) string {
	base := e.Row("base", b.Base)
	if b.Trees.Trees() == 0 {
		return e.EveryRow(e.Matrix(x), base, len(b.Base))
	}
	return e.Add(e.ensemble(b.Trees, e.Matrix(x), x.Offs()), base)
}

func (e *exporter) boostingRegressor(b *boost.Regressor, x *graph.Block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Loss == "poisson" {
		return e.Op("Exp", raw)
	}
	return raw
}

func (e *exporter) boostingClassifier(b *boost.Classifier, x *graph.Block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Classes == 2 {
		first, second := e.Logistic(raw)
		return e.Beside(first, second)
	}
	return e.Softmax(raw)
}
