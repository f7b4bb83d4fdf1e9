package evaluation

import (
	"context"
	"errors"
	"fmt"

	"example.com/engine/metrics"
	"example.com/engine/promotion"
	"example.com/engine/results"
)

// Decide compares the candidate with the baseline, with the champion of the history and
// with the best champion so far, each by a paired bootstrap of test rows: those that
// both answer and neither learned from, as seen says of the candidate and a file beside
// it of each champion. It is promoted when it is better than the baseline, if it has to
// be, and neither worse than a champion nor maybe worse by more than the margin.
//
// The best champion so far, the reference, is the last that was surely better than the
// reference before it. Compared with the present champion alone, each could be worse by
// a margin than the one before, again and again.
//
// If two models can't be compared, the champion stays, and the reason says what to do.
// See docs/decisions/0017-what-the-gate-compares.md.
//
// That a first champion is surely better than the baseline is said, but not asked for: a
// few test rows prove nothing, and the likelier of two models is the one to use.
//
// Whether it is called better than the champion is another question, and the
// harder one: of two trainings of one recipe, one is better on the test rows,
// and often surely so, as rows alone do not tell luck in training from merit.
// See compareTrainings.
func (e *Evaluation) Decide(ctx context.Context, h *promotion.History) (results.Decision, error) {
	d := results.Decision{Candidate: e.Model.Digest()}
	if e.seen == nil {
		return d, errors.New("what the candidate learned from is not known")
	}
	vs, err := e.challenge(ctx, "baseline", e.Data, e.baseline(), 0)
	switch {
	case err != nil:
		return d, err
	case !vs.Difference.Defined():
		return d, fmt.Errorf("%s is undefined on these %d test rows: choose another metric", vs.Metric, vs.Rows)
	}
	vs.Better = vs.Difference.SurelyBetter(e.Metric)
	d.Against = append(d.Against, vs)
	first := "the first champion, better than the baseline"
	switch {
	case vs.Better:
	case e.Metric.Better(vs.Candidate, vs.Other):
		first += fmt.Sprintf(", which %d test rows do not prove: %s", e.Test.Len(), describe(vs))
	case e.Config.Evaluation.BeatBaseline:
		d.Reason = "not better than the baseline: " + describe(vs) + "; evaluation: {beat_baseline: false} in model.yaml would let it pass"
		return d, nil
	default:
		first = "the first champion, though not better than the baseline: " + describe(vs)
	}
	switch d.Champion, err = h.Champion(); {
	case err != nil:
		return d, err
	case d.Champion == "":
		d.Promote, d.Reason, d.Reference = true, first, d.Candidate
		return d, nil
	case d.Champion == d.Candidate:
		d.Reason = "is the champion already"
		return d, nil
	}
	return d, e.defend(ctx, &d, h)
}

// defend is the comparison with the champion, and with the reference if that is
// another model.
func (e *Evaluation) defend(ctx context.Context, d *results.Decision, h *promotion.History) error {
	d.Reference = h.Reference()
	rivals := []struct{ name, digest string }{{"champion", d.Champion}, {"best champion", d.Reference}}
	if d.Reference == d.Champion {
		rivals = rivals[:1]
	}
	for _, r := range rivals {
		other, why, err := e.meet(h, r.name, r.digest)
		if err != nil {
			return err
		}
		var vs results.Challenge
		if why == "" {
			vs, why, err = e.face(ctx, other)
		}
		switch {
		case err != nil:
			return err
		case why != "":
			d.Promote, d.Reference = false, ""
			d.Reason = fmt.Sprintf("can't be compared with the %s (%.12s), %s: `make promote FORCE=reason` makes it champion all the same", r.name, r.digest, why)
			return nil
		}
		if !e.Metric.OfPositive() || e.Model.Positive() == other.model.Positive() { // else of different classes
			vs.Trainings = compareTrainings(e.Model.Trained, other.model.Trained, e.Metric.Name, e.Config.Evaluation.Bootstrap.Level)
		}
		vs.Better, vs.Note = better(vs, e.Metric), other.note
		d.Against = append(d.Against, vs)
		if weigh(d, vs, e.Metric, r.digest); !d.Promote {
			return nil
		}
	}
	return nil
}

// weigh makes the decision that follows from a comparison with the champion of the
// digest, after those before it, all of which the candidate passed.
func weigh(d *results.Decision, vs results.Challenge, m metrics.Metric, digest string) {
	switch {
	case !passes(vs, m):
		d.Promote, d.Reference, d.Reason = false, "", verdict(vs, m)+": "+describe(vs)
	case !d.Promote: // the first, and the reason to print
		d.Promote, d.Reason = true, verdict(vs, m)+": "+describe(vs)
	}
	if digest == d.Reference && vs.Difference.SurelyBetter(m) {
		d.Reference = d.Candidate
	}
}

// passes tells whether the candidate may take the place of a champion.
func passes(vs results.Challenge, m metrics.Metric) bool {
	return vs.Difference.NotWorseThan(m, vs.Margin) && !surelyWorse(vs.Difference, m)
}

// verdict says how the candidate stands to a champion.
func verdict(vs results.Challenge, m metrics.Metric) string {
	switch {
	case vs.Better:
		return "better than the " + vs.Name
	case surelyWorse(vs.Difference, m):
		return "worse than the " + vs.Name
	case !passes(vs, m):
		return fmt.Sprintf("may be worse than the %s by more than %s", vs.Name, results.Number(vs.Margin))
	case vs.Difference.SurelyBetter(m):
		return "not worse than the " + vs.Name + ", and better by no more than another training may be"
	}
	return "not worse than the " + vs.Name
}
