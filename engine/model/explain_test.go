package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/estimator"
	"example.com/engine/explain"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// estimators are those of every kind, by task.
var estimators = map[Task][]string{
	Regression: {
		"dummy", "linear_regression", "ridge", "lasso", "elastic_net",
		"{gradient_boosting_regressor: {max_iter: 20}}", "{gradient_boosting_regressor: {max_iter: 20, loss: huber}}",
		"{random_forest_regressor: {n_estimators: 5}}", "{extra_trees_regressor: {n_estimators: 5}}", "decision_tree_regressor",
		"{blend_regressor: {weighting: equal, estimators: [ridge, {random_forest_regressor: {n_estimators: 3}}]}}",
		"{blend_regressor: {weighting: equal, estimators: [{blend_regressor: {weighting: equal, estimators: [dummy, lasso]}}, {gradient_boosting_regressor: {max_iter: 5}}]}}",
	},
	Binary:     classifiers,
	Multiclass: classifiers,
}

var classifiers = []string{
	"{dummy: {strategy: prior}}", "logistic_regression", "{gradient_boosting_classifier: {max_iter: 10}}",
	"{random_forest_classifier: {n_estimators: 5}}", "{extra_trees_classifier: {n_estimators: 5}}", "decision_tree_classifier",
	"{blend_classifier: {weighting: equal, estimators: [{dummy: {strategy: prior}}, {random_forest_classifier: {n_estimators: 3}}]}}",
}

// graded are homes whose target is a class, of k.
func graded(t *testing.T, n, k int) *table.Table {
	t.Helper()
	rows := homes(t, n)
	names := make([]string, n)
	for i, v := range rows.Column("value").Floats {
		names[i] = []string{"cheap", "middling", "dear"}[min(k-1, max(0, int(v/40)))]
	}
	rows = must.Get(rows.With(table.Categories("value", names)))(t)
	return rows
}

// fittedFor fits and returns a model with rows of its task.
func fittedFor(t *testing.T, task Task, more string) (*Model, *table.Table) {
	t.Helper()
	r := recipe(t, fmt.Sprintf("task: %s\n%s\nintervals: {method: none}", task, more))
	rows := homes(t, 300)
	switch {
	case task == Multiclass:
		rows = graded(t, 300, 3)
	case task == Binary:
		rows = graded(t, 300, 2)
	case strings.Contains(more, "target_transform"):
		positive(rows.Column("value").Floats)
	}
	if task != Regression {
		r.Schema.Column("value").Type = schema.Category
	}
	return fitted(t, r, rows), rows
}

// invert turns what is explained of a row into what is predicted.
func invert(scale explain.Scale, sums []float64) []float64 {
	odds, total := make([]float64, len(sums)), 0.0
	for k, v := range sums {
		odds[k] = math.Exp(v)
		total += odds[k]
	}
	switch scale {
	case explain.LogScale:
		return odds
	case explain.Log1pScale:
		return []float64{odds[0] - 1}
	case explain.LogOddsScale:
		return []float64{1 / (1 + math.Exp(-sums[0]))}
	case explain.ScoreScale:
		for k := range odds {
			odds[k] /= total
		}
		return odds
	}
	return sums
}

// explained explains rows by a model that can be explained.
func explained(t *testing.T, m *Model, rows *table.Table) (*Explainer, Explanation) {
	t.Helper()
	e := must.Get(m.Explainer())(t)
	x := must.Get(e.Explain(rows))(t)
	return e, x
}

func TestContributionsAddUpToThePrediction(t *testing.T) {
	check := func(task Task, more string) {
		t.Run(string(task)+" "+more, func(t *testing.T) {
			m, rows := fittedFor(t, task, more)
			loaded := must.Get(Read(saved(t, m)))(t)
			e, x := explained(t, loaded, rows)
			p := must.Get(m.Predict(rows))(t)
			for i := range rows.Len() {
				sums := make([]float64, len(e.Outputs))
				for k, o := range e.Outputs {
					sums[k] = o.Base
					for _, v := range x.Row(i, k) {
						sums[k] += v
					}
					require.InDelta(t, sums[k], x.Sums.At(i, k), 1e-9)
				}
				for k, v := range invert(e.Scale, sums) {
					want := 0.0
					if task == Regression {
						want = p.Values[i]
					} else {
						want = p.Proba.At(i, slices.Index(m.Classes, e.Outputs[k].Class))
					}
					require.InDelta(t, want, v, 1e-9*max(1, math.Abs(want)), "row %d", i)
				}
			}
		})
	}
	for task, list := range estimators {
		for _, e := range list {
			check(task, "estimator: "+e)
		}
	}
	check(Regression, "target_transform: log1p\nestimator: ridge")
	check(Regression, "target_transform: log\nestimator: {gradient_boosting_regressor: {max_iter: 20}}")
}

