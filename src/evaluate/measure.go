package main

import (
	"context"
	"fmt"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

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

// measure fills in the metrics with their intervals.
func (e *evaluation) measure(ctx context.Context) error {
	list := model.Metrics(e.model.Task, e.metric)
	b := e.cfg.Evaluation.Bootstrap
	intervals, err := b.Intervals(ctx, e.data, list, e.cfg.Seed)
	if err != nil {
		return err
	}
	target := e.model.Schema.Column(e.model.Schema.Target)
	e.metrics = results.Metrics{
		Task: e.model.Task, Target: target.Name, Unit: target.Unit, Metric: e.metric.Name,
		Model: e.model.Digest(), Rows: e.test.Len(), Level: b.Level,
		Test:     map[string]metrics.Interval{},
		Baseline: results.Score(e.baseline(), list),
	}
	for k, m := range list {
		if intervals[k].Defined() {
			e.metrics.Test[m.Name] = intervals[k]
		}
	}
	e.cover()
	return e.slice(ctx, list)
}

// baseline is what the dummy answers for the test rows.
func (e *evaluation) baseline() metrics.Data {
	return e.model.PredictBaseline(e.test.Len()).Data(e.data.Y)
}

// summary is the deciding metric with its interval.
func (e *evaluation) summary() string {
	i := e.metrics.Test[e.metric.Name]
	return fmt.Sprintf("test %s %s (%.3g %% interval %s to %s)", e.metric.Name,
		results.Number(i.Estimate), 100*e.metrics.Level, results.Number(i.Low), results.Number(i.High))
}
