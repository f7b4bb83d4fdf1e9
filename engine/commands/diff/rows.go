package diff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"example.com/engine/explain"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// mostRows bounds the test rows that both models answer for: on more, the
// intervals would take long and say no more.
const mostRows = 20000

// judged is the test rows with the answers of both models.
type judged struct {
	cfg   model.Config
	of    int   // rows of the file
	rows  []int // those of them that were predicted; nil for all
	a, b  answers
	notes []string
}

type answers struct {
	prediction model.Prediction
	data       metrics.Data
}

// load has both models predict the rows of test.csv. If that is not possible,
// the result has a note instead of answers.
func load(s *stage.Stage, cfg model.Config, a, b side) *judged {
	j := &judged{cfg: cfg}
	if a.model.Task != b.model.Task || !slices.Equal(a.model.Classes, b.model.Classes) || a.model.Schema.Target != b.model.Schema.Target {
		j.notes = append(j.notes, "They predict different things, so that no metric compares them.")
		return j
	}
	for _, one := range []struct {
		side
		to *answers
	}{{a, &j.a}, {b, &j.b}} {
		if err := j.ask(s, one.model, one.to); errors.Is(err, fs.ErrNotExist) {
			j.notes = append(j.notes, "There are no test rows: `make features` makes them.")
			return j
		} else if err != nil {
			j.notes = append(j.notes, fmt.Sprintf("The %s can't answer for the test rows, so that no metric compares them: %v.", one.name, err))
			j.of = 0
			return j
		}
		if digest, err := stage.Digest(s.Path(results.Train)); err == nil && digest != one.model.Trained.SHA256 {
			j.notes = append(j.notes, fmt.Sprintf("The %s was trained on other rows than the present training rows: some of these test rows may have been among them, which flatters it.", one.name))
		}
	}
	return j
}

func (j *judged) ask(s *stage.Stage, m *model.Model, to *answers) error {
	test, err := table.ReadFile(s.Path(results.Test), table.Options{Fields: m.Schema.Fields()})
	if err != nil {
		return err
	}
	j.of = test.Len()
	if j.of > mostRows {
		j.rows = explain.Sample(j.of, mostRows, random.New(j.cfg.Seed, "diff rows"))
		test = test.Take(j.rows)
	}
	y, err := m.Truth(test)
	if err != nil {
		return err
	}
	p, err := m.Predict(test)
	*to = answers{p, p.Data(y)}
	return err
}

// judgement is a metric of both models.
type judgement struct {
	metrics.Metric
	a, b       float64
	difference metrics.Difference // b minus a
}

// compare measures both models by the metrics of their task.
func (j *judged) compare(ctx context.Context, task model.Task) ([]judgement, error) {
	deciding, err := model.DecidingMetric(task, j.cfg.Metric)
	if err != nil {
		return nil, err
	}
	var list []metrics.Metric
	for _, m := range model.Metrics(task, deciding) {
		if m.Unit != metrics.TargetSquared { // its root says the same
			list = append(list, m)
		}
	}
	found, err := j.cfg.Evaluation.Bootstrap.Differences(ctx, j.b.data, j.a.data, list, j.cfg.Seed)
	if err != nil {
		return nil, err
	}
	var out []judgement
	for k, m := range list {
		if found[k].Defined() {
			out = append(out, judgement{m, m.Score(j.a.data), m.Score(j.b.data), found[k]})
		}
	}
	return out, nil
}

// moved is how far the predictions of two models are apart.
type moved struct {
	same   int     // rows with the same prediction
	mean   float64 // distance, of a regression
	rows   []int   // those furthest apart, the furthest first
	counts int     // rows in all
}

// apart compares predictions row by row.
func (j *judged) apart() moved {
	x, y := j.a.data.Pred, j.b.data.Pred
	out := moved{counts: len(x)}
	distance := make([]float64, len(x))
	for i := range x {
		distance[i] = math.Abs(x[i] - y[i])
		out.mean += distance[i] / float64(len(x))
		if x[i] == y[i] {
			out.same++
		}
		if distance[i] > 0 {
			out.rows = append(out.rows, i)
		}
	}
	slices.SortStableFunc(out.rows, func(a, b int) int { return cmp.Compare(distance[b], distance[a]) })
	out.rows = out.rows[:min(len(out.rows), 3)]
	return out
}
