package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// training is a recipe, the rows it learns from, and what came of it.
type training struct {
	recipe model.Recipe
	metric metrics.Metric // that decides
	rows   *table.Table
	digest string // SHA-256 of the file of the rows
	model  *model.Model
	report results.Training

	groups   groupColumn // that the test rows were set aside by
	warnings []string
}

// groupColumn is the column of a split by group in features.yaml.
type groupColumn string

// UnmarshalYAML passes over other splits; the stage features checks them.
func (g *groupColumn) UnmarshalYAML(node ast.Node) error { //nolint:unparam // the interface says so
	var split map[string]any
	if config.Decode(node, &split) != nil {
		return nil // the name of a kind
	}
	if settings, ok := split["group"].(map[string]any); ok {
		name, _ := settings["column"].(string)
		*g = groupColumn(name)
	}
	return nil
}

// configure loads what the stage reads of the configuration.
func (t *training) configure(s *stage.Stage) error {
	r := &t.recipe
	if err := s.Config("schema.yaml", &r.Schema); err != nil {
		return err
	}
	var features struct {
		Derive derive.List `yaml:"derive"`
		Split  groupColumn `yaml:"split"`
		Seed   any         `yaml:"seed"`
	}
	if err := s.Config("features.yaml", &features, &features.Derive, &features.Split); err != nil {
		return err
	}
	r.Derive, t.groups = features.Derive, features.Split
	c := &r.Config
	err := s.Config("model.yaml", c, c.Training()...)
	if err != nil {
		return err
	}
	t.metric, err = model.DecidingMetric(c.Task, c.Metric)
	return err
}

// load reads the training rows: the schema's columns and the derived ones.
func (t *training) load(path string) error {
	fields, err := t.recipe.Fields()
	if err != nil {
		return err
	}
	if t.rows, err = table.ReadFile(path, table.Options{Fields: fields}); err != nil {
		return err
	}
	if t.digest, err = stage.Digest(path); err != nil {
		return err
	}
	if t.rows.Len() == 0 {
		return fmt.Errorf("%s has no rows: nothing to learn from", path)
	}
	return nil
}

// fit cross-validates the recipe and then fits it on all training rows.
func (t *training) fit(ctx context.Context, progress func(total int64, what string) *stage.Progress) error {
	folds, err := t.recipe.Folds(t.rows)
	if err != nil {
		return err
	}
	if err := t.guard(folds); err != nil {
		return err
	}
	fits := len(folds) + 1
	if t.recipe.Config.LearningCurve {
		fits += model.LearningFits(folds)
	}
	bar := progress(int64(fits), "fitting")
	defer bar.Close()
	list := model.Metrics(t.recipe.Config.Task, t.metric)
	cv, held, err := t.recipe.HoldOut(ctx, t.rows, folds, list, func() { bar.Add(1) })
	if err != nil {
		return err
	}
	m, warning, err := t.recipe.FitCalibrated(ctx, t.rows, held)
	if err != nil {
		return err
	}
	if warning != "" {
		t.warnings = append(t.warnings, warning)
	}
	t.model = m
	if err := m.TakeProfile(t.rows, held); err != nil {
		return err
	}
	t.model.Trained.SHA256, t.model.Trained.Folds = t.digest, model.NewFoldScores(cv, folds, t.metric.Name)
	if err := t.describe(cv, list); err != nil || !t.recipe.Config.LearningCurve {
		return err
	}
	t.report.LearningCurve, err = t.recipe.LearningCurve(ctx, t.rows, folds, t.metric, func() { bar.Add(1) })
	return err
}

// guard looks for what would make the scores flatter the model.
func (t *training) guard(folds []selection.Fold) error {
	leaks, err := t.recipe.CheckLeaks(t.rows)
	if err != nil {
		return err
	}
	flattering, err := t.recipe.FoldWarnings(t.rows, folds, string(t.groups))
	t.warnings = slices.Concat(leaks, flattering)
	return err
}

// scored is how many training rows the model is scored on at most; they tell a
// score to the third digit.
const scored = 500_000

// describe fills in the report.
func (t *training) describe(cv results.CrossValidation, list []metrics.Metric) error {
	rows := model.Sample(t.rows, scored, random.New(t.recipe.Config.Seed, "training score"))
	y, err := t.model.Truth(rows)
	if err != nil {
		return err
	}
	answers, err := t.model.Predict(rows)
	if err != nil {
		return err
	}
	target := t.recipe.Schema.Column(t.recipe.Schema.Target)
	t.report = results.Training{
		Task: t.model.Task, Target: target.Name, Unit: target.Unit,
		Estimator: t.model.Estimator.Kind, Metric: t.metric.Name,
		Rows: t.rows.Len(), Features: t.model.Features,
		Scores: results.Score(answers.Data(y), list), CrossValidation: cv, Warnings: t.warnings,
	}
	return nil
}

// summary is the deciding metric, held out and on the training rows.
func (t *training) summary() string {
	name, n := t.metric.Name, results.Number
	cv := t.report.CrossValidation
	return fmt.Sprintf("%s %s in %d folds (± %s), %s on the training rows",
		name, n(cv.Mean[name]), len(cv.Folds), n(cv.StdDev[name]), n(t.report.Scores[name]))
}

func (t *training) write(candidate, report *stage.Output) error {
	f, err := candidate.Create()
	if err != nil {
		return err
	}
	if err := t.model.Save(f); err != nil {
		return err
	}
	data, err := results.Marshal(t.report)
	if err != nil {
		return err
	}
	return report.WriteFile(data)
}
