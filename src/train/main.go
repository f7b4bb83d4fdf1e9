// Command train fits the pipeline of model.yaml on the training rows, after
// scoring it by cross-validation on the same rows.
//
//	train [-config DIR] [-work DIR]
//
// It reads data/processed/train.csv and writes models/candidate/model.zip,
// which holds all that a prediction needs, and reports/training.json. It never
// opens the test rows.
package main

import (
	"context"
	"errors"

	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/settings"
	"example.com/engine/stage"
	"example.com/engine/training"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("train", run) }

func run(s *stage.Stage) error {
	recipe := model.Recipe{Config: model.DefaultConfig()}
	if err := s.Config("schema.yaml", &recipe.Schema); err != nil {
		return err
	}
	var features settings.Features[derive.List, training.GroupColumn]
	if err := s.Config("features.yaml", &features, &features.Derive, &features.Split); err != nil {
		return err
	}
	recipe.Derive = features.Derive
	if err := s.Config("model.yaml", &recipe.Config, recipe.Config.Training()...); err != nil {
		return err
	}
	train := s.Input(results.Train)
	candidate, report := s.Output(results.Candidate), s.Output(results.TrainingOut)

	return s.Run(func(ctx context.Context) error {
		rows, err := training.Load(recipe, train)
		if err != nil {
			return err
		}
		recipe, said, err := recipe.Settle(rows.Table)
		if err != nil {
			return err
		}
		if said != "" {
			s.Logf("%s", said)
		}
		folds, err := recipe.Folds(rows.Table)
		if err != nil {
			return err
		}
		warnings, err := training.Guard(recipe, rows.Table, folds, features.Split)
		if err != nil {
			return err
		}
		m, out, err := fit(ctx, s, recipe, rows, folds)
		if err != nil {
			return err
		}
		out.Warnings = append(warnings, out.Warnings...)
		for _, w := range out.Warnings {
			s.Warn("%s", w)
		}
		s.Logf("%s", training.Summary(out))
		return write(m, out, candidate, report)
	})
}

// fit scores the recipe by cross-validation, and then fits it on all rows.
func fit(ctx context.Context, s *stage.Stage, recipe model.Recipe, rows training.Rows, folds []selection.Fold) (
	m *model.Model, out results.Training, err error,
) {
	metric, err := model.DecidingMetric(recipe.Config.Task, recipe.Config.Metric)
	if err != nil {
		return nil, out, err
	}
	all := model.Metrics(recipe.Config.Task, metric)
	bar := s.Progress(int64(training.Fits(recipe, folds)), "fitting")
	defer bar.Close()
	fitted := func() { bar.Add(1) }

	scores, held, err := recipe.HoldOut(ctx, rows.Table, folds, all, fitted)
	if err != nil {
		return nil, out, err
	}
	m, warning, err := recipe.FitCalibrated(ctx, rows.Table, held)
	if err != nil {
		return nil, out, err
	}
	m.Trained.SHA256, m.Trained.Folds = rows.SHA256, model.NewFoldScores(scores, folds, metric.Name)
	if err := m.TakeProfile(rows.Table, held); err != nil {
		return nil, out, err
	}
	if out, err = training.Report(m, rows.Table, metric, all); err != nil {
		return nil, out, err
	}
	out.CrossValidation = scores
	if warning != "" {
		out.Warnings = []string{warning}
	}
	if recipe.Config.LearningCurve {
		out.LearningCurve, err = recipe.LearningCurve(ctx, rows.Table, folds, metric, fitted)
	}
	return m, out, err
}

// write saves the model, and what training came to.
func write(m *model.Model, t results.Training, candidate, report *stage.Output) error {
	return errors.Join(candidate.Fill(m.Save), results.Write(report, t))
}
