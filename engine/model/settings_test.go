package model

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Settings are those that a person gave, also of a model that was saved and
// read again, and nothing that was learned is among them.
func TestSettings(t *testing.T) {
	m, _ := fittedFor(t, Regression, "target_transform: log1p\nestimator: {ridge: {alpha: 2.5}}")
	m, err := Read(saved(t, m))
	require.NoError(t, err)
	s, err := m.Settings()
	require.NoError(t, err)
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
	s, err := m.Settings()
	require.NoError(t, err)
	assert.Equal(t, "3", s["estimator.blend_regressor.1.ridge.alpha"])
	assert.Equal(t, "decision_tree_regressor", s["estimator.blend_regressor.2"])
	assert.Equal(t, "2", s["estimator.blend_regressor.2.decision_tree_regressor.max_depth"])
	assert.Equal(t, "equal", s["estimator.blend_regressor.weighting"])
	m, _ = fittedFor(t, Regression, "clip_predictions: true\nestimator: {gradient_boosting_regressor: {max_iter: 3}}")
	s, err = m.Settings()
	require.NoError(t, err)
	assert.Equal(t, "3", s["estimator.gradient_boosting_regressor.max_iter"])
	assert.Equal(t, "true", s["clip_predictions"])
}