// Every kind of estimator is tested above or refused here.
func TestEveryEstimatorIsExplainedOrRefused(t *testing.T) {
	for _, kind := range estimator.Kinds() {
		if strings.HasPrefix(kind, "k_neighbors") {
			continue
		}
		there := slices.ContainsFunc(slices.Concat(estimators[Regression], classifiers), func(s string) bool { return strings.Contains(s, kind) })
		assert.True(t, there, "%s is not explained in a test", kind)
	}
	for _, c := range []struct {
		task      Task
		more, why string
	}{
		{Regression, "estimator: k_neighbors_regressor", "k_neighbors_regressor is neither trees, nor linear"},
		{Binary, "estimator: k_neighbors_classifier", "k_neighbors_classifier is neither"},
		{Regression, "estimator: {blend_regressor: {weighting: equal, estimators: [ridge, k_neighbors_regressor]}}", "k_neighbors_regressor is neither"},
		{Binary, "estimator: {blend_classifier: {weighting: equal, estimators: [logistic_regression, {dummy: {strategy: prior}}]}}", "which is its log_odds"},
		{Regression, "target_transform: log1p\nestimator: {gradient_boosting_regressor: {loss: poisson, max_iter: 5}}", "has a log link"},
	} {
		m, _ := fittedFor(t, c.task, c.more)
		_, err := m.Explainer()
		assert.ErrorIs(t, err, explain.ErrUnexplained, c.more)
		assert.ErrorContains(t, err, c.why)
	}
	m, _ := fittedFor(t, Regression, "estimator: ridge")
	m.Means = nil
	_, err := m.Explainer()
	assert.ErrorIs(t, err, explain.ErrUnexplained)
	assert.ErrorContains(t, err, "train it again")
}

func TestPoissonIsExplainedOnTheLogScale(t *testing.T) {
	r := recipe(t, "estimator: {gradient_boosting_regressor: {loss: poisson, max_iter: 20}}")
	rows := homes(t, 300)
	positive(rows.Column("value").Floats)
	m := fitted(t, r, rows)
	e, x := explained(t, m, rows)
	require.Equal(t, explain.LogScale, e.Scale)
	for i, v := range predict(t, m, rows) {
		require.InEpsilon(t, v, math.Exp(x.Sums.At(i, 0)), 1e-9)
	}
}

func TestTermsAreColumnsOfTheSchema(t *testing.T) {
	m, rows := fittedFor(t, Regression, "estimator: ridge")
	e, x := explained(t, m, rows)
	assert.Equal(t, []Term{
		{"rooms", []string{"rooms"}, []string{"rooms"}},
		{"shore", []string{"shore"}, []string{"shore_far", "shore_island", "shore_near", "shore_nan"}},
		{"per_room", []string{"rooms", "people"}, []string{"per_room"}},
		{"east, north", []string{"east", "north"}, []string{"cluster_0_similarity", "cluster_1_similarity", "cluster_2_similarity", "cluster_3_similarity"}},
	}, e.Terms)

	for k, term := range e.Terms {
		mean := 0.0
		for i := range rows.Len() {
			mean += x.Row(i, 0)[k]
		}
		assert.InDelta(t, 0, mean, 1e-9, "contributions of %s to the training rows add up to nothing", term.Name)
	}
}

// A column that goes two ways into the pipeline, alone and derived, keeps the
// name of the columns for what is made of them together.
func TestTermsOfSeveralColumns(t *testing.T) {
	r := recipe(t, "")
	r.Config.Columns.Groups = nil
	more := `columns:
  - columns: [rooms, people, per_room]
    steps: [simple_imputer, standard_scaler]
  - columns: [people, rooms]
    steps: [simple_imputer, ratio: {name: again}]
estimator: ridge`
	require.NoError(t, config.Parse("model.yaml", []byte(more), &r.Config))
	m := fitted(t, r, homes(t, 300))
	e := must.Get(m.Explainer())(t)
	var names []string
	for _, term := range e.Terms {
		names = append(names, term.Name)
	}
	assert.Equal(t, []string{"rooms", "people", "rooms, people"}, names)
	assert.Equal(t, []string{"per_room", "again"}, e.Terms[2].Features)
}

func TestARowIsExplainedTheSameInAnyBatch(t *testing.T) {
	m, rows := fittedFor(t, Regression, "estimator: {blend_regressor: {weighting: equal, estimators: [ridge, {random_forest_regressor: {n_estimators: 20}}]}}")
	e, all := explained(t, m, rows)
	for i := range rows.Len() {
		one := must.Get(e.Explain(rows.Slice(i, i+1)))(t)
		require.Equal(t, all.Row(i, 0), one.Row(0, 0), "row %d", i)
	}
}

func BenchmarkExplainRow(b *testing.B) {
	t := &testing.T{}
	m, rows := fittedFor(t, Regression, "estimator: {gradient_boosting_regressor: {max_iter: 500}}")
	e := must.Get(m.Explainer())(b)
	row := rows.Slice(0, 1)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = e.Explain(row)
	}
}
