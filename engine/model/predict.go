package model

import (
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

// PredictBaseline answers as a model that knows the training target only.
func (m *Model) PredictBaseline(rows int) Prediction {
	return m.estimate(m.Baseline, mat.NewDense(rows, len(m.Features), nil))
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
	proba := mat.NewDense(rows, len(m.Classes), nil)
	l.(estimator.Classifier).PredictProba(proba, x)
	return Prediction{Proba: proba}
}
