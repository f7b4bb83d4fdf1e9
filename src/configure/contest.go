package main

import (
	"context"
	"math"
	"slices"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// early is how many folds a candidate takes before it is held against the others,
// where rows abound: what is behind on each of them takes no more (a race, after
// Maron and Moore 1994). It halves the time of a table of 20,000 rows. They are the
// last folds, which in an order of time have the most training rows.
const early = 2

// contest compares candidates.
type contest struct {
	study  *studied
	trial  *trial
	train  *table.Table
	rows   *table.Table // of them, those of this round
	labels []string     // their classes; nil for numbers
	metric metrics.Metric
	// targets are the transforms of the target that are tried: none, and the
	// logarithm of a skewed one.
	targets []string
	tried   []attempt
	places  int // so many go on to the next round; 0 where there is none, and no race
}

// screen finds out whether the target's logarithm is easier to learn, and then
// what every candidate comes to.
func (c *contest) screen(ctx context.Context) error {
	s := c.study
	most := screened
	if c.train.Len() < 2*screened { // a second round would be the first again
		most = mostTried
	} else {
		c.places = finalists
	}
	if err := c.draw(most); err != nil {
		return err
	}
	list := candidates(s.Task, c.train.Len(), s.inputs())
	c.targets = []string{""}
	if skewed, zeros := s.skewed(); skewed {
		c.targets = append(c.targets, map[bool]string{true: "log1p", false: "log"}[zeros])
	}
	for _, target := range c.targets {
		if err := c.try(ctx, list[0], target); err != nil {
			return err
		}
	}
	c.rank()
	target := c.tried[0].target
	for _, k := range list[1:] {
		if err := c.try(ctx, k, target); err != nil {
			return err
		}
	}
	c.rank()
	return nil
}

// final compares the best on more rows, if there are: each as it was, and the
// first also with the other target, whose logarithm is of less help where more
// rows tell of the tail.
func (c *contest) final(ctx context.Context) error {
	s, before := c.study, c.rows.Len()
	if err := c.draw(mostTried); err != nil {
		return err
	}
	if c.rows.Len() > before {
		s.choice.screened, s.choice.screenedRows = c.tried, before
		best := c.tried[:min(finalists, len(c.tried))]
		c.tried, c.places = nil, 1
		for _, a := range best {
			if err := c.try(ctx, a.candidate, a.target); err != nil {
				return err
			}
		}
		c.rank()
		c.places = 0
		first := c.tried[0]
		for _, target := range c.targets {
			if target != first.target {
				if err := c.try(ctx, first.candidate, target); err != nil {
					return err
				}
			}
		}
		c.rank()
		c.preferTarget()
	}
	s.choice.tried, s.choice.candidate, s.choice.target = c.tried, c.tried[0].candidate, c.tried[0].target
	return nil
}

// clearly is by what share of its score a transformed target must be better.
const clearly = 0.02

// preferTarget puts the best first with the target itself, if it was tried so
// and the transform is not clearly better.
func (c *contest) preferTarget() {
	first := c.tried[0]
	i := slices.IndexFunc(c.tried, func(a attempt) bool { return a.candidate.name == first.candidate.name && a.target == "" })
	if i > 0 && math.Abs(c.tried[i].score-first.score) <= clearly*math.Abs(c.tried[i].score) {
		same := c.tried[i]
		c.tried = slices.Insert(slices.Delete(c.tried, i, i+1), 0, same)
	}
}

// try scores a candidate on the folds, or on the early ones alone where it is
// behind on them.
func (c *contest) try(ctx context.Context, k candidate, target string) error {
	recipe, err := c.recipe(choice{candidate: k, target: target})
	if err != nil {
		return err
	}
	folds, err := recipe.Folds(c.rows)
	if err != nil {
		return err
	}
	c.study.choice.folds = recipe.Config.CrossValidation.Split.String()
	list := model.Metrics(recipe.Config.Task, c.metric)
	a := attempt{candidate: k, target: target, of: len(folds)}
	folds = c.scorable(folds)
	rest := 0
	if c.places > 0 {
		rest = max(0, len(folds)-early)
	}
	for _, part := range [][]selection.Fold{folds[rest:], folds[:rest]} {
		if len(part) == 0 || len(a.folds) > 0 && c.behind(a) {
			continue
		}
		cv, err := recipe.CrossValidate(ctx, c.rows, part, list, func() {})
		if err != nil {
			return err
		}
		a.folds = append(a.folds, cv.Folds...)
	}
	a.score = mean(a.folds, c.metric.Name)
	c.tried = append(c.tried, a)
	return nil
}

// behind tells whether so many others as go on are better than a on each of its
// folds.
func (c *contest) behind(a attempt) bool {
	if len(c.tried) < c.places {
		return false
	}
	c.rank()
	for _, b := range c.tried[:c.places] {
		for k, fold := range a.folds {
			mine, ok := fold.Scores[c.metric.Name]
			if !ok || !c.metric.Better(b.folds[k].Scores[c.metric.Name], mine) {
				return false
			}
		}
	}
	return true
}

// rank sorts what was tried, the best first, then what took the early folds alone;
// NaN is last of each.
func (c *contest) rank() {
	slices.SortStableFunc(c.tried, func(a, b attempt) int {
		switch {
		case a.whole() != b.whole():
			return map[bool]int{true: -1, false: 1}[a.whole()]
		case c.metric.Better(a.score, b.score), math.IsNaN(b.score) && !math.IsNaN(a.score):
			return -1
		case c.metric.Better(b.score, a.score), math.IsNaN(a.score) && !math.IsNaN(b.score):
			return 1
		}
		return 0
	})
}

// recipe returns what is learned with the choice.
func (c *contest) recipe(k choice) (model.Recipe, error) {
	recipe := c.trial.recipe
	recipe.Config = model.DefaultConfig()
	return recipe, config.Parse("configs/model.yaml", c.study.modelYAML(k), &recipe.Config)
}

// mean is that of a metric over the folds in which it is defined, each of which
// counts by its training rows; NaN if there is none. Where time goes on, the first
// folds have few, and what is best with few is not what is best with all.
func mean(folds []results.Fold, metric string) float64 {
	sum, rows := 0.0, 0
	for _, fold := range folds {
		if score, ok := fold.Scores[metric]; ok {
			sum += score * float64(fold.TrainRows)
			rows += fold.TrainRows
		}
	}
	return sum / float64(rows)
}

func number(v float64) string { return results.Number(v) }
