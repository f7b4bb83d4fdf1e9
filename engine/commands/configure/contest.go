package configure

import (
	"context"
	"math/rand/v2"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// All candidates are compared on at most screened training rows, drawn at random,
// and the finalists again on at most mostTried.
const (
	screened  = 3000
	mostTried = 10_000
	finalists = 3
)

// contest compares candidates on the training rows of a plan.
type contest struct {
	plan   plan
	made   prepared
	train  *table.Table
	metric metrics.Metric
}

// run compares all candidates, and the best again on more rows, if there are.
func (c *contest) run(ctx context.Context) (choice, error) {
	most, places := screened, finalists
	if c.train.Len() < 2*screened { // a second round would be the first again
		most, places = mostTried, 0
	}
	first, err := c.newRound(most, places)
	if err != nil {
		return choice{}, err
	}
	if err := c.screen(ctx, first); err != nil {
		return choice{}, err
	}
	second, err := c.newRound(mostTried, 1)
	if err != nil {
		return choice{}, err
	}
	if second.rows.Len() <= first.rows.Len() {
		return first.choice(), nil
	}
	if err := c.final(ctx, second, first.tried); err != nil {
		return choice{}, err
	}
	chosen := second.choice()
	chosen.screened, chosen.screenedRows = first.tried, first.rows.Len()
	return chosen, nil
}

// targets are the transforms of the target that are tried: none, and the
// logarithm of a skewed one.
func (c *contest) targets() []string {
	switch skewed, zeros := c.plan.skewed(); {
	case skewed && zeros:
		return []string{"", "log1p"}
	case skewed:
		return []string{"", "log"}
	}
	return []string{""}
}

// screen finds out whether the target's logarithm is easier to learn, and then
// what every candidate comes to.
func (c *contest) screen(ctx context.Context, r *round) error {
	list := candidates(c.plan.task, c.train.Len(), c.plan.inputs())
	for _, target := range c.targets() {
		if err := r.try(ctx, list[0], target); err != nil {
			return err
		}
	}
	r.rank()
	target := r.tried[0].target
	for _, k := range list[1:] {
		if err := r.try(ctx, k, target); err != nil {
			return err
		}
	}
	r.rank()
	return nil
}

// final compares the best on more rows: each as it was, and the winner also with
// the other target, since its logarithm helps less if more rows are in the tail.
func (c *contest) final(ctx context.Context, r *round, screened []attempt) error {
	for _, a := range screened[:min(finalists, len(screened))] {
		if err := r.try(ctx, a.candidate, a.target); err != nil {
			return err
		}
	}
	r.rank()
	r.places = 0
	first := r.tried[0]
	for _, target := range c.targets() {
		if target != first.target {
			if err := r.try(ctx, first.candidate, target); err != nil {
				return err
			}
		}
	}
	r.rank()
	r.preferTarget()
	return nil
}

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
	r.rows, r.labels = c.train.Take(rows), selection.Take(labels, rows)
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
	n := counts(selection.Take(labels, rows))
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
		known := counts(selection.Take(r.labels, f.Train))
		f.Test = slices.DeleteFunc(slices.Clone(f.Test), func(i int) bool { return known[r.labels[i]] == 0 })
		kept[k] = f
	}
	return kept
}
