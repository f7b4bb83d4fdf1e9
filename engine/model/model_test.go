package model

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/estimator"
	"example.com/engine/metrics"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
)

const pipeline = `
columns:
  - columns: [rooms, per_room]
    steps: [simple_imputer: {strategy: median}, standard_scaler]
  - columns: [east, north]
    steps: [cluster_similarity: {n_clusters: 4}]
  - type: category
    steps: [one_hot_encoder: {handle_unknown: ignore}]
`

// recipe is a small pipeline with each kind of column.
func recipe(t testing.TB, more string) Recipe {
	t.Helper()
	r := Recipe{Config: DefaultConfig()}
	require.NoError(t, config.Parse("model.yaml", []byte(pipeline+more), &r.Config))
	var features struct {
		Derive derive.List `yaml:"derive"`
	}
	require.NoError(t, config.Parse("features.yaml", []byte(
		`derive: [ratio: {name: per_room, numerator: people, denominator: rooms}]`), &features))
	r.Derive = features.Derive
	r.Schema = schema.Schema{Target: "value"}
	r.Schema.Columns = []schema.Column{
		{Name: "rooms", Type: schema.Number, Nullable: true},
		{Name: "people", Type: schema.Number},
		{Name: "east", Type: schema.Number},
		{Name: "north", Type: schema.Number},
		{Name: "shore", Type: schema.Category, Nullable: true},
		{Name: "value", Type: schema.Number},
	}
	return r
}

// homes draws n rows whose value depends on all columns.
func homes(t testing.TB, n int) *table.Table {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	v := make([][]float64, 5)
	shore := make([]string, n)
	for i := range n {
		row := []float64{float64(1 + rng.IntN(9)), float64(1 + rng.IntN(30)), rng.NormFloat64(), rng.NormFloat64()}
		value := 10*row[0] - row[1] + 5*row[2] + rng.NormFloat64()
		if shore[i] = []string{"near", "far", "island", ""}[rng.IntN(4)]; shore[i] == "near" {
			value += 20
		}
		if rng.IntN(10) == 0 {
			row[0] = math.NaN()
		}
		for j, x := range append(row, value) {
			v[j] = append(v[j], x)
		}
	}
	return table.Must(
		table.Floats("rooms", v[0]), table.Floats("people", v[1]), table.Floats("east", v[2]),
		table.Floats("north", v[3]), table.Categories("shore", shore), table.Floats("value", v[4]))
}

func fitted(t testing.TB, r Recipe, rows *table.Table) *Model {
	t.Helper()
	return must.Get(r.Fit(context.Background(), rows))(t)
}

func saved(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, m.Save(&b))
	return b.Bytes()
}

func predict(t *testing.T, m *Model, rows *table.Table) []float64 {
	t.Helper()
	p := must.Get(m.Predict(rows))(t)
	return p.Values
}

func TestFitBeatsTheBaseline(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 500)
	m := fitted(t, r, rows)
	y := must.Get(m.Truth(rows))(t)
	rmse := metrics.All(metrics.Regression)[0]
	dummy := rmse.Score(metrics.Data{Y: y, Pred: m.PredictBaseline(rows.Len()).Values})
	assert.Less(t, rmse.Score(metrics.Data{Y: y, Pred: predict(t, m, rows)}), dummy/2)
}

func TestLoadedModelPredictsTheSameBits(t *testing.T) {
	for _, more := range []string{"", "target_transform: log1p\nestimator: ridge", "estimator: linear_regression"} {
		r := recipe(t, more)
		rows := homes(t, 300)
		if strings.Contains(more, "log1p") {
			positive(rows.Column("value").Floats)
		}
		m := fitted(t, r, rows)
		data := saved(t, m)
		loaded := must.Get(Read(data))(t)
		assert.Equal(t, predict(t, m, rows), predict(t, loaded, rows))
		assert.Equal(t, data, saved(t, loaded), "saving again gives the same bytes")
		assert.Len(t, loaded.Version(), 12)
	}
}

func positive(v []float64) {
	for i := range v {
		v[i] = math.Abs(v[i])
	}
}

func TestOneRowGivesTheBitsOfTheBatch(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 200)
	m := fitted(t, r, rows)
	batch := predict(t, m, rows)
	for i := range rows.Len() {
		one := predict(t, m, rows.Slice(i, i+1))
		require.Equal(t, math.Float64bits(batch[i]), math.Float64bits(one[0]), "row %d", i)
	}
}

func TestPredictNeedsNeitherTargetNorDerivedColumns(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 100)
	m := fitted(t, r, rows)
	raw := must.Get(rows.Select("shore", "north", "east", "people", "rooms"))(t)
	assert.Equal(t, predict(t, m, rows), predict(t, m, raw))

	less := must.Get(rows.Select("north", "east", "people", "rooms"))(t)
	require.ErrorContains(t, must.Err(m.Predict(less)), `"shore"`)
}

