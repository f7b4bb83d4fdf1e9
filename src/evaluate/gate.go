package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"example.com/housing/src/internal/metrics"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
)

// decide compares the candidate with the baseline and with the champion at
// path, each on the same test rows by a paired bootstrap. It is promoted when
// it is surely better than the baseline and not worse than the champion by
// more than the margin. A champion that can't answer for these rows, since the
// columns changed, is replaced.
func (e *evaluation) decide(ctx context.Context, path string) (results.Decision, error) {
	d := results.Decision{Candidate: e.model.Digest()}
	vs, err := e.challenge(ctx, "baseline", e.baseline(), 0)
	if err != nil {
		return d, err
	}
	d.Against = append(d.Against, vs)
	if !vs.Difference.SurelyBetter(e.metric) {
		d.Reason = fmt.Sprintf("not surely better than the baseline: %s", describe(vs))
		return d, nil
	}
	champion, err := model.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Promote, d.Reason = true, "the first champion, better than the baseline"
		return d, nil
	case err != nil:
		return d, fmt.Errorf("the champion can't be read, `make rollback` puts the one before back: %w", err)
	}
	return e.defend(ctx, d, champion)
}

// defend is the comparison with the champion.
func (e *evaluation) defend(ctx context.Context, d results.Decision, champion *model.Model) (results.Decision, error) {
	d.Champion = champion.Digest()
	if d.Champion == d.Candidate {
		d.Reason = "is the champion already"
		return d, nil
	}
	other, _, err := ask(champion, e.test)
	if err != nil || champion.Task != e.model.Task {
		d.Promote, d.Reason = true, "the champion can't answer for these test rows"
		return d, nil
	}
	vs, err := e.challenge(ctx, "champion", other, e.cfg.Evaluation.Margin)
	if err != nil {
		return d, err
	}
	d.Against = append(d.Against, vs)
	d.Promote = vs.Difference.NotWorseThan(e.metric, vs.Margin)
	switch {
	case vs.Difference.SurelyBetter(e.metric):
		d.Reason = "better than the champion: " + describe(vs)
	case d.Promote:
		d.Reason = "not worse than the champion: " + describe(vs)
	default:
		d.Reason = "may be worse than the champion: " + describe(vs)
	}
	return d, nil
}

// challenge compares the candidate with another model's answers; the margin is
// a share of the other's metric.
func (e *evaluation) challenge(ctx context.Context, name string, other metrics.Data, margin float64) (results.Challenge, error) {
	diff, err := e.cfg.Evaluation.Bootstrap.Differences(ctx, e.data, other, []metrics.Metric{e.metric}, e.cfg.Seed)
	if err != nil {
		return results.Challenge{}, err
	}
	c := results.Challenge{
		Name: name, Metric: e.metric.Name, Difference: diff[0],
		Candidate: e.metric.Score(e.data), Other: e.metric.Score(other),
	}
	c.Margin = margin * math.Abs(c.Other)
	if !c.Difference.Defined() {
		return c, fmt.Errorf("%s is undefined on these %d test rows: choose another metric", c.Metric, e.test.Len())
	}
	return c, nil
}

func describe(c results.Challenge) string {
	n := results.Number
	return fmt.Sprintf("%s %s against %s, difference %s to %s", c.Metric, n(c.Candidate), n(c.Other), n(c.Difference.Low), n(c.Difference.High))
}
