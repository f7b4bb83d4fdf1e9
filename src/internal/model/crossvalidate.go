package model

import (
	"context"
	"fmt"

	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/random"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/selection"
	"example.com/housing/src/internal/table"
)

// Folds returns the folds of the training rows.
func (r Recipe) Folds(train *table.Table) ([]selection.Fold, error) {
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train)
	if err != nil {
		return nil, err
	}
	cv := r.Config.CrossValidation
	rows, err := cv.rows(train, y)
	if err != nil {
		return nil, err
	}
	folds, err := cv.Split.Split(rows, random.New(r.Config.Seed, "folds"))
	if err != nil {
		return nil, fmt.Errorf("cross_validation: %w", err)
	}
	return folds, nil
}

// CrossValidate scores the recipe on each fold's held-out rows. Each fold fits
// transformers and estimator of its own on its training rows alone. done is
// called after each fold.
func (r Recipe) CrossValidate(ctx context.Context, train *table.Table, folds []selection.Fold, list []metrics.Metric, done func()) (results.CrossValidation, error) {
	scored, err := selection.CrossValidate(ctx, folds, func(ctx context.Context, _ int, f selection.Fold) (results.Fold, error) {
		defer done()
		scores, err := r.scoreFold(ctx, train, f, list)
		return results.Fold{TrainRows: len(f.Train), TestRows: len(f.Test), Scores: scores}, err
	})
	cv := results.CrossValidation{Strategy: r.Config.CrossValidation.Split.String(), Folds: scored}
	cv.Summarize()
	return cv, err
}

func (r Recipe) scoreFold(ctx context.Context, train *table.Table, fold selection.Fold, list []metrics.Metric) (results.Scores, error) {
	m, err := r.Fit(ctx, train.Take(fold.Train))
	if err != nil {
		return nil, err
	}
	held := train.Take(fold.Test)
	y, err := m.Truth(held)
	if err != nil {
		return nil, err
	}
	p, err := m.Predict(held)
	if err != nil {
		return nil, err
	}
	return results.Score(p.Data(y), list), nil
}
