package model

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"

	"example.com/engine/metrics"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// learningShares are the parts of each fold's training rows that a learning
// curve fits on, as scikit-learn's learning_curve takes by default.
var learningShares = []float64{0.1, 0.325, 0.55, 0.775, 1}

// LearningFits is the number of fits of a learning curve.
func LearningFits(folds []selection.Fold) int { return len(learningShares) * len(folds) }

// LearningCurve scores the recipe on what each fold held out and on the rows it
// learned from, for growing parts of the fold's training rows, each of which
// holds the ones before. done is called after each fit.
func (r Recipe) LearningCurve(ctx context.Context, train *table.Table, folds []selection.Fold, metric metrics.Metric, done func()) ([]results.LearningPoint, error) {
	r.Config.Intervals.Method = "none"
	parts := r.parts(folds)
	type score struct{ held, seen float64 }
	scores, err := selection.CrossValidate(ctx, parts, func(ctx context.Context, _ int, f selection.Fold) (score, error) {
		defer done()
		m, err := r.Fit(ctx, train.Take(f.Train))
		if err != nil {
			return score{}, err
		}
		held, err := m.score(train.Take(f.Test), metric)
		if err != nil {
			return score{}, err
		}
		seen, err := m.score(train.Take(f.Train), metric)
		return score{held, seen}, err
	})
	if err != nil {
		return nil, err
	}
	points := make([]results.LearningPoint, len(learningShares))
	for i := range points {
		var held, seen []float64
		for k := range folds {
			s := scores[i*len(folds)+k]
			held, seen = append(held, s.held), append(seen, s.seen)
		}
		points[i] = results.NewLearningPoint(len(parts[i*len(folds)].Train), held, seen)
	}
	return points, nil
}

// parts returns a fold for each share and fold, the smallest first.
func (r Recipe) parts(folds []selection.Fold) []selection.Fold {
	var parts []selection.Fold
	for _, share := range learningShares {
		for k, f := range folds {
			rows := slices.Clone(f.Train)
			shuffle(rows, random.New(r.Config.Seed, "learning curve "+strconv.Itoa(k)))
			rows = rows[:max(1, int(share*float64(len(rows))))]
			slices.Sort(rows)
			parts = append(parts, selection.Fold{Train: rows, Test: f.Test})
		}
	}
	return parts
}

func shuffle(v []int, rng *rand.Rand) {
	rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
}

// score measures the model's answers for the rows.
func (m *Model) score(rows *table.Table, metric metrics.Metric) (float64, error) {
	y, err := m.Truth(rows)
	if err != nil {
		return 0, err
	}
	p, err := m.Predict(rows)
	if err != nil {
		return 0, err
	}
	return metric.Score(p.Data(y)), nil
}
