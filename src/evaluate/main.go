// Command evaluate judges the candidate model on the test rows, which nothing
// was fitted on, and decides whether it should become champion.
//
//	evaluate [-config DIR] [-work DIR]
//
// It reads models/candidate/model.zip and data/processed/test.csv and writes
// reports/metrics.json, reports/predictions.csv, reports/explanation.json, which
// tells what predictions depend on, and reports/decision.json. The champion, if
// there is one, is asked for its answers on the same rows, but is no input: a
// promotion or a rollback does not make the evaluation old.
package main

import (
	"context"
	"fmt"

	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/stage"
	"example.com/housing/src/internal/table"
)

func main() { stage.Main("evaluate", run) }

func run(s *stage.Stage) error {
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation); err != nil {
		return err
	}
	candidate := s.Input(results.Candidate)
	test := s.Input(results.Test)
	out := outputs{s.Output(results.MetricsOut), s.Output(results.Predictions), s.Output(results.DecisionOut), s.Output(results.ExplanationOut)}
	return s.Run(func(ctx context.Context) error {
		e, err := load(cfg, candidate, test)
		if err != nil {
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
