package main

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/housing/src/internal/config"
	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/random"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/selection"
	"example.com/housing/src/internal/table"
)

// Candidates are compared on at most so many training rows, drawn where there
// are more: all of them on screened rows, and the best of these on mostTried.
const (
	screened  = 3000
	mostTried = 10_000
	finalists = 3
)

// early is how many folds a candidate takes before it is held against the others,
// where rows abound: what is behind on each of them takes no more (a race, after
// Maron and Moore 1994). It halves the time of a table of 20,000 rows. They are the
// last folds, which in an order of time have the most training rows.
const early = 2

// mostCells bounds rows times columns, once for each class, so that a wide table
// does not take minutes.
const mostCells = 1_000_000

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

// draw draws rows for a round, without those that are alone in their class.
func (c *contest) draw(most int) error {
	target := c.study.Schema.Column(c.study.Target)
	most = min(most, max(1000, mostCells/c.train.Width()/max(1, len(target.Categories)-1)))
	rng := random.New(42, "sample")
	if c.study.Task == model.Regression {
		c.rows = model.Sample(c.train, most, rng)
	} else {
		labels, err := model.Labels(c.train.Column(target.Name))
		if err != nil {
			return err
		}
		rows := notAlone(labels, drawClasses(labels, most, rng))
		c.rows, c.labels = c.train.Take(rows), take(labels, rows)
	}
	c.study.choice.rows = c.rows.Len()
	return nil
}

// drawClasses draws at most so many rows at random and returns them in order. Of
// each class it takes a twentieth of them at least, or half an equal share where
// classes are many, if there are so many: the comparison would else see next to
// nothing of a rare class (as in case-control studies).
func drawClasses(labels []string, most int, rng *rand.Rand) []int {
	order := rng.Perm(len(labels))
	if len(labels) > most {
		least := min(most/20, most/(2*len(distinct(labels))))
		had := map[string]int{}
		var first, others []int
		for _, i := range order {
			if had[labels[i]]++; had[labels[i]] <= least {
				first = append(first, i)
			} else {
				others = append(others, i)
			}
		}
		order = slices.Concat(first, others)[:most]
	}
	slices.Sort(order)
	return order
}

// notAlone drops the rows that are the only one of their class.
func notAlone(labels []string, rows []int) []int {
	counts := map[string]int{}
	for _, i := range rows {
		counts[labels[i]]++
	}
	return slices.DeleteFunc(rows, func(i int) bool { return counts[labels[i]] == 1 })
}

// scorable leaves out of the rows that folds set aside those of classes which the
// training rows beside them lack: drawn rows may have few of a class.
func (c *contest) scorable(folds []selection.Fold) []selection.Fold {
	if c.labels == nil {
		return folds
	}
	kept := make([]selection.Fold, len(folds))
	for k, f := range folds {
		classes := distinct(take(c.labels, f.Train))
		f.Test = slices.DeleteFunc(slices.Clone(f.Test), func(i int) bool { return !classes[c.labels[i]] })
		kept[k] = f
	}
	return kept
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
