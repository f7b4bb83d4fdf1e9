package main

import (
	"bytes"
	"context"

	"example.com/engine/inspection"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// explain finds what the predictions for the test rows depend on.
func (e *evaluation) explain(ctx context.Context) (results.Explanation, error) {
	return inspection.Case{
		Model: e.model, Test: e.test, Data: e.data, Metric: e.metric,
		Settings: e.cfg.Evaluation.Explanation, Seed: e.cfg.Seed,
	}.Run(ctx)
}

// writeCard writes what the model is for, and how good it is, for people.
func (e *evaluation) writeCard(out *stage.Output, training string, x results.Explanation) error {
	card := report.Card{Card: e.cfg.Card, Model: e.model, Metrics: e.metrics, Explanation: x}
	if err := results.Read(training, &card.Training); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := card.WriteMarkdown(&b); err != nil {
		return err
	}
	return out.WriteFile(b.Bytes())
}
