package model

import (
	"encoding/json"
	"fmt"

	"example.com/engine/config"
	"example.com/engine/conformal"
	"example.com/engine/estimator"
	"example.com/engine/folds"
	"example.com/engine/linear"
	"example.com/engine/metrics"
	"example.com/engine/search"
	"example.com/engine/selection"
	"example.com/engine/transform"
	_ "example.com/engine/transform/steps" // what configurations and model files name
)

// Task is what is predicted.
type Task = metrics.Task

// The tasks: a number, one of two classes, one of several.
const (
	Regression = metrics.Regression
	Binary     = metrics.Binary
	Multiclass = metrics.Multiclass
)

// Config is model.yaml: what is learned, from which columns, and how it is
// judged.
type Config struct {
	Task      Task                        `yaml:"task" validate:"oneof=regression binary multiclass"`
	Seed      uint64                      `yaml:"seed"`
	Columns   transform.ColumnTransformer `yaml:",inline"`
	Target    TargetTransform             `yaml:"target_transform" validate:"oneof=none log log1p"`
	Estimator estimator.Estimator         `yaml:"estimator"`
	// Clip keeps predictions of a regression within the range of the training
	// rows' target.
	Clip            bool               `yaml:"clip_predictions"`
	CrossValidation folds.Settings     `yaml:"cross_validation"`
	Intervals       conformal.Settings `yaml:"intervals"`
	// LearningCurve scores the recipe also on parts of the training rows: about
	// as many fits again as three cross-validations.
	LearningCurve bool `yaml:"learning_curve"`
	// Leakage says what happens when a column gives the target away.
	Leakage string `yaml:"leakage" validate:"oneof=error warning off"`
	// Metric decides between models; empty is the task's first.
	Metric     string          `yaml:"metric"`
	Evaluation Evaluation      `yaml:"evaluation"`
	Search     search.Settings `yaml:"search"`
	Card       Card            `yaml:"card"`
}

// DefaultConfig returns the settings that hold where model.yaml is silent.
func DefaultConfig() Config {
	ridge, err := estimator.New("ridge")
	if err != nil {
		panic("model: " + err.Error())
	}
	return Config{
		Task:            Regression,
		Seed:            42,
		Columns:         *transform.NewColumnTransformer(),
		Target:          None,
		Estimator:       ridge,
		CrossValidation: folds.Settings{Split: folds.Splitter{Kind: "kfold", Splitter: &selection.KFold{Folds: 5, Shuffle: true}}},
		Intervals:       conformal.Defaults(),
		Leakage:         "warning",
		Evaluation:      DefaultEvaluation(),
		Search:          search.Default(),
	}
}

// Validate checks what tags can't say.
func (c *Config) Validate() error {
	if _, err := DecidingMetric(c.Task, c.Metric); err != nil {
		return config.Invalid("metric", "%v", err)
	}
	_, regressor := c.Estimator.Learner.(estimator.Regressor)
	_, classifier := c.Estimator.Learner.(estimator.Classifier)
	switch {
	case c.Task == Regression && !regressor:
		return config.Invalid("estimator", "%s predicts classes, the task is a %s", c.Estimator.Kind, c.Task)
	case c.Task != Regression && !classifier:
		return config.Invalid("estimator", "%s predicts numbers, the task is %s", c.Estimator.Kind, c.Task)
	}
	_, err := c.Intervals.Resolve(c.Task)
	return err
}

// Training returns the parts that a fit and its cross-validation depend on:
// all but how the result is evaluated and what else a search tries.
func (c *Config) Training() []any {
	return []any{
		&c.Task, &c.Seed, &c.Columns.Groups, &c.Columns.Remainder, &c.Columns.VerboseFeatureNamesOut,
		&c.Target, &c.Clip, &c.Estimator, &c.CrossValidation, &c.Intervals, &c.Leakage, &c.LearningCurve, &c.Metric,
	}
}

// baseline returns the dummy that a model of this task has to beat.
func baseline(task Task) *linear.Dummy {
	if task == Regression {
		return linear.NewDummy()
	}
	return linear.NewDummyClassifier()
}

// clone returns a deep copy, so that fitting one leaves the other as it was.
func clone[T any](src *T) (*T, error) {
	data, err := json.Marshal(src)
	if err != nil {
		return nil, fmt.Errorf("copying settings: %w", err)
	}
	dst := new(T)
	return dst, json.Unmarshal(data, dst)
}
