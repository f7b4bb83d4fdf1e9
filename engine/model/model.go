// Package model holds the one artefact in which training and inference meet:
// schema, row-wise derivations, fitted transformers, estimator, provenance.
// It is the only package that knows transformers and estimators together.
package model

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/drift"
	"example.com/engine/estimator"
	"example.com/engine/folds"
	"example.com/engine/linear"
	"example.com/engine/random"
	"example.com/engine/schema"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// Model is a fitted pipeline: it takes rows as the schema describes them and
// gives predictions. It is safe for concurrent use.
type Model struct {
	Format   int                          `json:"format"`
	Task     Task                         `json:"task"`
	Seed     uint64                       `json:"seed"`
	Trained  Provenance                   `json:"trained"`
	Schema   schema.Schema                `json:"schema"`
	Derive   derive.List                  `json:"derive"`
	Columns  *transform.ColumnTransformer `json:"columns"`           // fitted
	Features []string                     `json:"features"`          // names of the estimator's inputs
	Classes  []string                     `json:"classes,omitempty"` // labels by class code
	Target   TargetTransform              `json:"target_transform"`
	Range    *Range                       `json:"range,omitempty"` // that predictions are kept in
	// ClassWeights are those of the fit by class code, which are taken out of
	// probabilities; nil if all rows counted the same.
	ClassWeights []float64                `json:"class_weights,omitempty"`
	Calibration  *calibration.Calibration `json:"calibration,omitempty"`
	Decision     *Decision                `json:"decision,omitempty"` // nil: the likelier class is answered
	Estimator    estimator.Estimator      `json:"estimator"`
	Means        []float64                `json:"feature_means,omitempty"` // of a linear estimator's inputs in training
	Baseline     *linear.Dummy            `json:"baseline"`                // knows the target only: what a model must beat
	Intervals    *Intervals               `json:"intervals,omitempty"`
	Profile      *drift.Profile           `json:"profile,omitempty"` // of the training rows; nil in old files

	digest string
	inputs []string // names of the schema's columns but the target
}

// Provenance says what a model was fitted on.
type Provenance struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"` // of the training table's file
	// Folds are the scores of the cross-validation, so that two models can be
	// compared over several trainings of each; nil in files without them.
	Folds *FoldScores `json:"folds,omitempty"`
}

// FoldScores are the values of the deciding metric on the rows that each fold
// held out.
type FoldScores struct {
	Metric string    `json:"metric"`
	Scores []float64 `json:"scores"`
	SHA256 string    `json:"sha256"` // of which rows are in which fold
	Ratio  float64   `json:"ratio"`  // of test rows to training rows, the mean over the folds
}

// Range is the least and the greatest number that something may be.
type Range struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// Digest returns the SHA-256 of the file that the model was read from.
func (m *Model) Digest() string { return m.digest }

// Version is the short name of the model in answers and logs: the first
// twelve digits of its digest.
func (m *Model) Version() string { return m.digest[:min(12, len(m.digest))] }

// Recipe is what a model is made from, besides rows.
type Recipe struct {
	Config Config
	Schema schema.Schema
	Derive derive.List
	Ties   folds.Ties // of the split in features.yaml
}

// NewRecipe returns a recipe by the text of a model.yaml that learns the last column of a
// table from the others: numbers, texts and times, and categories, none of them null.
func NewRecipe(settings string, rows *table.Table) (Recipe, error) {
	types := map[table.Kind]schema.Type{
		table.Float: schema.Number, table.Category: schema.Category, table.Text: schema.Text, table.Time: schema.Time,
	}
	r := Recipe{Config: DefaultConfig()}
	for _, f := range rows.Fields() {
		r.Schema.Target = f.Name
		r.Schema.Columns = append(r.Schema.Columns, schema.Column{Name: f.Name, Type: types[f.Kind]})
	}
	return r, config.Parse("model.yaml", []byte(settings), &r.Config)
}

// Fields returns the columns of the rows that Fit and Predict take, which are the
// schema's, or says why the derivations can't be made of them.
func (r Recipe) Fields() ([]table.Field, error) {
	_, err := r.FileFields()
	return r.Schema.Fields(), err
}

// FileFields returns the columns of the file of training rows, in which the
// derived ones follow for people to look at.
func (r Recipe) FileFields() ([]table.Field, error) {
	fields := r.Schema.Fields()
	made, err := r.Derive.Check(fields, r.Schema.Target)
	if err != nil {
		return nil, fmt.Errorf("features.yaml: %w", err)
	}
	return derive.Join(fields, made), nil
}

// withDerived returns rows of the schema's columns with the derived ones behind
// them: what a split, and a look at the rows, may name.
func (r Recipe) withDerived(rows *table.Table) (*table.Table, error) {
	fields, err := r.FileFields()
	if err != nil {
		return nil, err
	}
	derived, err := r.Derive.Apply(rows)
	if err != nil {
		return nil, err
	}
	cols := slices.Clone(rows.Columns())
	for _, f := range fields[len(r.Schema.Columns):] {
		cols = append(cols, derived.Column(f.Name))
	}
	return table.New(cols...)
}

