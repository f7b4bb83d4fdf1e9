// Package estimator names what learns from numbers: regressions and classifiers
// by kind, with their settings, as model.yaml and model files have them.
//
// A [Learner] is one of a package that sees numbers only, as linear or
// tree/forest, or of a project's own: its settings carry yaml tags, what it
// learned carries yaml:"-", and JSON, in which a model is saved, carries both.
// What else an estimator can do it says by methods: [Explained], [MeanUser],
// [Binder], [Arrayer], Validate, which checks settings beyond their tags, and
// Graph of onnx/graph.Estimator.
package estimator

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
	"example.com/engine/explain"
	"example.com/engine/linear"
	"example.com/engine/neighbors"
	"example.com/engine/tree/boost"
	"example.com/engine/tree/forest"
)

// Learner is what every estimator does: it learns from x (n × p), y (n; class
// codes 0, 1, … for a classification) and weights w (n, or nil for all ones). One
// that can't weigh rows returns an error that says so for weights.
// It is a [Regressor], a [Classifier], or both.
type Learner interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
}

// Regressor predicts a number a row. It is safe for concurrent use.
type Regressor interface {
	Predict(dst []float64, x *mat.Dense)
}

// Classifier predicts the probability of each class a row; dst is n × k. It is
// safe for concurrent use.
type Classifier interface {
	PredictProba(dst *mat.Dense, x *mat.Dense)
}

// Binder names its inputs in its settings; it is told their names before Fit.
type Binder interface {
	Bind(features []string) error
}

// Arrayer has slices that are too long for JSON; the map gives pointers to them
// by name, for saving and for loading.
type Arrayer interface {
	Arrays() map[string]any
}

// kinds are the estimators by the name that a configuration uses, each with
// its default settings.
var kinds = map[string]func() Learner{}

// Register adds a kind, in the init of the package that has it; create returns
// one with its default settings. A name that is taken is a mistake in the
// program, and panics.
func Register(kind string, create func() Learner) {
	if kinds[kind] != nil {
		panic("estimator: two estimators are named " + kind)
	}
	kinds[kind] = create
}

// Kinds returns the names of all estimators, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Estimator is a Learner with the name of its kind. In YAML it is one key, the
// kind, with the settings that differ from the defaults: {ridge: {alpha: 10}}.
type Estimator struct {
	Kind string
	Learner
}

// New returns the estimator of that kind with its default settings.
func New(kind string) (Estimator, error) {
	create, ok := kinds[kind]
	if !ok {
		return Estimator{}, fmt.Errorf("no estimator %q: there are %v", kind, Kinds())
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
		return config.Unknown(node, "estimator", kind, Kinds())
	}
	if *e, err = New(kind); err != nil {
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
	if *e, err = New(j.Kind); err != nil {
		return err
	}
	return json.Unmarshal(j.State, e.Learner)
}

// Fresh returns an estimator of the same settings and learned state that shares
// nothing with e.
func (e Estimator) Fresh() (Estimator, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return Estimator{}, err
	}
	var fresh Estimator
	return fresh, json.Unmarshal(data, &fresh)
}

// Bind tells a [Binder] the names of its inputs.
func (e Estimator) Bind(features []string) error {
	if b, ok := e.Learner.(Binder); ok {
		if err := b.Bind(features); err != nil {
			return fmt.Errorf("%s: %w", e.Kind, err)
		}
	}
	return nil
}

// Arrays returns those of an [Arrayer], and else nil.
func (e Estimator) Arrays() map[string]any {
	if a, ok := e.Learner.(Arrayer); ok {
		return a.Arrays()
	}
	return nil
}

// The estimators that are as their packages have them; boosting.go and blend.go
// have the others.
func init() {
	Register("dummy", func() Learner { return linear.NewDummy() })
	Register("linear_regression", func() Learner { return linear.NewLeastSquares() })
	Register("ridge", func() Learner { return linear.NewRidge() })
	Register("lasso", func() Learner { return linear.NewLasso() })
	Register("elastic_net", func() Learner { return linear.NewElasticNet() })
	Register("logistic_regression", func() Learner { return linear.NewLogistic() })

	Register("k_neighbors_regressor", func() Learner { return neighbors.NewRegressor() })
	Register("k_neighbors_classifier", func() Learner { return neighbors.NewClassifier() })

	Register("random_forest_regressor", func() Learner { return forest.NewRegressor() })
	Register("random_forest_classifier", func() Learner { return forest.NewClassifier() })
	Register("extra_trees_regressor", func() Learner { return forest.NewExtraRegressor() })
	Register("extra_trees_classifier", func() Learner { return forest.NewExtraClassifier() })
	Register("decision_tree_regressor", func() Learner { return forest.NewTreeRegressor() })
	Register("decision_tree_classifier", func() Learner { return forest.NewTreeClassifier() })
}

