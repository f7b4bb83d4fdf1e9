package main

import (
	"math/rand/v2"
	"slices"

	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/selection"
)

// mostCells bounds rows times columns, once for each class, so that a wide table
// does not take minutes.
const mostCells = 1_000_000

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

func take(labels []string, rows []int) []string {
	taken := make([]string, len(rows))
	for i, row := range rows {
		taken[i] = labels[row]
	}
	return taken
}

func distinct(labels []string) map[string]bool {
	set := map[string]bool{}
	for _, l := range labels {
		set[l] = true
	}
	return set
}
