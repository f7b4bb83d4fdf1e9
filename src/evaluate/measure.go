package main

import (
	"context"
	"fmt"

	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/stage"
	"example.com/housing/src/internal/table"
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
	return nil
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

type outputs struct{ metrics, predictions, decision *stage.Output }

func (o outputs) write(e *evaluation, d results.Decision) error {
	data, err := results.Marshal(e.metrics)
	if err != nil {
		return err
	}
	if err := o.metrics.WriteFile(data); err != nil {
		return err
	}
	if data, err = results.Marshal(d); err != nil {
		return err
	}
	if err := o.decision.WriteFile(data); err != nil {
		return err
	}
	return o.writePredictions(e)
}

func (o outputs) writePredictions(e *evaluation) error {
	f, err := o.predictions.Create()
	if err != nil {
		return err
	}
	t, err := e.predictions()
	if err != nil {
		return err
	}
	w, err := table.NewWriter(f, "csv", results.PredictionFields(e.model.Task, e.model.Classes))
	if err != nil {
		return err
	}
	if err := w.Write(t); err != nil {
		return err
	}
	return w.Close()
}

// predictions is the table of results.PredictionFields.
func (e *evaluation) predictions() (*table.Table, error) {
	rows := make([]float64, e.test.Len())
	for i := range rows {
		rows[i] = float64(i)
	}
	if e.model.Task == model.Regression {
		return table.New(table.Floats("row", rows), table.Floats("actual", e.data.Y), table.Floats("predicted", e.data.Pred))
	}
	cols := []*table.Column{
		table.Floats("row", rows),
		{Name: "actual", Kind: table.Category, Codes: codes(e.data.Y), Levels: e.model.Classes},
		{Name: "predicted", Kind: table.Category, Codes: codes(e.data.Pred), Levels: e.model.Classes},
	}
	for k, class := range e.model.Classes {
		p := make([]float64, len(rows))
		for i := range p {
			p[i] = e.answers.Proba.At(i, k)
		}
		cols = append(cols, table.Floats("p_"+class, p))
	}
	return table.New(cols...)
}

func codes(v []float64) []int32 {
	out := make([]int32, len(v))
	for i, x := range v {
		out[i] = int32(x)
	}
	return out
}
