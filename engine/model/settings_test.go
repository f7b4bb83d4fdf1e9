package model

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

// Settings are those that a person gave, also of a model that was saved and
// read again, and nothing that was learned is among them.
func TestSettings(t *testing.T) {
	m, _ := fittedFor(t, Regression, "target_transform: log1p\nestimator: {ridge: {alpha: 2.5}}")
	m = must.Get(Read(saved(t, m)))(t)
	s := must.Get(m.Settings())(t)
	for path, want := range map[string]string{
		"task": "regression", "seed": "42", "target_transform": "log1p", "remainder": "drop",
		"estimator": "ridge", "estimator.ridge.alpha": "2.5",
		"columns.standard_scaler.steps": "simple_imputer → standard_scaler", "columns.standard_scaler.columns": "rooms, per_room",
		"columns.cluster_similarity.cluster_similarity.n_clusters": "4",
		"derive.per_room": `ratio {"name":"per_room","numerator":"people","denominator":"rooms"}`,
	} {
		assert.Equal(t, want, s[path], path)
	}
	for path := range s {
		for _, learned := range []string{"coef", "intercept", "centers", "mean", "categories_learned", "encodings"} {
			assert.False(t, strings.HasSuffix(path, "."+learned), path)
		}
	}
}

func TestSettingsOfABlend(t *testing.T) {
	m, _ := fittedFor(t, Regression, "estimator: {blend_regressor: {weighting: equal, estimators: [{ridge: {alpha: 3}}, {decision_tree_regressor: {max_depth: 2}}]}}")
	s := must.Get(m.Settings())(t)
	assert.Equal(t, "3", s["estimator.blend_regressor.1.ridge.alpha"])
	assert.Equal(t, "decision_tree_regressor", s["estimator.blend_regressor.2"])
	assert.Equal(t, "2", s["estimator.blend_regressor.2.decision_tree_regressor.max_depth"])
	assert.Equal(t, "equal", s["estimator.blend_regressor.weighting"])
	m, _ = fittedFor(t, Regression, "clip_predictions: true\nestimator: {gradient_boosting_regressor: {max_iter: 3}}")
	s = must.Get(m.Settings())(t)
	assert.Equal(t, "3", s["estimator.gradient_boosting_regressor.max_iter"])
	assert.Equal(t, "true", s["clip_predictions"])
}

func TestLearningCurve(t *testing.T) {
	r := simulated(t, "estimator: {k_neighbors_regressor: {n_neighbors: 2}}\ncross_validation: {split: {kfold: {shuffle: true, exact: true}}}")
	rows := simulation{noise: constantNoise}.draw(400, rand.New(rand.NewPCG(1, 1)))
	folds := must.Get(r.Folds(rows))(t)
	metric := must.Get(DecidingMetric(r.Config.Task, ""))(t)
	var fits atomic.Int64
	curve := must.Get(r.LearningCurve(context.Background(), rows, folds, metric, func() { fits.Add(1) }))(t)
	assert.EqualValues(t, LearningFits(folds), fits.Load())
	assert.Len(t, curve, 5)
	assert.Equal(t, []int{32, 104, 176, 248, 320}, []int{curve[0].Rows, curve[1].Rows, curve[2].Rows, curve[3].Rows, curve[4].Rows})
	for _, p := range curve {
		assert.Less(t, p.Seen.Mean, p.Held.Mean, "rows learned from look better")
	}
	cv := must.Get(r.CrossValidate(context.Background(), rows, folds, Metrics(r.Config.Task, metric), func() {}))(t)
	assert.InDelta(t, cv.Mean[metric.Name], curve[4].Held.Mean, 1e-9, "the last point is the cross-validation")

	parts := r.parts(folds)
	for k := range folds {
		for i := 1; i < 5; i++ {
			smaller, larger := parts[(i-1)*len(folds)+k].Train, parts[i*len(folds)+k].Train
			for _, row := range smaller {
				require.True(t, slices.Contains(larger, row))
			}
		}
	}
}

func TestShare(t *testing.T) {
	shares := func(folds, processors int) []int {
		var out []int
		for k := range folds {
			out = append(out, share(k, folds, processors))
		}
		return out
	}
	assert.Equal(t, []int{1, 1, 1}, shares(3, 1))
	assert.Equal(t, []int{1, 1, 1, 1, 2}, shares(5, 2))
	assert.Equal(t, []int{1, 1, 1, 1}, shares(4, 2))
	assert.Equal(t, []int{3, 3, 3, 3, 3}, shares(5, 16))
}
