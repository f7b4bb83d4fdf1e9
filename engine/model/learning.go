package model

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"example.com/engine/metrics"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/schema"
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
	r, _, err := r.Settle(train)
	if err != nil {
		return nil, err
	}
	r.Config.Intervals.Method = "none"
	parts := r.parts(folds)
	seen := make([]heldFold, len(parts))
	held, err := selection.CrossValidate(ctx, parts, func(ctx context.Context, k int, f selection.Fold) (h heldFold, err error) {
		defer done()
		m, err := r.Fit(ctx, train.Take(f.Train))
		if err != nil {
			return h, err
		}
		if seen[k], err = m.holdOut(train.Take(f.Train)); err != nil {
			return h, err
		}
		return m.holdOut(train.Take(f.Test))
	})
	if err != nil {
		return nil, err
	}
	points := make([]results.LearningPoint, len(learningShares))
	for i := range points {
		from, to := i*len(folds), (i+1)*len(folds)
		learned, err := r.Config.answer(held[from:to])
		if err != nil {
			return nil, err
		}
		var scores [2][]float64
		for k := from; k < to; k++ {
			if s := &seen[k]; s.answers.Proba != nil {
				s.answers = learned[k-from].of(s.answers.Proba)
			}
			for j, h := range []heldFold{held[k], seen[k]} {
				scores[j] = append(scores[j], metric.Score(h.answers.Data(h.truth)))
			}
		}
		points[i] = results.NewLearningPoint(len(parts[from].Train), scores[0], scores[1])
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

// Curve answers what would be predicted for the only row of t if one of its
// columns held each of the points in turn: of each of them, in order. Columns
// derived from it change with it, the others stay as they are.
func (m *Model) Curve(t *table.Table, points *table.Column) (Prediction, error) {
	if t.Len() != 1 {
		panic("model: a curve is of one row")
	}
	if !slices.Contains(m.inputs, points.Name) {
		return Prediction{}, fmt.Errorf("no column %q to vary: there are %v", points.Name, m.inputs)
	}
	rows, err := t.Take(make([]int, points.Len())).With(points)
	if err != nil {
		return Prediction{}, err
	}
	return m.Predict(rows)
}

// Points returns values of a column for a curve: the categories that the
// schema allows, or about n numbers, evenly spaced over its range, whole ones
// for an integer, one of which is the value itself. Where the schema has no
// bound, a third of the value and three times the value stand in. The value may
// be null. The error is for a column that has no such values, as a text.
func (m *Model) Points(name string, value float64, n int) (*table.Column, error) {
	c := m.Schema.Column(name)
	switch {
	case c == nil || !slices.Contains(m.inputs, name):
		return nil, fmt.Errorf("no column %q to vary: there are %v", name, m.inputs)
	case len(c.Categories) > 0:
		return table.Categories(name, c.Categories), nil
	case c.Type.Kind() != table.Float:
		return nil, fmt.Errorf("column %q is a %s: no values to vary it by are known", name, c.Type)
	}
	low, high := span(c, value)
	if !(low < high) {
		return nil, fmt.Errorf("column %q: no range to vary it in is known", name)
	}
	points := make([]float64, 0, n+1)
	for k := range n {
		points = append(points, low+(high-low)*float64(k)/float64(n-1))
	}
	if !math.IsNaN(value) {
		points = append(points, value)
	}
	if c.Type == schema.Integer {
		for i, v := range points {
			points[i] = math.Round(v)
		}
	}
	slices.Sort(points)
	return table.Floats(name, slices.Compact(points)), nil
}

// span is the range of a column around a value.
func span(c *schema.Column, value float64) (low, high float64) {
	low, high = min(value/3, value*3), max(value/3, value*3)
	if c.Min != nil {
		low = *c.Min
	}
	if c.Max != nil {
		high = *c.Max
	}
	return low, high
}
