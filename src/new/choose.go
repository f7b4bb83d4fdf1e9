package main

import (
	"context"
	"math"
	"slices"

	"example.com/housing/src/internal/config"
	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/random"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/table"
)

// mostTried is the number of training rows on which candidates are compared;
// where there are more, rows are drawn.
const mostTried = 20_000

// mostCells bounds rows times columns, so that a wide table does not take
// minutes.
const mostCells = 2_000_000

// choose compares candidates by cross-validation on training rows, which are
// all that it reads.
func (s *studied) choose(ctx context.Context, t *trial) error {
	s.choice = choice{candidate: plain(s.Task)}
	if s.Rows > manyRows {
		return nil
	}
	train, err := t.train()
	if err != nil {
		return err
	}
	metric, err := model.DecidingMetric(s.Task, "")
	if err != nil {
		return err
	}
	rows := model.Sample(train, min(mostTried, max(1000, mostCells/train.Width())), random.New(42, "sample"))
	c := contest{study: s, trial: t, rows: rows, metric: metric}
	s.choice.rows, s.choice.metric = rows.Len(), metric.Name
	if err := c.run(ctx, train.Len()); err != nil {
		return err
	}
	slices.SortStableFunc(s.choice.tried, func(a, b attempt) int {
		switch {
		case metric.Better(a.score, b.score):
			return -1
		case metric.Better(b.score, a.score):
			return 1
		}
		return 0
	})
	return nil
}

// contest compares candidates.
type contest struct {
	study  *studied
	trial  *trial
	rows   *table.Table
	metric metrics.Metric
}

// run finds out whether the target's logarithm is easier to learn, and then
// which estimator does best.
func (c *contest) run(ctx context.Context, trainRows int) error {
	s := c.study
	list := candidates(s.Task, trainRows)
	best := math.NaN()
	try := func(k candidate, target, name string) error {
		score, err := c.score(ctx, choice{candidate: k, target: target})
		if err != nil {
			return err
		}
		s.choice.tried = append(s.choice.tried, attempt{name, score})
		if math.IsNaN(best) || c.metric.Better(score, best) {
			best, s.choice.candidate, s.choice.target = score, k, target
		}
		return nil
	}
	if err := try(list[0], "", list[0].name); err != nil {
		return err
	}
	if skewed, zeros := s.skewed(); skewed {
		log := map[bool]string{true: "log1p", false: "log"}[zeros]
		if err := try(list[0], log, list[0].name+", of the target's "+log); err != nil {
			return err
		}
	}
	target := s.choice.target
	for _, k := range list[1:] {
		name := k.name
		if target != "" {
			name += ", of the target's " + target
		}
		if err := try(k, target, name); err != nil {
			return err
		}
	}
	return nil
}

// score is the mean of the deciding metric over the folds.
func (c *contest) score(ctx context.Context, k choice) (float64, error) {
	recipe := c.trial.recipe
	recipe.Config = model.DefaultConfig()
	if err := config.Parse("configs/model.yaml", c.study.modelYAML(k), &recipe.Config); err != nil {
		return 0, err
	}
	folds, err := recipe.Folds(c.rows)
	if err != nil {
		return 0, err
	}
	c.study.choice.folds = recipe.Config.CrossValidation.Split.String()
	list := model.Metrics(recipe.Config.Task, c.metric)
	cv, err := recipe.CrossValidate(ctx, c.rows, folds, list, func() {})
	if err != nil {
		return 0, err
	}
	score, ok := cv.Mean[c.metric.Name]
	if !ok {
		return math.NaN(), nil
	}
	return score, nil
}

func number(v float64) string { return results.Number(v) }