// Explained is an estimator whose predictions divide exactly among its inputs.
type Explained interface {
	// Attribution returns how. means are those of the inputs over the training
	// rows for a [MeanUser], and nil for others.
	Attribution(means []float64) (explain.Attribution, error)
}

// MeanUser is an [Explained] that may need the means of its inputs, as linear
// ones do.
type MeanUser interface {
	UsesMeans() bool
}

// UsesMeans tells whether the learner is a [MeanUser] that needs them.
func UsesMeans(l Learner) bool {
	u, ok := l.(MeanUser)
	return ok && u.UsesMeans()
}

// Attribution returns that of the fitted estimator; means may be nil for one
// that does not use them. The error is an explain.ErrUnexplained where there is
// none.
func (e Estimator) Attribution(means []float64) (explain.Attribution, error) {
	l, ok := e.Learner.(Explained)
	switch {
	case !ok:
		return explain.Attribution{}, fmt.Errorf("%w: %s is neither trees, nor linear, nor a blend of them", explain.ErrUnexplained, e.Kind)
	case means == nil && UsesMeans(e.Learner):
		return explain.Attribution{}, fmt.Errorf("%w: the file of this %s is from before there were means of its inputs: train it again", explain.ErrUnexplained, e.Kind)
	}
	return l.Attribution(means)
}

// columns names inputs of a boosting, whose own settings number them.
type columns struct {
	// Categorical are inputs that hold codes, as of an ordinal encoder, and
	// are split by sets of them.
	Categorical []string `yaml:"categorical" json:"categorical,omitempty"`
	// Monotone has 1 for an input with which the prediction must not fall, -1
	// if it must not rise.
	Monotone map[string]int `yaml:"monotone" json:"monotone,omitempty" validate:"dive,oneof=-1 1"`
}

// bind numbers the named inputs.
func (c columns) bind(features []string, s *boost.Settings) error {
	for _, name := range c.Categorical {
		i, err := place(features, name, "categorical")
		if err != nil {
			return err
		}
		if !slices.Contains(s.CategoricalFeatures, i) {
			s.CategoricalFeatures = append(s.CategoricalFeatures, i)
		}
	}
	for name, sign := range c.Monotone {
		i, err := place(features, name, "monotone")
		if err != nil {
			return err
		}
		if missing := i + 1 - len(s.MonotonicCst); missing > 0 {
			s.MonotonicCst = append(s.MonotonicCst, make([]int, missing)...)
		}
		s.MonotonicCst[i] = sign
	}
	return nil
}

func place(features []string, name, setting string) (int, error) {
	i := slices.Index(features, name)
	if i < 0 {
		return 0, fmt.Errorf("%s: no input %q: there are %v", setting, name, features)
	}
	return i, nil
}

func init() {
	Register("gradient_boosting_regressor", func() Learner { return NewBoostingRegressor() })
	Register("gradient_boosting_classifier", func() Learner { return NewBoostingClassifier() })
}

// BoostingRegressor is boost.Regressor with settings that name its inputs.
type BoostingRegressor struct {
	boost.Regressor `yaml:",inline"`
	columns         `yaml:",inline"`
}

// NewBoostingRegressor returns one of the default settings.
func NewBoostingRegressor() *BoostingRegressor {
	return &BoostingRegressor{Regressor: *boost.NewRegressor()}
}

// Bind numbers the inputs that the settings name.
func (b *BoostingRegressor) Bind(features []string) error {
	return b.columns.bind(features, &b.Settings)
}

// BoostingClassifier is boost.Classifier with settings that name its inputs.
type BoostingClassifier struct {
	boost.Classifier `yaml:",inline"`
	columns          `yaml:",inline"`
}

// NewBoostingClassifier returns one of the default settings.
func NewBoostingClassifier() *BoostingClassifier {
	return &BoostingClassifier{Classifier: *boost.NewClassifier()}
}

// Bind numbers the inputs that the settings name.
func (b *BoostingClassifier) Bind(features []string) error {
	return b.columns.bind(features, &b.Settings)
}
