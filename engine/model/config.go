package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/engine/calibration"
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
	Task Task `yaml:"task" validate:"oneof=regression binary multiclass"`
	// Positive is the one of two classes that recall, precision, curves and
	// thresholds are of; where it is empty, GuessPositive decides.
	Positive  string                      `yaml:"positive"`
	Seed      uint64                      `yaml:"seed"`
	Columns   transform.ColumnTransformer `yaml:",inline"`
	Target    TargetTransform             `yaml:"target_transform" validate:"oneof=none log log1p"`
	Estimator estimator.Estimator         `yaml:"estimator"`
	// Clip keeps predictions of a regression within the range of the training
	// rows' target.
	Clip bool `yaml:"clip_predictions"`
	// ClassWeights, Calibration, Threshold and Costs are for classes: how much a
	// row counts in the fit, how its probabilities are put right, and from which
	// of them on the positive class is answered.
	ClassWeights    ClassWeights         `yaml:"class_weights"`
	Calibration     calibration.Settings `yaml:"calibration"`
	Threshold       Threshold            `yaml:"threshold"`
	Costs           *Costs               `yaml:"costs"`
	CrossValidation folds.Settings       `yaml:"cross_validation"`
	Intervals       conformal.Settings   `yaml:"intervals"`
	// LearningCurve scores the recipe also on parts of the training rows: about
	// as many fits again as three cross-validations.
	LearningCurve bool `yaml:"learning_curve"`
	// Leakage says what happens when a column gives the target away.
	Leakage string `yaml:"leakage" validate:"oneof=error warning off"`
	// Metric decides between models; empty is the task's first. Of two classes it also
	// chooses the threshold, if it is one of a confusion matrix and there are no Costs.
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
		Calibration:     calibration.Settings{Method: "none"},
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
	case c.Positive != "" && c.Task != Binary:
		return config.Invalid("positive", "%q is for two classes, the task is %s", c.Positive, c.Task)
	case c.Task == Regression && !regressor:
		return config.Invalid("estimator", "%s predicts classes, the task is a %s", c.Estimator.Kind, c.Task)
	case c.Task != Regression && !classifier:
		return config.Invalid("estimator", "%s predicts numbers, the task is %s", c.Estimator.Kind, c.Task)
	}
	if err := c.validateDecision(); err != nil {
		return err
	}
	_, err := c.Intervals.Resolve(c.Task)
	return err
}

// Training returns the parts that a fit and its cross-validation depend on:
// all but how the result is evaluated and what else a search tries.
func (c *Config) Training() []any {
	return []any{
		&c.Task, &c.Positive, &c.Seed, &c.Columns.Groups, &c.Columns.Remainder, &c.Columns.VerboseFeatureNamesOut,
		&c.Target, &c.Clip, &c.Estimator, &c.ClassWeights, &c.Calibration, &c.Threshold, &c.Costs,
		&c.CrossValidation, &c.Intervals, &c.Leakage, &c.LearningCurve, &c.Metric,
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

// Settings returns what a person set of a fitted model, and nothing that it
// learned, as text by the path of the setting: estimator is ridge,
// estimator.ridge.alpha is 1. Groups of columns stand under their label,
// derivations under the column that they make. What is null or empty is left
// out.
func (m *Model) Settings() (map[string]string, error) {
	s := settings{"task": string(m.Task), "seed": fmt.Sprint(m.Seed)}
	s.set("target_transform", string(m.Target))
	s.set("positive", m.Positive())
	if m.Range != nil {
		s["clip_predictions"] = "true"
	}
	if i := m.Intervals; i != nil {
		s["intervals"] = fmt.Sprintf("%s, %s, level %v", i.Method, i.Score, i.Level)
	}
	if m.Decision != nil {
		s["threshold"] = m.Decision.String()
	}
	if m.Calibration != nil {
		s["calibration"] = m.Calibration.Method
	}
	for k, w := range m.ClassWeights {
		s["class_weights."+m.Classes[k]] = fmt.Sprint(w)
	}
	if err := s.estimator("estimator", m.Estimator); err != nil {
		return nil, err
	}
	for _, g := range m.Columns.Groups {
		if err := s.group("columns."+g.Label, g); err != nil {
			return nil, err
		}
	}
	s.set("remainder", m.Columns.Remainder)
	return s, s.derivations(m)
}

type settings map[string]string

func (s settings) set(path, value string) {
	if value != "" {
		s[path] = value
	}
}

// estimator adds the kind and its settings. The members of a blend stand under
// their number.
func (s settings) estimator(path string, e estimator.Estimator) error {
	s[path] = e.Kind
	path += "." + e.Kind
	mixed, ok := e.Learner.(interface{ Blended() *estimator.Blend })
	if !ok {
		return s.plain(path, e.Learner)
	}
	b := mixed.Blended()
	s[path+".weighting"], s[path+".folds"] = b.Weighting, fmt.Sprint(b.Folds)
	for i, member := range b.Estimators {
		if err := s.estimator(fmt.Sprintf("%s.%d", path, i+1), member); err != nil {
			return err
		}
	}
	return nil
}

func (s settings) group(path string, g transform.Group) error {
	var kinds []string
	for _, step := range g.Steps {
		kinds = append(kinds, step.Kind)
		if err := s.plain(path+"."+step.Kind, step.Transformer); err != nil {
			return err
		}
	}
	s.set(path+".columns", strings.Join(g.Selected, ", "))
	s.set(path+".steps", strings.Join(kinds, " → "))
	return nil
}

func (s settings) derivations(m *Model) error {
	for i, step := range m.Derive {
		data, err := json.Marshal(step.Derivation)
		if err != nil {
			return err
		}
		name := step.String() // ratio "rooms_per_household"
		if _, quoted, ok := strings.Cut(name, `"`); ok {
			name = strings.TrimSuffix(quoted, `"`)
		} else {
			name = fmt.Sprint(i + 1)
		}
		s["derive."+name] = step.Kind + " " + string(data)
	}
	return nil
}

// plain adds the settings of a struct as a configuration spells them.
func (s settings) plain(path string, v any) error {
	data, err := config.Canonical(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return err
	}
	s.flatten(path, tree)
	return nil
}

func (s settings) flatten(path string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			s.flatten(path+"."+key, v[key])
		}
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, fmt.Sprint(x))
		}
		s.set(path, strings.Join(parts, ", "))
	default:
		s.set(path, fmt.Sprint(v))
	}
}
