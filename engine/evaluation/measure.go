package evaluation

import (
	"context"
	"fmt"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// Measure returns the metrics of the task with their bootstrap intervals, beside
// those of the dummy, the coverage of prediction intervals or sets, and the metrics
// by slice. A metric that is undefined on these rows is left out.
func (e *Evaluation) Measure(ctx context.Context) (results.Metrics, error) {
	list := model.Metrics(e.Model.Task, e.Metric)
	b := e.Config.Evaluation.Bootstrap
	target := e.Model.Schema.Column(e.Model.Schema.Target)
	out := results.Metrics{
		Task: e.Model.Task, Target: target.Name, Unit: target.Unit, Metric: e.Metric.Name,
		Model: e.Model.Digest(), Rows: e.Test.Len(), Level: b.Level,
		Test:     map[string]metrics.Interval{},
		Baseline: results.Score(e.baseline(), list),
		Coverage: e.coverage(),
	}
	intervals, err := b.Intervals(ctx, e.Data, list, e.Config.Seed)
	if err != nil {
		return out, err
	}
	for k, m := range list {
		if intervals[k].Defined() {
			out.Test[m.Name] = intervals[k]
		}
	}
	out.Slices, err = e.slices(ctx, list)
	return out, err
}

// Summary is the deciding metric with its interval, in words.
func Summary(m results.Metrics) string {
	i := m.Test[m.Metric]
	return fmt.Sprintf("test %s %s (%.3g %% interval %s to %s)", m.Metric,
		results.Number(i.Estimate), 100*m.Level, results.Number(i.Low), results.Number(i.High))
}
