// Command evaluate judges the candidate model on the test rows, which nothing
// was fitted on, and decides whether it should become champion.
//
//	evaluate [-config DIR] [-work DIR]
//
// It reads models/candidate/model.zip and model.units, data/processed/train.csv and test.csv and
// writes reports/metrics.json, reports/predictions.csv, reports/explanation.json,
// which tells what predictions depend on, reports/drift.json, how the test rows
// differ from the training rows, reports/decision.json, and beside the model its
// card, MODEL_CARD.md. Where drift.yaml says so, drift ends the stage with
// status 1. The champion, if there is one, is asked for its answers on test rows that neither
// it nor the candidate learned from, but is no input: a promotion or a rollback does not
// make the evaluation old.
package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/engine/drift"
	"example.com/engine/evaluation"
	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/promotion"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"

	_ "example.com/housing/src/own"
)

func main() { stage.Main("evaluate", run) }

func run(s *stage.Stage) error {
	cfg, limits := model.DefaultConfig(), drift.Defaults()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation, &cfg.Card); err != nil {
		return err
	}
	if err := s.Config("drift.yaml", &limits); err != nil {
		return err
	}
	candidate, units, training := s.Input(results.Candidate), s.Input(results.CandidateSeen), s.Input(results.TrainingOut)
	train, test := s.Input(results.Train), s.Input(results.Test)
	out := outputs{
		metrics: s.Output(results.MetricsOut), explanation: s.Output(results.ExplanationOut),
		drift: s.Output(drift.TestFile), decision: s.Output(results.DecisionOut),
		predictions: s.Output(results.Predictions), card: s.Output(results.CandidateCard),
	}
	champions, err := promotion.Open(s.Path("."))
	if err != nil {
		return err
	}
	var before results.Decision
	if results.Read(out.decision.Path, &before) == nil && champions.Stale(before) {
		s.Redo("the champion is another one")
	}
	s.Exclusive(results.ModelsLock)
	return s.Run(func(ctx context.Context) error {
		// Load what is judged, and let it answer.
		card := report.Card{Card: cfg.Card}
		if err := results.Read(training, &card.Training); err != nil {
			return err
		}
		m, err := model.Open(candidate)
		if err != nil {
			return err
		}
		seen, err := partition.ReadSeen(units, m.Digest())
		if err != nil {
			return err
		}
		rows, err := table.ReadFile(test, table.Options{Fields: m.Schema.Fields()})
		if err != nil {
			return err
		}
		e, err := evaluation.New(m, rows, cfg, seen)
		if err != nil {
			return fmt.Errorf("%s: %w", test, err)
		}
		if without := e.Unanswered(); without != "" {
			s.Warn("%s", without)
		}

		// Are the test rows like those that it learned from?
		moved, err := e.Drift(ctx, train, limits)
		if err != nil {
			return err
		}
		if err := evaluation.Heed(s, moved); err != nil {
			return err
		}

		// How good is it, why, and should it be champion?
		card.Model = m
		if card.Metrics, err = e.Measure(ctx); err != nil {
			return err
		}
		for _, w := range card.Metrics.ClassWarnings() {
			s.Warn("%s", w)
		}
		if card.Explanation, err = e.Explain(ctx); err != nil {
			return err
		}
		decision, err := e.Decide(ctx, champions)
		if err != nil {
			return err
		}
		s.Logf("%s, %s; %s", m.Estimator.Kind, evaluation.Summary(card.Metrics), decision.Reason)
		return errors.Join(
			results.Write(out.metrics, card.Metrics), results.WriteCompact(out.explanation, card.Explanation),
			results.Write(out.drift, moved), results.Write(out.decision, decision),
			out.predictions.Fill(e.WritePredictions), out.card.Fill(card.WriteMarkdown))
	})
}

// outputs are the files that the stage makes.
type outputs struct{ metrics, explanation, drift, decision, predictions, card *stage.Output }
