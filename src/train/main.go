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

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("train", run) }

func run(s *stage.Stage) error {
	t := &training{recipe: model.Recipe{Config: model.DefaultConfig()}}
	if err := t.configure(s); err != nil {
		return err
	}
	train := s.Input(results.Train)
	candidate, report := s.Output(results.Candidate), s.Output(results.TrainingOut)
	return s.Run(func(ctx context.Context) error {
		if err := t.load(train); err != nil {
			return err
		}
		if err := t.fit(ctx, s.Progress); err != nil {
			return err
		}
		for _, w := range t.warnings {
			s.Warn("%s", w)
		}
		s.Logf("%s on %d rows, %s", t.model.Estimator.Kind, t.rows.Len(), t.summary())
		return t.write(candidate, report)
	})
}
