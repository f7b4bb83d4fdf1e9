package model

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/linear"
	"example.com/engine/neighbors"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// Learner is what every estimator does: it learns from x (n × p), y (n; class
// codes 0, 1, … for a classification) and weights w (n, or nil for all ones).
type Learner interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
}

// Regressor predicts a number a row.
type Regressor interface {
	Predict(dst []float64, x *mat.Dense)
}

// Classifier predicts the probability of each class a row; dst is n × k.
type Classifier interface {
	PredictProba(dst *mat.Dense, x *mat.Dense)
}

// binder names its inputs in its settings; it is told their names before Fit.
type binder interface {
	bind(features []string) error
}

// arrayer has slices that are too long for the JSON head; the map gives
// pointers to them by name, for saving and for loading.
type arrayer interface {
	Arrays() map[string]any
}

// kinds are the estimators by the name that a configuration uses, each with
// its default settings. A new estimator is one line here.
var kinds = map[string]func() Learner{
	"dummy":               func() Learner { return linear.NewDummy() },
	"linear_regression":   func() Learner { return linear.NewLeastSquares() },
	"ridge":               func() Learner { return linear.NewRidge() },
	"lasso":               func() Learner { return linear.NewLasso() },
	"elastic_net":         func() Learner { return linear.NewElasticNet() },
	"logistic_regression": func() Learner { return linear.NewLogistic() },

	"k_neighbors_regressor":  func() Learner { return neighbors.NewRegressor() },
	"k_neighbors_classifier": func() Learner { return neighbors.NewClassifier() },

	"gradient_boosting_regressor":  func() Learner { return &boostingRegressor{Regressor: *boost.NewRegressor()} },
	"gradient_boosting_classifier": func() Learner { return &boostingClassifier{Classifier: *boost.NewClassifier()} },
	"random_forest_regressor":      func() Learner { return forest.NewRegressor() },
	"random_forest_classifier":     func() Learner { return forest.NewClassifier() },
	"extra_trees_regressor":        func() Learner { return forest.NewExtraRegressor() },
	"extra_trees_classifier":       func() Learner { return forest.NewExtraClassifier() },
	"decision_tree_regressor":      func() Learner { return forest.NewTreeRegressor() },
	"decision_tree_classifier":     func() Learner { return forest.NewTreeClassifier() },
}

// Blends hold estimators of any kind, so they can't stand in the literal that
// says which kinds there are.
func init() {
	kinds["blend_regressor"] = func() Learner { return &blendRegressor{newBlend()} }
	kinds["blend_classifier"] = func() Learner { return &blendClassifier{newBlend()} }
}

// Estimator is a Learner with the name of its kind. In YAML it is one key, the
// kind, with the settings that differ from the defaults: {ridge: {alpha: 10}}.
type Estimator struct {
	Kind string
	Learner
}

// NewEstimator returns the estimator of that kind with its default settings.
func NewEstimator(kind string) (Estimator, error) {
	create, ok := kinds[kind]
	if !ok {
		return Estimator{}, fmt.Errorf("no estimator %q: there are %v", kind, slices.Sorted(maps.Keys(kinds)))
	}
	return Estimator{kind, create()}, nil
}

// UnmarshalYAML reads the kind and its settings, strictly.
func (e *Estimator) UnmarshalYAML(node ast.Node) error {
	kind, settings, err := config.OneOf(node)
	if err != nil {
		return err
	}
	if kinds[kind] == nil {
		return config.Unknown(node, "estimator", kind, slices.Sorted(maps.Keys(kinds)))
	}
	if *e, err = NewEstimator(kind); err != nil {
		return err
	}
	return config.Decode(settings, e.Learner)
}

type estimatorJSON struct {
	Kind  string          `json:"kind"`
	State json.RawMessage `json:"state"`
}

// MarshalJSON writes the kind, the settings and what was learned.
func (e Estimator) MarshalJSON() ([]byte, error) {
	state, err := json.Marshal(e.Learner)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Kind, err)
	}
	return json.Marshal(estimatorJSON{e.Kind, state})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Estimator) UnmarshalJSON(data []byte) error {
	var j estimatorJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	var err error
	if *e, err = NewEstimator(j.Kind); err != nil {
		return err
	}
	return json.Unmarshal(j.State, e.Learner)
}
