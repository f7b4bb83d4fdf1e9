package model

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/estimator"
	"example.com/engine/table"
)

// Prediction holds the answers for n rows: Values for a regression, Proba
// (n × k, in the order of the model's Classes) for a classification. A model
// with calibrated intervals adds to Values the ends of each row's interval, and
// to Proba the codes of the classes in each row's set, the likeliest first;
// else they are nil.
type Prediction struct {
	Values       []float64
	Lower, Upper []float64
	Proba        *mat.Dense
	Sets         [][]int

	decision *Decision // nil for the likeliest class
	codes    []float64 // where rows are decided on by themselves
}

// Predict answers for every row of t, which holds the schema's columns;
// the target and other columns are ignored. A row's answer is the same bits
// whatever rows stand beside it.
func (m *Model) Predict(t *table.Table) (Prediction, error) {
	t, err := m.derived(t)
	if err != nil {
		return Prediction{}, err
	}
	x, err := m.Columns.Matrix(t)
	if err != nil {
		return Prediction{}, err
	}
	p := m.estimate(m.Estimator.Learner, x)
	return p, m.bound(&p, x, t)
}

// clip keeps values in the model's range, if it has one.
func (m *Model) clip(values []float64) {
	if m.Range == nil {
		return
	}
	for i, v := range values {
		values[i] = min(max(v, m.Range.Min), m.Range.Max)
	}
}

// PredictBaseline answers as a model that knows the training target only: one
// number or class for all rows, the best by what the model's threshold was chosen
// by.
func (m *Model) PredictBaseline(rows int) Prediction {
	x := mat.NewDense(rows, len(m.Features), nil)
	if m.Task == Regression {
		return m.estimate(m.Baseline, x)
	}
	p := Prediction{Proba: m.proba(m.Baseline, x)}
	if m.Decision != nil {
		p.decision = m.Decision.constant(p.Proba.At(0, 1))
	}
	return p
}

// Transform returns the estimator's inputs, rows × len(Features). Derived
// columns are made anew, from the schema's alone.
func (m *Model) Transform(t *table.Table) (*mat.Dense, error) {
	t, err := m.derived(t)
	if err != nil {
		return nil, err
	}
	return m.Columns.Matrix(t)
}

// derived returns the schema's columns of t but the target, without those that a
// derivation drops, and the derived ones: what the pipeline may take.
func (m *Model) derived(t *table.Table) (*table.Table, error) {
	t, err := t.Select(m.inputs...)
	if err != nil {
		return nil, err
	}
	return m.Derive.Apply(t)
}

func (m *Model) estimate(l estimator.Learner, x *mat.Dense) Prediction {
	rows, _ := x.Dims()
	if m.Task == Regression {
		values := make([]float64, rows)
		l.(estimator.Regressor).Predict(values, x)
		m.Target.invert(values)
		m.clip(values)
		return Prediction{Values: values}
	}
	proba := m.proba(l, x)
	unweigh(proba, m.ClassWeights)
	return answers{m.Calibration, m.Decision}.of(proba)
}

func (m *Model) proba(l estimator.Learner, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	proba := mat.NewDense(rows, len(m.Classes), nil)
	l.(estimator.Classifier).PredictProba(proba, x)
	return proba
}

// Quantiles are regressions of the two ends of an interval.
type Quantiles struct {
	Low  estimator.Estimator `json:"low"`
	High estimator.Estimator `json:"high"`
}

// newQuantiles returns gradient boosting for the quantiles that leave out as
// many rows on either side.
func newQuantiles(level float64) *Quantiles {
	of := func(q float64) estimator.Estimator {
		b := estimator.NewBoostingRegressor()
		b.Loss, b.Quantile = "quantile", q
		return estimator.Estimator{Kind: "gradient_boosting_regressor", Learner: b}
	}
	return &Quantiles{Low: of((1 - level) / 2), High: of((1 + level) / 2)}
}

// bounds returns the ends in the unit of the target.
func (q *Quantiles) bounds(m *Model, x *mat.Dense) (low, high []float64) {
	low, high = m.regress(q.Low, x), m.regress(q.High, x)
	for i := range low { // two regressions can cross
		low[i], high[i] = min(low[i], high[i]), max(low[i], high[i])
	}
	return low, high
}

// regress returns a regressor's predictions in the unit of the target.
func (m *Model) regress(e estimator.Estimator, x *mat.Dense) []float64 {
	rows, _ := x.Dims()
	values := make([]float64, rows)
	e.Learner.(estimator.Regressor).Predict(values, x)
	m.Target.invert(values)
	return values
}

// fit learns both from the estimator's inputs and its target.
func (q *Quantiles) fit(ctx context.Context, x *mat.Dense, y []float64, stream func(task string) *rand.Rand) error {
	if err := q.Low.Fit(ctx, x, y, nil, stream("lower quantile")); err != nil {
		return fmt.Errorf("fitting the lower quantile: %w", err)
	}
	if err := q.High.Fit(ctx, x, y, nil, stream("upper quantile")); err != nil {
		return fmt.Errorf("fitting the upper quantile: %w", err)
	}
	return nil
}
