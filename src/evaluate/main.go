// Command evaluate judges the candidate model on the test rows, which nothing
// was fitted on, and decides whether it should become champion.
//
//	evaluate [-config DIR] [-work DIR]
//
// It reads models/candidate/model.zip, data/processed/train.csv and test.csv and
// writes reports/metrics.json, reports/predictions.csv, reports/explanation.json,
// which tells what predictions depend on, reports/drift.json, how the test rows
// differ from the training rows, reports/decision.json, and beside the model its
// card, MODEL_CARD.md. Where drift.yaml says so, drift ends the stage with
// status 1. The champion, if there is one, is asked for its answers on the same
// rows, but is no input: a promotion or a rollback does not make the evaluation
// old.
package main

import (
	"context"
	"fmt"

	"example.com/engine/drift"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("evaluate", run) }

func run(s *stage.Stage) error {
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation, &cfg.Card); err != nil {
		return err
	}
	limits := drift.Defaults()
	if err := s.Config("drift.yaml", &limits); err != nil {
		return err
	}
	candidate := s.Input(results.Candidate)
	train, test := s.Input(results.Train), s.Input(results.Test)
	training := s.Input(results.TrainingOut)
	out := outputs{s.Output(results.MetricsOut), s.Output(results.Predictions), s.Output(results.DecisionOut), s.Output(results.ExplanationOut), s.Output(drift.TestFile)}
	card := s.Output(results.CandidateCard)
	return s.Run(func(ctx context.Context) error {
		e, err := load(cfg, candidate, test)
		if err != nil {
			return err
		}
		if e.drift, err = e.compare(ctx, train, limits); err != nil {
			return err
		}
		if err := conclude(s, e.drift); err != nil {
			return err
		}
		if err := e.measure(ctx); err != nil {
			return err
		}
		explanation, err := e.explain(ctx)
		if err != nil {
			return err
		}
		decision, err := e.decide(ctx, s.Path(results.Champion))
		if err != nil {
			return err
		}
		s.Logf("%s, %s; %s", e.model.Estimator.Kind, e.summary(), decision.Reason)
		if err := e.writeCard(card, training, explanation); err != nil {
			return err
		}
		return out.write(e, decision, explanation)
	})
}

// evaluation is a model with its answers for the test rows.
type evaluation struct {
	cfg     model.Config
	model   *model.Model
	test    *table.Table
	metric  metrics.Metric // that decides
	answers model.Prediction
	data    metrics.Data
	metrics results.Metrics
	drift   *drift.Report

	in   []bool    // rows whose target is inside the prediction interval or set
	size []float64 // of each row's interval or set
}

func load(cfg model.Config, candidate, test string) (*evaluation, error) {
	m, err := model.Open(candidate)
	if err != nil {
		return nil, err
	}
	e := &evaluation{cfg: cfg, model: m}
	if e.metric, err = model.DecidingMetric(m.Task, cfg.Metric); err != nil {
		return nil, err
	}
	if e.test, err = table.ReadFile(test, table.Options{Fields: m.Schema.Fields()}); err != nil {
		return nil, err
	}
	if e.test.Len() == 0 {
		return nil, fmt.Errorf("%s has no rows: nothing to evaluate on", test)
	}
	e.data, e.answers, err = ask(m, e.test)
	return e, err
}
