package main

import (
	"context"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// Candidates are compared on at most so many training rows, drawn where there
// are more: all of them on screened rows, and the best of these on mostTried.
const (
	screened  = 3000
	mostTried = 10_000
	finalists = 3
)

// choose compares candidates by cross-validation on training rows, which are
// all that it reads. Where the test rows are the latest, it does so once more
// without what of a date only goes on: whether a training row tells anything of
// a time that none of them has, depends on the table.
func (s *studied) choose(ctx context.Context, t *trial) error {
	s.choice = choice{candidate: plain(s.Task)}
	if s.Rows > manyRows {
		return nil
	}
	metric, err := model.DecidingMetric(s.Task, "")
	if err != nil {
		return err
	}
	if err := s.compare(ctx, t, metric); err != nil || s.order.time == "" || len(s.of(isDate)) == 0 {
		return err
	}
	going := s.choice
	s.seasons = true
	s.writeFeatures()
	if err := t.features(ctx, s); err != nil {
		return err
	}
	if err := s.compare(ctx, t, metric); err != nil {
		return err
	}
	if !metric.Better(s.choice.tried[0].score, going.tried[0].score) {
		s.choice, s.seasons = going, false
		s.writeFeatures()
	}
	return nil
}

// compare chooses among the candidates with the derivations there are.
func (s *studied) compare(ctx context.Context, t *trial, metric metrics.Metric) error {
	s.choice = choice{candidate: plain(s.Task)}
	train, err := t.rows(results.Train)
	if err != nil {
		return err
	}
	c := contest{study: s, trial: t, train: train, metric: metric}
	s.choice.metric = metric.Name
	if !s.seasons { // which has no column that could leak and was not there before
		recipe, err := c.recipe(s.choice)
		if err != nil {
			return err
		}
		if s.leaks, err = recipe.Leaks(train); err != nil {
			return err
		}
	}
	if err := c.screen(ctx); err != nil {
		return err
	}
	return c.final(ctx)
}
