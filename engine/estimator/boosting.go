package estimator

import (
	"fmt"
	"slices"

	"example.com/engine/tree/boost"
)

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
