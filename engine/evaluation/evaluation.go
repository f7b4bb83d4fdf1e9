// Package evaluation judges a model on test rows, which nothing was fitted on:
// how good it is there, with intervals and by slice; how these rows differ from the
// training rows; what its predictions depend on; and whether it should take the
// champion's place.
//
//	e, err := evaluation.New(m, rows, cfg)
//	measured, err := e.Measure(ctx)
//	decision, err := e.Decide(ctx, "models/champion/model.zip")
//
// Each result is the same for the same model, rows and settings, on any number of
// cores.
package evaluation

import (
	"context"
	"errors"

	"example.com/engine/inspection"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// Evaluation is a model with its answers for test rows.
type Evaluation struct {
	Model  *model.Model
	Test   *table.Table   // the columns of the schema
	Config model.Config   // of which Seed, Metric and Evaluation count
	Metric metrics.Metric // that decides

	Answers model.Prediction // for Test, row by row
	Data    metrics.Data     // the answers with the truth
}

// New asks the model for its answers. There must be a row, and each must have a
// target. An empty metric in cfg is the default of the model's task.
func New(m *model.Model, test *table.Table, cfg model.Config) (*Evaluation, error) {
	if test.Len() == 0 {
		return nil, errors.New("there are no rows: nothing to evaluate on")
	}
	e := &Evaluation{Model: m, Test: test, Config: cfg}
	var err error
	if e.Metric, err = model.DecidingMetric(m.Task, cfg.Metric); err != nil {
		return nil, err
	}
	e.Data, e.Answers, err = ask(m, test)
	return e, err
}

// ask returns a model's answers for the rows of test and pairs them with the
// truth.
func ask(m *model.Model, test *table.Table) (metrics.Data, model.Prediction, error) {
	y, err := m.Truth(test)
	if err != nil {
		return metrics.Data{}, model.Prediction{}, err
	}
	p, err := m.Predict(test)
	if err != nil {
		return metrics.Data{}, model.Prediction{}, err
	}
	return p.Data(y), p, nil
}

// baseline is what the dummy answers for the test rows.
func (e *Evaluation) baseline() metrics.Data {
	return e.Model.PredictBaseline(e.Test.Len()).Data(e.Data.Y)
}

// Explain finds what the predictions for the test rows depend on.
func (e *Evaluation) Explain(ctx context.Context) (results.Explanation, error) {
	return inspection.Case{
		Model: e.Model, Test: e.Test, Data: e.Data, Metric: e.Metric,
		Settings: e.Config.Evaluation.Explanation, Seed: e.Config.Seed,
	}.Run(ctx)
}
