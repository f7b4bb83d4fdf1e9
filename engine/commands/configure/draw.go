package configure

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

// newRound draws at most that many rows for a round, without those that are alone
// in their class.
func (c *contest) newRound(most, places int) (*round, error) {
	r := &round{contest: c, places: places}
	classes := c.plan.found.Schema.Column(c.plan.target).Categories
	most = min(most, max(1000, mostCells/c.train.Width()/max(1, len(classes)-1)))
	rng := random.New(42, "sample")
	if c.plan.task == model.Regression {
		r.rows = model.Sample(c.train, most, rng)
		return r, nil
	}
	labels, err := model.Labels(c.train.Column(c.plan.target))
	if err != nil {
		return nil, err
	}
	rows := notAlone(labels, drawClasses(labels, most, rng))
	r.rows, r.labels = c.train.Take(rows), take(labels, rows)
	return r, nil
}

// drawClasses draws at most that many rows at random and returns them in order.
// Each class gets at least a twentieth of them, or half an equal share if there are
// many classes, as far as it has rows: the comparison would otherwise see next to
// nothing of a rare class (as in case-control studies).
func drawClasses(labels []string, most int, rng *rand.Rand) []int {
	order := rng.Perm(len(labels))
	if len(labels) > most {
		least := min(most/20, most/(2*len(counts(labels))))
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
	n := counts(take(labels, rows))
	return slices.DeleteFunc(rows, func(i int) bool { return n[labels[i]] == 1 })
}

// scorable leaves rows of a class that a fold's training rows lack out of those
// that the fold sets aside: drawn rows may have few of a class.
func (r *round) scorable(folds []selection.Fold) []selection.Fold {
	if r.labels == nil {
		return folds
	}
	kept := make([]selection.Fold, len(folds))
	for k, f := range folds {
		known := counts(take(r.labels, f.Train))
		f.Test = slices.DeleteFunc(slices.Clone(f.Test), func(i int) bool { return known[r.labels[i]] == 0 })
		kept[k] = f
	}
	return kept
}
