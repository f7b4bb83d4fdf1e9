package figures

import (
	"fmt"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/search"
	"example.com/engine/table"
)

// Data is what figures and report are made from.
//
// Schema and what follows until Searched are there from the start, for
// [Figure.Applies]. [Load] fills in the rest: what the stages found, in
// [report.Facts], and the rows. Test has the columns of the schema; Train has the
// derived ones, too. Predictions are of the rows of Test, one by one, with the
// columns of [results.PredictionFields], and if Metrics.Coverage is not nil those of
// [results.IntervalFields].
type Data struct {
	report.Facts

	Task          model.Task
	Intervals     bool // predictions are to carry intervals or sets
	LearningCurve bool // there is one in Training
	Searched      bool // there is a Search

	Train  *table.Table
	Search search.Table
}

// Target returns the column of the training rows that is predicted.
func (d *Data) Target() *table.Column { return d.Train.Column(d.Schema.Target) }

// Label is the name of a column in words, with its unit.
func (d *Data) Label(name string) string {
	if unit := d.Unit(name); unit != "" {
		return fmt.Sprintf("%s (%s)", results.Words(name), unit)
	}
	return results.Words(name)
}

// Unit is that of a column of the schema; it is empty if there is none.
func (d *Data) Unit(name string) string {
	if c := d.Schema.Column(name); c != nil {
		return c.Unit
	}
	return ""
}

// Residuals returns actual minus predicted of the test rows. The task is a
// regression.
func (d *Data) Residuals() []float64 {
	actual, answers := d.Predictions.Column("actual").Floats, d.Predictions.Column("predicted").Floats
	rest := make([]float64, len(actual))
	for i := range rest {
		rest[i] = actual[i] - answers[i]
	}
	return rest
}

// targetUnit is the unit of the target in parentheses, or nothing.
func (d *Data) targetUnit() string {
	if unit := d.Unit(d.Schema.Target); unit != "" {
		return "(" + unit + ")"
	}
	return ""
}

// deciding is the metric that decides.
func (d *Data) deciding() metrics.Metric {
	m, err := model.DecidingMetric(d.Task, d.Metrics.Metric)
	if err != nil {
		panic("figures: " + err.Error()) // evaluate has used it
	}
	return m
}

// metricUnit is the unit of the deciding metric in parentheses, or nothing.
func (d *Data) metricUnit() string {
	if d.deciding().Unit == metrics.TargetUnit {
		return d.targetUnit()
	}
	return ""
}
