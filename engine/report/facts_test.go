package report

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/drift"
	"example.com/engine/explain"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// facts are those of a small run. A column has a name that tries to be HTML.
func facts(t *testing.T, task model.Task) Facts {
	t.Helper()
	rows := table.Must(
		table.Floats("rooms", []float64{1, 2, 3, 4, 5, 6}),
		table.Floats("<b>wild", []float64{0, 1, 0, 1, 0, 1}),
		table.Categories("shore", []string{"near", "far", "near", "far", "far", ""}),
		table.Floats("value", []float64{10, 20, 30, 41, 50, 61}))
	if task != model.Regression {
		rows, _ = rows.With(table.Categories("value", []string{"a", "b", "c", "a", "b", "c"}))
	}
	f := Facts{Test: rows, Schema: schema.Schema{Target: "value", Columns: []schema.Column{
		{Name: "rooms", Type: schema.Integer, Unit: "rooms", Description: "how many"},
		{Name: "<b>wild", Type: schema.Number},
		{Name: "shore", Type: schema.Category, Categories: []string{"near", "far"}, Nullable: true},
		{Name: "value", Type: schema.Number, Unit: "USD", Description: "what it costs"},
	}}}
	estimator := "ridge"
	if task != model.Regression {
		f.Schema.Columns[3].Type, estimator = schema.Category, "logistic_regression"
	}
	r := model.Recipe{Config: model.DefaultConfig(), Schema: f.Schema}
	require.NoError(t, config.Parse("model.yaml", []byte("task: "+string(task)+"\ncolumns: [{columns: [rooms], steps: [standard_scaler]}]\nremainder: drop\nintervals: {method: none}\nestimator: "+estimator), &r.Config))
	m := must.Get(r.Fit(context.Background(), rows))(t)
	f.Model = m
	f.judgement(t, task)
	f.checks(t)
	f.Explanation = results.Explanation{
		Metric: f.Metrics.Metric, Level: 0.95, Rows: 6, Of: 6, CurveRows: 6,
		Importance: []results.Importance{{Columns: []string{"rooms"}, Importance: explain.Importance{Mean: 12, Low: 8, High: 15}}},
		Curves:     []results.Curve{{Column: "rooms", Points: []float64{1, 6}, Outputs: []results.Line{{Mean: []float64{10, 60}}}}},
		Shares: &results.Shares{
			Scale: "target", Terms: []results.Term{{Name: "rooms", Columns: []string{"rooms"}}},
			Outputs: []results.Output{{Base: 35, MeanAbs: []float64{20}}}, Rows: []int{0}, Values: [][]float64{{-25}},
		},
		Worst: []results.Misjudgment{{Row: 3, Loss: 1, Contributions: []float64{-7.5}}, {Row: 0, Loss: 0.5, Contributions: []float64{3}}},
	}
	f.CardText = model.Card{
		Name: "Homes & <values>", Summary: "tells what a home costs", Licence: "MIT", Contact: "us",
		IntendedUse: []string{"to try the page."}, OutOfScope: []string{"all else"}, Data: []string{"made up"},
		Limits: []string{"six rows"}, Ethics: []string{"nobody is in it"},
	}
	return f
}

// common are the metrics of a regression that facts tell: one of the project's
// own changes none of what is compared.
var common = []string{
	"rmse", "mae", "median_absolute_error", "r2", "mape", "rmsle", "pinball", "max_error", "explained_variance", "mse",
}

func measured(task model.Task) []metrics.Metric {
	return slices.DeleteFunc(metrics.All(task), func(m metrics.Metric) bool {
		return task == model.Regression && !slices.Contains(common, m.Name)
	})
}

