package main

import (
	"context"

	"example.com/housing/src/internal/inspection"
	"example.com/housing/src/internal/results"
)

// explain finds what the predictions for the test rows depend on.
func (e *evaluation) explain(ctx context.Context) (results.Explanation, error) {
	return inspection.Case{
		Model: e.model, Test: e.test, Data: e.data, Metric: e.metric,
		Settings: e.cfg.Evaluation.Explanation, Seed: e.cfg.Seed,
	}.Run(ctx)
}
