// Command train fits the pipeline of model.yaml on the training rows, after
// scoring it by cross-validation on the same rows.
//
//	train [-config DIR] [-work DIR]
//
// It reads data/processed/train.csv and writes models/candidate/model.zip,
// which holds all that a prediction needs, beside it model.units, the digests of the
// rows that it learned from, and reports/training.json. It never opens the test rows.
package main

import (
	"context"
	"errors"

	"example.com/engine/derive"
	"example.com/engine/model"
	"example.com/engine/partition"
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
	features := settings.Features[derive.List, partition.Split]{Split: partition.DefaultSplit()}
	if err := s.Config("features.yaml", &features, &features.Derive, &features.Split); err != nil {
		return err
	}
	recipe.Derive, recipe.Ties = features.Derive, features.Split.Ties()
	plan := partition.Plan{Derive: features.Derive, Split: features.Split, Target: recipe.Schema.Target}
	if err := s.Config("model.yaml", &recipe.Config, recipe.Config.Training()...); err != nil {
		return err
	}
	train := s.Input(results.Train)
	out := outputs{s.Output(results.Candidate), s.Output(results.CandidateSeen), s.Output(results.TrainingOut)}

	s.Exclusive(results.ModelsLock)
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
		warnings, err := training.Guard(recipe, rows.Table, folds)
		if err != nil {
			return err
		}
		seen, err := plan.Seen(rows.Table)
		if err != nil {
			return err
		}
		m, facts, err := fit(ctx, s, recipe, rows, folds)
		if err != nil {
			return err
		}
		facts.Warnings = append(warnings, facts.Warnings...)
		for _, w := range facts.Warnings {
			s.Warn("%s", w)
		}
		s.Logf("%s", training.Summary(facts))
		return out.write(m, seen, facts)
	})
}

// fit scores the recipe by cross-validation, and then fits it on all rows.
func fit(ctx context.Context, s *stage.Stage, recipe model.Recipe, rows training.Rows, folds []selection.Fold) (
	m *model.Model, out results.Training, err error,
) {
	metric, all, err := recipe.Config.Metrics()
	if err != nil {
		return nil, out, err
	}
	bar := s.Progress(int64(training.Fits(recipe, folds)), "fitting")
	defer bar.Close()
	fitted := func() { bar.Add(1) }

	scores, held, err := recipe.HoldOut(ctx, rows.Table, folds, all, fitted)
	if err != nil {
		return nil, out, err
	}
	m, warnings, err := recipe.FitCalibrated(ctx, rows.Table, held)
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
	out.CrossValidation, out.Warnings = scores, warnings
	if recipe.Config.LearningCurve {
		out.LearningCurve, err = recipe.LearningCurve(ctx, rows.Table, folds, metric, fitted)
	}
	return m, out, err
}

// outputs are the files that the stage makes.
type outputs struct{ candidate, seen, report *stage.Output }

// write saves the model, what it learned from, and what training came to.
func (o outputs) write(m *model.Model, seen *partition.Seen, t results.Training) error {
	return errors.Join(training.Save(m, seen, o.candidate, o.seen), results.Write(o.report, t))
}