// judgement fills in training, metrics and decision.
func (f *Facts) judgement(t *testing.T, task model.Task) {
	t.Helper()
	deciding := metrics.All(task)[0]
	p := must.Get(f.Model.Predict(f.Test))(t)
	y := must.Get(f.Model.Truth(f.Test))(t)
	d := p.Data(y)
	numbers := make([]float64, len(y))
	for i := range numbers {
		numbers[i] = float64(i)
	}
	cols := []*table.Column{table.Floats("row", numbers)}
	if task == model.Regression {
		cols = append(cols, table.Floats("actual", y), table.Floats("predicted", d.Pred))
		cols = append(cols, table.Floats("lower", d.Pred), table.Floats("upper", d.Pred))
	} else {
		actual := f.Test.Column("value")
		named := *actual
		named.Name = "actual"
		predicted := named
		predicted.Name = "predicted"
		cols = append(cols, &named, &predicted)
		for _, c := range f.Model.Classes {
			cols = append(cols, table.Floats("p_"+c, make([]float64, len(y))))
		}
	}
	f.Predictions = table.Must(cols...)
	test := map[string]metrics.Interval{}
	for name, v := range results.Score(d, measured(task)) {
		test[name] = metrics.Interval{Estimate: v, Low: v - 1, High: v + 1, Units: 6, Kind: "rows"}
	}
	f.Metrics = results.Metrics{
		Task: task, Target: "value", Unit: "USD", Metric: deciding.Name, Rows: 6, Level: 0.95,
		Test: test, Baseline: results.Score(d, measured(task)),
		Slices: []results.Slicing{{By: "shore", Slices: []results.Slice{
			{Name: "near", Rows: 2, Deciding: &metrics.Interval{Estimate: 90, Low: 80, High: 99}, Scores: results.Scores{deciding.Name: 90}},
		}, Small: []results.Small{{Name: "null", Rows: 1}}}},
	}
	f.Training = results.Training{
		Task: task, Target: "value", Estimator: f.Model.Estimator.Kind, Metric: deciding.Name, Rows: 6,
		Scores: results.Score(d, measured(task)), Warnings: []string{"six rows are few"},
	}
	f.Decision = results.Decision{Promote: true, Reason: "not worse", Against: []results.Challenge{{
		Name: "champion", Metric: deciding.Name, Rows: 4, LeftOut: []results.LeftOut{{Rows: 2, Why: "the champion learned from them"}},
	}}}
}

// checks fills in what was found of the data.
func (f *Facts) checks(t *testing.T) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(`{"rows_read": 7, "dropped": [{"reason": "a duplicate", "rows": 1}], "rows": 6,
		"columns": [{"name": "rooms", "type": "integer", "unit": "rooms"}, {"name": "shore", "type": "category", "levels": [{"value": "<near>", "count": 2}]}],
		"violations": [{"column": "shore", "check": "category", "severity": "warning", "message": "not <known>", "count": 1, "share": 0.2, "first": [{"row": 1, "value": "x"}]}]}`), &f.Validation))
	require.NoError(t, json.Unmarshal([]byte(`{"split": {"random": {}}, "train_rows": 6, "test_rows": 6, "repeated_rows": {"rows": 0}}`), &f.Split))
	half := 0.5
	f.Drift = &drift.Report{
		Reference: drift.Table{Name: "training rows", Rows: 6}, Current: drift.Table{Name: "test rows", Rows: 6},
		Columns: []drift.Comparison{
			{Column: "shore", Role: drift.Feature, Judged: true},
			{Column: "rooms", Role: drift.Feature, Judged: true, PSI: &half, Alarms: []drift.Alarm{{Column: "rooms", Severity: drift.Warning}}, Distribution: &drift.Test{Name: "kolmogorov_smirnov", Statistic: 0.4, Q: 0.01}},
		},
		Alarms:       []drift.Alarm{{Column: "rooms", Severity: drift.Warning, Message: "has moved"}},
		Multivariate: &drift.Multivariate{AUC: 0.7, Low: 0.6, High: 0.8, Columns: []drift.Importance{{Column: "rooms", Share: 1}}},
	}
	f.Records = []stage.Record{
		{Stage: "fetch", Program: "p1"},
		{Stage: "clean", Program: "p2"},
	}
}

// figures are one of each section.
func figures() []Figure {
	var list []Figure
	for _, f := range [][2]string{
		{"map", ""}, {"correlation", "columns"}, {"folds", ""}, {"predicted", "predictions"}, {"importance", "explanation"}, {"slices", "slices"},
	} {
		name, about := f[0], f[1]
		list = append(list, Figure{Name: name, Title: name, Caption: "of " + name, Section: about, Width: 600, PNG: []byte("png"), SVG: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`)})
	}
	return list
}
