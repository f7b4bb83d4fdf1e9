package onnx

import (
	"fmt"
	"reflect"

	"example.com/engine/linear"
	"example.com/engine/model"
	"example.com/engine/neighbors"
	"example.com/engine/onnx/graph"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// estimator gives the nodes of a fitted estimator on x, [N, features]: [N, 1]
// for a regression, [N, classes] for a classification. A new kind has a line
// here.
func (e *exporter) estimator(est model.Estimator, x *graph.Block) (string, error) {
	switch l := est.Learner.(type) {
	case *linear.Dummy:
		return e.dummy(l, x), nil
	case *linear.LeastSquares:
		return e.line(l.Line, x), nil
	case *linear.Ridge:
		return e.line(l.Line, x), nil
	case *linear.Lasso:
		return e.line(l.Line, x), nil
	case *linear.ElasticNet:
		return e.line(l.Line, x), nil
	case *linear.Logistic:
		return e.logisticRegression(l, x)
	case *neighbors.Regressor:
		return e.neighborsMean(l, x), nil
	case *neighbors.Classifier:
		return e.neighborsShares(l, x), nil
	case *forest.Regressor:
		return e.averaged(&l.Fitted, x), nil
	case *forest.Classifier:
		return e.averaged(&l.Fitted, x), nil
	case *forest.ExtraRegressor:
		return e.averaged(&l.Fitted, x), nil
	case *forest.ExtraClassifier:
		return e.averaged(&l.Fitted, x), nil
	case *forest.TreeRegressor:
		return e.averaged(&l.Fitted, x), nil
	case *forest.TreeClassifier:
		return e.averaged(&l.Fitted, x), nil
	}
	if b, ok := wrapped[boost.Regressor](est.Learner, "Regressor"); ok {
		return e.boostingRegressor(b, x), nil
	}
	if b, ok := wrapped[boost.Classifier](est.Learner, "Classifier"); ok {
		return e.boostingClassifier(b, x), nil
	}
	if members, ok := wrapped[[]model.Estimator](est.Learner, "Estimators"); ok {
		weights, _ := wrapped[[]float64](est.Learner, "Weights")
		return e.blend(*members, *weights, x)
	}
	return "", fmt.Errorf("can't be expressed: package onnx does not know %T", est.Learner)
}

// wrapped returns the field of a learner that package model wraps in a type of
// its own.
func wrapped[T any](l model.Learner, field string) (*T, bool) {
	v := reflect.Indirect(reflect.ValueOf(l))
	if v.Kind() != reflect.Struct {
		return nil, false
	}
	f := v.FieldByName(field)
	if !f.IsValid() || !f.CanAddr() {
		return nil, false
	}
	p, ok := f.Addr().Interface().(*T)
	return p, ok
}

// blend adds the members' answers by weight, in their order.
func (e *exporter) blend(members []model.Estimator, weights []float64, x *graph.Block) (string, error) {
	sum := ""
	for j, m := range members {
		if weights[j] <= 0 {
			continue
		}
		err := e.Within(m.Kind, func() error {
			answer, err := e.estimator(m, x)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Kind, err)
			}
			part := e.Mul(answer, e.Num(weights[j]))
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

func (e *exporter) line(l linear.Line, x *graph.Block) string {
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
