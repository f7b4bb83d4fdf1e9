package estimator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/estimator"
	"example.com/engine/estimator/estimatortest"
)

// quick are settings of kinds that are slow without, or have no defaults.
var quick = map[string]string{
	"blend_regressor":              "{estimators: [ridge, random_forest_regressor: {n_estimators: 5}], folds: 3}",
	"blend_classifier":             "{estimators: [decision_tree_classifier, random_forest_classifier: {n_estimators: 5}], folds: 3}",
	"gradient_boosting_regressor":  "{max_iter: 10, monotone: {a: 1}, categorical: [b]}",
	"gradient_boosting_classifier": "{max_iter: 10}",
	"random_forest_regressor":      "{n_estimators: 5}",
	"random_forest_classifier":     "{n_estimators: 5}",
	"extra_trees_regressor":        "{n_estimators: 5}",
	"extra_trees_classifier":       "{n_estimators: 5}",
}

func TestContract(t *testing.T) {
	require.NotEmpty(t, estimator.Kinds())
	for _, kind := range estimator.Kinds() {
		e, err := estimator.New(kind)
		require.NoError(t, err)
		c := estimatortest.Case{Kind: kind, Settings: quick[kind]}
		if c.Settings == "" {
			c.Settings = "{}"
		}
		if _, ok := e.Learner.(estimator.Regressor); ok {
			t.Run(kind, func(t *testing.T) { estimatortest.Run(t, c) })
			continue
		}
		for _, c.Classes = range []int{2, 3} {
			t.Run(kind, func(t *testing.T) { estimatortest.Run(t, c) })
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	require.PanicsWithValue(t, "estimator: two estimators are named ridge", func() {
		estimator.Register("ridge", func() estimator.Learner { return nil })
	})
	_, err := estimator.New("rigde")
	require.ErrorContains(t, err, `no estimator "rigde": there are [blend_classifier `)
	require.True(t, strings.Contains(err.Error(), " ridge]"))
}
