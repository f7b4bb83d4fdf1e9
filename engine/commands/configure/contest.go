package configure

import (
	"context"

	"example.com/engine/metrics"
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