// Fit learns everything from the rows of train: transformers, estimator and
// baseline. train holds the schema's columns, as the rows to predict do; the
// derived ones are made here as they are then.
func (r Recipe) Fit(ctx context.Context, train *table.Table) (*Model, error) {
	m := &Model{
		Task: r.Config.Task, Seed: r.Config.Seed, Schema: r.Schema, Derive: r.Derive,
		Target: r.Config.Target, Trained: Provenance{Rows: train.Len()},
	}
	columns, err := clone(&r.Config.Columns)
	if err != nil {
		return nil, err
	}
	m.Columns = columns
	if m.Estimator, err = r.Config.Estimator.Fresh(); err != nil {
		return nil, err
	}
	m.prepare()
	y, err := m.target(train, r.Config.Positive)
	if err != nil {
		return nil, err
	}
	if m.ClassWeights, err = r.Config.ClassWeights.byCode(m.Classes, y); err != nil {
		return nil, err
	}
	if r.Config.Clip && m.Task == Regression {
		m.Range = &Range{slices.Min(y), slices.Max(y)}
	}
	if s, err := r.Config.Intervals.Resolve(m.Task); err != nil {
		return nil, err
	} else if s.Method != "none" && s.Score == "quantile" {
		m.Intervals = &Intervals{Quantiles: newQuantiles(s.Level)}
	}
	x, err := m.derived(train)
	if err != nil {
		return nil, err
	}
	return m, m.fit(r.withTies(ctx, train), x, y)
}

// prepare sets what a fitted or loaded model needs to predict.
func (m *Model) prepare() {
	m.inputs = nil
	for _, c := range m.Schema.Features() {
		m.inputs = append(m.inputs, c.Name)
	}
}

func (m *Model) fit(ctx context.Context, features *table.Table, y []float64) error {
	x, err := m.Columns.FitTransform(ctx, features, y, m.stream("columns"))
	if err != nil {
		return err
	}
	m.Features = x.Names()
	if err := m.Estimator.Bind(m.Features); err != nil {
		return err
	}
	dense, err := transform.Matrix(x)
	if err != nil {
		return err
	}
	if estimator.UsesMeans(m.Estimator.Learner) {
		m.Means = means(dense)
	}
	if y, err = m.Target.apply(y); err != nil {
		return err
	}
	if err := m.Estimator.Fit(ctx, dense, y, rowWeights(m.ClassWeights, y), m.stream("estimator")); err != nil {
		return fmt.Errorf("fitting %s: %w", m.Estimator.Kind, err)
	}
	if m.Intervals != nil && m.Intervals.Quantiles != nil {
		if err := m.Intervals.Quantiles.fit(ctx, dense, y, m.stream); err != nil {
			return err
		}
	}
	m.Baseline = baseline(m.Task)
	return m.Baseline.Fit(ctx, dense, y, nil, m.stream("baseline"))
}

// means returns those of the columns of x: explanations need them.
func means(x *mat.Dense) []float64 {
	n, p := x.Dims()
	out := make([]float64, p)
	for i := range n {
		floats.Add(out, x.RawRowView(i))
	}
	floats.Scale(1/float64(n), out)
	return out
}

func (m *Model) stream(task string) *rand.Rand { return random.New(m.Seed, task) }

// ready checks a loaded model, so that a damaged one is refused when it is
// loaded and not at the first request.
func (m *Model) ready() error {
	switch {
	case m.Columns == nil:
		return fmt.Errorf("damaged: %s has no columns", headName)
	case m.Estimator.Learner == nil || len(m.Features) == 0:
		return fmt.Errorf("damaged: %s has no estimator", headName)
	case m.Baseline == nil:
		return fmt.Errorf("damaged: %s has no baseline", headName)
	case !m.Intervals.whole():
		return fmt.Errorf("damaged: %s has intervals without thresholds", headName)
	case m.Calibration != nil && !m.Calibration.Whole(len(m.Classes)):
		return fmt.Errorf("damaged: %s has a calibration that is not of its %d classes", headName, len(m.Classes))
	case m.Decision != nil && (len(m.Classes) != 2 || !(m.Decision.Threshold >= 0 && m.Decision.Threshold <= 1)):
		return fmt.Errorf("damaged: %s has the threshold %v for %d classes", headName, m.Decision.Threshold, len(m.Classes))
	case m.ClassWeights != nil && (len(m.ClassWeights) != len(m.Classes) || !(slices.Min(m.ClassWeights) > 0)):
		return fmt.Errorf("damaged: %s has the class weights %v for %d classes", headName, m.ClassWeights, len(m.Classes))
	}
	m.prepare()
	return nil
}

// arrays returns the large arrays of all parts by the name of their file.
func (m *Model) arrays() map[string]any {
	parts := map[string]any{"columns": m.Columns, "estimator": m.Estimator.Learner}
	m.Intervals.parts(parts)
	if m.Profile != nil {
		parts["profile"] = m.Profile
	}
	all := map[string]any{}
	for part, v := range parts {
		if a, ok := v.(estimator.Arrayer); ok {
			for name, array := range a.Arrays() {
				all[part+"/"+name] = array
			}
		}
	}
	return all
}
