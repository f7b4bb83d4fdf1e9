package evaluation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// Decide compares the candidate with the baseline and with the champion at
// path, each on the same test rows by a paired bootstrap. It is promoted when
// it is better than the baseline, if it has to be, and not worse than the
// champion by more than the margin. A champion that can't answer for these
// rows, since the columns changed, is replaced.
//
// That it is surely better than the baseline is said, but not asked for: a few
// test rows prove nothing, and the likelier of two models is the one to use.
//
// Whether it is called better than the champion is another question, and the
// harder one: of two trainings of one recipe, one is better on the test rows,
// and often surely so, as rows alone do not tell luck in training from merit.
// See compareTrainings.
func (e *Evaluation) Decide(ctx context.Context, path string) (results.Decision, error) {
	d := results.Decision{Candidate: e.Model.Digest()}
	vs, err := e.challenge(ctx, "baseline", e.baseline(), 0)
	if err != nil {
		return d, err
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
	champion, err := model.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Promote, d.Reason = true, first
		return d, nil
	case err != nil:
		return d, fmt.Errorf("the champion can't be read, `make rollback` puts the one before back: %w", err)
	}
	return e.defend(ctx, d, champion)
}

// defend is the comparison with the champion.
func (e *Evaluation) defend(ctx context.Context, d results.Decision, champion *model.Model) (results.Decision, error) {
	d.Champion = champion.Digest()
	if d.Champion == d.Candidate {
		d.Reason = "is the champion already"
		return d, nil
	}
	other, _, err := ask(champion, e.Test)
	if err != nil || champion.Task != e.Model.Task || !slices.Equal(champion.Classes, e.Model.Classes) {
		d.Promote, d.Reason = true, "the champion can't answer for these test rows"
		return d, nil
	}
	vs, err := e.challenge(ctx, "champion", other, e.Config.Evaluation.Margin)
	if err != nil {
		return d, err
	}
	vs.Trainings = compareTrainings(e.Model.Trained.Folds, champion.Trained.Folds, e.Metric.Name, e.Config.Evaluation.Bootstrap.Level)
	vs.Better = better(vs, e.Metric)
	d.Against = append(d.Against, vs)
	d.Promote = vs.Difference.NotWorseThan(e.Metric, vs.Margin)
	d.Reason = verdict(vs, d.Promote, e.Metric) + ": " + describe(vs)
	return d, nil
}

// verdict says how the candidate stands to the champion.
func verdict(vs results.Challenge, promote bool, metric metrics.Metric) string {
	switch {
	case vs.Better:
		return "better than the champion"
	case promote && vs.Difference.SurelyBetter(metric):
		return "not worse than the champion, and better by no more than another training may be"
	case promote:
		return "not worse than the champion"
	}
	return fmt.Sprintf("may be worse than the champion by more than %s", results.Number(vs.Margin))
}

// challenge compares the candidate with another model's answers; the margin is
// a share of the other's metric.
func (e *Evaluation) challenge(ctx context.Context, name string, other metrics.Data, margin float64) (results.Challenge, error) {
	diff, err := e.Config.Evaluation.Bootstrap.Differences(ctx, e.Data, other, []metrics.Metric{e.Metric}, e.Config.Seed)
	if err != nil {
		return results.Challenge{}, err
	}
	c := results.Challenge{
		Name: name, Metric: e.Metric.Name, Difference: diff[0],
		Candidate: e.Metric.Score(e.Data), Other: e.Metric.Score(other),
	}
	c.Margin = margin * math.Abs(c.Other)
	if !c.Difference.Defined() {
		return c, fmt.Errorf("%s is undefined on these %d test rows: choose another metric", c.Metric, e.Test.Len())
	}
	return c, nil
}

func describe(c results.Challenge) string {
	n := results.Number
	return fmt.Sprintf("%s %s against %s, difference %s to %s", c.Metric, n(c.Candidate), n(c.Other), n(c.Difference.Low), n(c.Difference.High))
}

// compareTrainings is the difference of two models' scores over the folds of
// their cross-validations, each of which is a training of its own: what the
// test rows can't tell is how much of a difference is the luck of one training.
// It is nil if the scores are not there or of another metric.
//
// On the same folds the differences are paired. Folds share training rows, so
// the variance of their mean is (1/k + test/train) times that of one, by the
// correction of Nadeau and Bengio (2003, "Inference for the generalization
// error"); the interval is that of Student's t.
func compareTrainings(candidate, other *model.FoldScores, metric string, level float64) *results.Trainings {
	if candidate == nil || other == nil || candidate.Metric != metric || other.Metric != metric ||
		min(len(candidate.Scores), len(other.Scores)) < 2 {
		return nil
	}
	a, b := candidate.Scores, other.Scores
	t := &results.Trainings{
		Estimate: stat.Mean(a, nil) - stat.Mean(b, nil),
		Paired:   candidate.SHA256 == other.SHA256 && len(a) == len(b),
	}
	variance := correction(len(a))*stat.Variance(a, nil) + correction(len(b))*stat.Variance(b, nil)
	if t.Paired {
		variance = correction(len(a)) * stat.Variance(floats.SubTo(make([]float64, len(a)), a, b), nil)
	}
	student := distuv.StudentsT{Sigma: 1, Nu: float64(min(len(a), len(b)) - 1)}
	reach := student.Quantile((1+level)/2) * math.Sqrt(variance)
	t.Low, t.High = t.Estimate-reach, t.Estimate+reach
	return t
}

// correction is 1/k + test/train for k folds.
func correction(k int) float64 { return 1/float64(k) + 1/float64(k-1) }

// better tells whether the candidate is better than the other model by more
// than chance: that of the test rows, by the paired bootstrap; and that of the
// training, by the folds, or where there are none by the margin.
func better(c results.Challenge, metric metrics.Metric) bool {
	if !c.Difference.SurelyBetter(metric) {
		return false
	}
	if c.Trainings != nil {
		return metric.Better(c.Trainings.Low, 0) && metric.Better(c.Trainings.High, 0)
	}
	return math.Abs(c.Difference.Estimate) > c.Margin
}
