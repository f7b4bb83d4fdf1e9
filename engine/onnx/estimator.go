package onnx

import (
	"fmt"
	"reflect"

	"example.com/engine/linear"
	"example.com/engine/model"
	"example.com/engine/neighbors"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// estimator gives the nodes of a fitted estimator on x, [N, features]: [N, 1]
// for a regression, [N, classes] for a classification. A new kind has a line
// here.
func (e *exporter) estimator(est model.Estimator, x *block) (string, error) {
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
func (e *exporter) blend(members []model.Estimator, weights []float64, x *block) (string, error) {
	sum := ""
	for j, m := range members {
		if weights[j] <= 0 {
			continue
		}
		err := e.within(m.Kind, func() error {
			answer, err := e.estimator(m, x)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Kind, err)
			}
			part := e.mul(answer, e.num(weights[j]))
			if sum != "" {
				part = e.add(sum, part)
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

func (e *exporter) dummy(d *linear.Dummy, x *block) string {
	if e.classes() == 0 {
		return e.everyRow(e.matrix(x), e.row("value", []float64{d.Value}), 1)
	}
	prior := make([]float64, e.classes())
	copy(prior, d.Prior)
	return e.everyRow(e.matrix(x), e.row("prior", prior), len(prior))
}

func (e *exporter) line(l linear.Line, x *block) string {
	return e.add(e.num(l.Intercept), e.products(x, [][]float64{l.Coef}))
}

func (e *exporter) logisticRegression(l *linear.Logistic, x *block) (string, error) {
	if len(l.Classes) != e.classes() {
		return "", fmt.Errorf("can't be expressed: it learned %d of the %d classes", len(l.Classes), e.classes())
	}
	z := e.add(e.row("intercept", l.Intercept), e.products(x, l.Coef))
	if len(l.Coef) == 1 {
		first, second := e.logistic(z)
		return e.beside(first, second), nil
	}
	return e.softmax(z), nil
}

// products is the sum of coefficients times columns, for each list of
// coefficients: [N, lists].
//
// Note: a MatMul would do, but it adds in an order of its own. Here the order
// is Go's, so the bits are, too, and what overflows.
func (e *exporter) products(x *block, lists [][]float64) string {
	p, k := len(x.columns), len(lists)
	coef := make([]float64, p*k) // [p, 1, k]
	for list, c := range lists {
		for j, v := range c {
			coef[j*k+list] = v
		}
	}
	columns := e.op("Unsqueeze", e.swap(e.matrix(x), 1, 0), e.wholes("axis_2", 2)) // [p, N, 1]
	terms := e.mul(columns, e.constant("coef", doubleTensor([]int64{int64(p), 1, int64(k)}, coef...)))
	return e.reduce("ReduceSum", terms, 0)
}

func (e *exporter) softmax(z string) string {
	return e.opWith("Softmax", []attribute{{"axis", int64(1)}}, z)
}

// averaged is the mean of the trees, of shares of classes or of numbers.
func (e *exporter) averaged(a *forest.Fitted, x *block) string {
	sum := e.ensemble(a.Trees, e.matrix(x), x.offs())
	if a.Trees.Trees() == 1 {
		return sum
	}
	return e.div(sum, e.num(float64(a.Trees.Trees())))
}

// boosted is the base and the trees.
func (e *exporter) boosted(b *boost.Fitted, x *block) string {
	base := e.row("base", b.Base)
	if b.Trees.Trees() == 0 {
		return e.everyRow(e.matrix(x), base, len(b.Base))
	}
	return e.add(e.ensemble(b.Trees, e.matrix(x), x.offs()), base)
}

func (e *exporter) boostingRegressor(b *boost.Regressor, x *block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Loss == "poisson" {
		return e.op("Exp", raw)
	}
	return raw
}

func (e *exporter) boostingClassifier(b *boost.Classifier, x *block) string {
	raw := e.boosted(&b.Fitted, x)
	if b.Classes == 2 {
		first, second := e.logistic(raw)
		return e.beside(first, second)
	}
	return e.softmax(raw)
}
