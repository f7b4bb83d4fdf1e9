package evaluation

import (
	"context"
	"fmt"
	"math"
	"strings"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/promotion"
	"example.com/engine/results"
)

// leastUnits is how many units, which are rows unless the split keeps more together,
// two models are compared on at least. With fewer, a bootstrap interval is too narrow:
// see TestClaimFewRows.
const leastUnits = 30

// A rival is a model that the candidate has to meet.
type rival struct {
	name    string
	model   *model.Model
	learned []bool  // of each test row: did it learn from its unit?
	answers answers // for the test rows
	note    string  // what is doubtful about learned, or ""
}

// meet loads a rival. Why says what keeps the two from being compared, if that is so.
func (e *Evaluation) meet(h *promotion.History, name, digest string) (r rival, why string, err error) {
	r.name = name
	if r.model, err = h.Open(digest); err != nil {
		return r, fmt.Sprintf("it can't be read: %v", err), nil
	}
	if why := e.incomparable(r.model); why != "" {
		return r, why, nil
	}
	if err := e.learnedBy(h, &r); err != nil {
		return r, fmt.Sprintf("which test rows it learned from can't be told: %v", err), nil
	}
	r.answers, err = ask(r.model, e.all)
	return r, "", err
}

// learnedBy finds of each test row whether the rival learned from its unit.
func (e *Evaluation) learnedBy(h *promotion.History, r *rival) error {
	m := r.model
	if m.Trained.SHA256 != "" && m.Trained.SHA256 == e.Model.Trained.SHA256 {
		r.learned = e.learned // from the same rows as the candidate
		return nil
	}
	theirs, err := h.Seen(m.Digest())
	if err != nil {
		return err
	}
	if err := e.seen.Comparable(theirs); err != nil {
		return err
	}
	if !e.seen.Shares(theirs) {
		r.note = "none of the training rows is one that the " + r.name + " learned from, as if they were of another table"
	}
	r.learned, _, err = theirs.Among(m.Derive, e.all, e.seen)
	return err
}

// common returns the test rows that both models answer and neither learned from, and
// counts the others by the first reason that fits. Of rows that neither learned from,
// refuses is how many more the candidate refuses than the rival.
func (e *Evaluation) common(r rival) (rows []int, left []results.LeftOut, refuses int) {
	reasons := []string{
		"the " + r.name + " learned from them", "the candidate learned from them",
		"neither has an answer", "the " + r.name + " has no answer", "the candidate has no answer",
		"the " + r.name + " does not know their class", "the candidate does not know their class",
	}
	counts := make([]int, len(reasons))
	for row := range e.all.Len() {
		mine, theirs := e.mine.at[row], r.answers.at[row]
		why := -1
		switch {
		case r.learned[row]:
			why = 0
		case e.learned[row]:
			why = 1
		case mine == refused && theirs == refused:
			why = 2
		case theirs == refused:
			why = 3
			refuses--
		case mine == refused:
			why = 4
			refuses++
		case theirs == unknown:
			why = 5
		case mine == unknown:
			why = 6
		}
		if why < 0 {
			rows = append(rows, row)
		} else {
			counts[why]++
		}
	}
	for k, n := range counts {
		if n > 0 {
			left = append(left, results.LeftOut{Rows: n, Why: reasons[k]})
		}
	}
	return rows, left, refuses
}

// face compares the candidate with a rival. Why says what keeps the two from being
// compared, or the candidate from being fit for its place, if that is so.
func (e *Evaluation) face(ctx context.Context, r rival) (c results.Challenge, why string, err error) {
	rows, left, refuses := e.common(r)
	units := map[uint64]bool{}
	for _, row := range rows {
		units[e.units[row]] = true
	}
	if len(units) < leastUnits {
		why = fmt.Sprintf("%d test rows are too few%s", len(rows), besides(left))
		if len(units) < len(rows) {
			why = fmt.Sprintf("%d test rows of %d units are too few%s", len(rows), len(units), besides(left))
		}
		return c, fmt.Sprintf("%s; it takes %d", why, leastUnits), nil
	}
	margin := e.Config.Evaluation.Margin
	if float64(refuses) > margin*float64(len(rows)) {
		return c, fmt.Sprintf("it answers %d more of the test rows than the candidate: %v", refuses, e.mine.why), nil
	}
	mine, other := e.pair(r.model, r.answers, rows)
	if c, err = e.challenge(ctx, r.name, mine, other, margin); err != nil {
		return c, "", err
	}
	c.LeftOut = left
	switch {
	case !c.Difference.Defined():
		why = fmt.Sprintf("%s is undefined on the %d test rows%s", c.Metric, c.Rows, besides(left))
	case !c.Difference.Bounded():
		why = fmt.Sprintf("the difference of %s, %s against %s on %d test rows%s, has no interval: %s", c.Metric,
			results.Number(c.Candidate), results.Number(c.Other), c.Rows, besides(left), c.Difference.None)
	}
	return c, why, nil
}

// besides counts the rows that were left out, in words.
func besides(left []results.LeftOut) string {
	var parts []string
	for _, l := range left {
		parts = append(parts, fmt.Sprintf("%s where %s", results.Count(l.Rows), l.Why))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", without " + strings.Join(parts, ", ")
}

// challenge compares the candidate's answers with those of another model for the same
// rows; the margin is a share of the other's metric.
func (e *Evaluation) challenge(ctx context.Context, name string, mine, other metrics.Data, margin float64) (results.Challenge, error) {
	c := results.Challenge{Name: name, Metric: e.Metric.Name, Rows: len(mine.Y)}
	diff, err := e.Config.Evaluation.Bootstrap.Differences(ctx, mine, other, []metrics.Metric{e.Metric}, e.Config.Seed)
	if err != nil {
		return c, err
	}
	c.Difference, c.Candidate, c.Other = diff[0], e.Metric.Score(mine), e.Metric.Score(other)
	c.Margin = margin * math.Abs(c.Other)
	return c, nil
}

// surelyWorse tells whether the interval lies on the bad side of 0.
func surelyWorse(d metrics.Difference, m metrics.Metric) bool {
	return m.Better(0, d.Low) && m.Better(0, d.High)
}

func describe(c results.Challenge) string {
	n := results.Number
	note := ""
	if c.Note != "" {
		note = "; " + c.Note
	}
	return fmt.Sprintf("%s %s against %s, difference %s on %s test rows%s%s", c.Metric, n(c.Candidate), n(c.Other),
		results.Range(c.Difference.Interval, n), results.Count(c.Rows), besides(c.LeftOut), note)
}