// Rows that a fold holds out must not change what it learns: neither their
// features nor their target.
func TestHeldOutRowsDoNotChangeTheModel(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 200)
	folds := must.Get(r.Folds(rows))(t)
	before := saved(t, fitted(t, r, rows.Take(folds[0].Train)))
	for _, i := range folds[0].Test {
		for _, c := range rows.Columns() {
			if c.Kind == table.Float {
				c.Floats[i] = 1e6
			}
		}
	}
	assert.Equal(t, before, saved(t, fitted(t, r, rows.Take(folds[0].Train))))
}

// A target that leaked into the features would give a perfect score.
func TestTargetIsNoFeature(t *testing.T) {
	r := recipe(t, "remainder: passthrough\n")
	m := fitted(t, r, homes(t, 100))
	assert.NotContains(t, m.Features, "value")

	r = recipe(t, "")
	r.Config.Columns.Groups[0].Columns = append(r.Config.Columns.Groups[0].Columns, "value")
	require.ErrorContains(t, must.Err(r.Fit(context.Background(), homes(t, 100))), `"value"`)
}

func TestCrossValidationIsTheSameEveryTime(t *testing.T) {
	r := recipe(t, "cross_validation: {split: {kfold: {folds: 4, shuffle: true}}}")
	rows := homes(t, 200)
	folds := must.Get(r.Folds(rows))(t)
	score := func() string {
		cv := must.Get(r.CrossValidate(context.Background(), rows, folds, metrics.All(Regression), func() {}))(t)
		require.Len(t, cv.Folds, 4)
		return fmt.Sprint(cv)
	}
	assert.Equal(t, score(), score())
}

func TestTrainingTargetThatCannotBeLearned(t *testing.T) {
	check := func(name, more, want string, change func(*table.Table)) {
		t.Helper()
		r := recipe(t, more)
		rows := homes(t, 50)
		change(rows)
		require.ErrorContains(t, must.Err(r.Fit(context.Background(), rows)), want, name)
	}
	check("null", "", `row 3: target "value" is null`, func(t *table.Table) { t.Column("value").Floats[2] = math.NaN() })
	check("log of a negative", "target_transform: log", "has no log", func(t *table.Table) { t.Column("value").Floats[0] = -1 })
	check("three classes", "task: binary\nestimator: {gradient_boosting_classifier: {max_iter: 2}}", "needs 2", func(t *table.Table) {
		for i := range t.Column("value").Floats {
			t.Column("value").Floats[i] = float64(i % 3)
		}
	})
}

// Every kind of estimator must survive the file with the same bits.
func TestEveryEstimatorIsSaved(t *testing.T) {
	for _, kind := range estimator.Kinds() {
		t.Run(kind, func(t *testing.T) {
			e := must.Get(estimator.New(kind))(t)
			settings := map[string]string{
				"blend_regressor":  "{estimators: [ridge, random_forest_regressor: {n_estimators: 5}], folds: 3}",
				"blend_classifier": "{estimators: [decision_tree_classifier, random_forest_classifier: {n_estimators: 5}], folds: 3}",
			}[kind]
			task := "regression"
			if _, ok := e.Learner.(estimator.Regressor); !ok {
				task = "multiclass"
			}
			r := recipe(t, "task: "+task+"\nestimator: {"+kind+": "+settings+"}")
			rows := homes(t, 150)
			if task != "regression" {
				for i, v := range rows.Column("value").Floats {
					rows.Column("value").Floats[i] = float64(min(2, max(0, int(v/30))))
				}
			}
			m := fitted(t, r, rows)
			loaded := must.Get(Read(saved(t, m)))(t)
			want := must.Get(m.Predict(rows))(t)
			got := must.Get(loaded.Predict(rows))(t)
			assert.Equal(t, want, got)
			for i := range 20 {
				one := must.Get(loaded.Predict(rows.Slice(i, i+1)))(t)
				if task == "regression" {
					assert.Equal(t, want.Values[i], one.Values[0])
				} else {
					assert.Equal(t, want.Proba.RawRowView(i), one.Proba.RawRowView(0))
				}
			}
		})
	}
}

func TestColumnsOfABoostingAreNamed(t *testing.T) {
	r := recipe(t, "estimator: {gradient_boosting_regressor: {max_iter: 20, monotone: {rooms: 1, per_room: -1}}}")
	m := fitted(t, r, homes(t, 300))
	b := m.Estimator.Learner.(*estimator.BoostingRegressor)
	assert.Equal(t, []int{1, -1}, b.MonotonicCst)

	r = recipe(t, "estimator: {gradient_boosting_regressor: {categorical: [roms]}}")
	require.ErrorContains(t, must.Err(r.Fit(context.Background(), homes(t, 50))), `categorical: no input "roms"`)
}

func TestDroppedColumnsAreNoFeatures(t *testing.T) {
	r := recipe(t, "remainder: passthrough")
	var features struct {
		Derive derive.List `yaml:"derive"`
	}
	require.NoError(t, config.Parse("features.yaml", []byte(
		`derive: [ratio: {name: per_room, numerator: people, denominator: rooms}, drop: {columns: [people]}]`), &features))
	rows := homes(t, 100)
	r.Derive = features.Derive
	m := fitted(t, r, rows)
	assert.NotContains(t, m.Features, "people")
	assert.Contains(t, m.Features, "per_room")
	assert.Equal(t, predict(t, m, rows), predict(t, m, rows.Slice(0, 100)))
}
