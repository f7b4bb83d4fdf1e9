package feedback

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
)

// measure computes the metrics on the rows that are joined, in the order of
// the truth.
func (j *joined) measure(ctx context.Context, cfg model.Config) (results.Feedback, error) {
	f := j.count()
	if f.Rows == 0 {
		return f, fmt.Errorf("none of %d rows of the truth was answered by the champion, %s: %d by other models, %d are not in the log", f.Truth, j.model.Version(), f.OtherModels, f.Unknown)
	}
	deciding, err := model.DecidingMetric(j.model.Task, cfg.Metric)
	if err != nil {
		return f, err
	}
	d, err := j.data()
	if err != nil {
		return f, err
	}
	list := j.model.Metrics(deciding)
	b := cfg.Evaluation.Bootstrap
	intervals, err := b.Intervals(ctx, d, list, cfg.Seed)
	if err != nil {
		return f, err
	}
	f.Metric, f.Level = deciding.Name, b.Level
	for k, m := range list {
		if intervals[k].Defined() {
			f.Metrics = append(f.Metrics, results.LiveMetric{Name: m.Name, Greater: m.Greater, Live: intervals[k]})
		}
	}
	j.cover(&f)
	return f, nil
}

// data pairs the answers with the truth.
func (j *joined) data() (metrics.Data, error) {
	var d metrics.Data
	var proba []float64
	for _, n := range j.order {
		record, ok := j.answers[n]
		if !ok {
			continue
		}
		p, row, err := j.prediction(record)
		if err != nil {
			return d, fmt.Errorf("request %q, row %d: %w", n.request, n.row, err)
		}
		d.Y, d.Pred, proba = append(d.Y, j.truth[n]), append(d.Pred, p), append(proba, row...)
	}
	if j.model.Task != model.Regression {
		d.Proba = mat.NewDense(len(d.Y), len(j.model.Classes), proba)
	}
	return d, nil
}

// prediction is the number, or the code of the class and the probability of
// each.
func (j *joined) prediction(r predictionlog.Record) (p float64, proba []float64, err error) {
	if j.model.Task == model.Regression {
		v, ok := r.Prediction.(float64)
		if !ok {
			return 0, nil, fmt.Errorf("the prediction %v is not a number", r.Prediction)
		}
		return v, nil, nil
	}
	label, _ := r.Prediction.(string)
	code := slices.Index(j.model.Classes, label)
	if code < 0 {
		return 0, nil, fmt.Errorf("the prediction %v is none of the classes", r.Prediction)
	}
	for _, class := range j.model.Classes {
		proba = append(proba, r.Probabilities[class])
	}
	return float64(code), proba, nil
}

// cover counts the rows whose truth is in the interval, or in the set, of the
// answer.
func (j *joined) cover(f *results.Feedback) {
	if j.model.Intervals == nil {
		return
	}
	var in []bool
	for n, r := range j.answers { // counts only: the order does not matter
		y := j.truth[n]
		switch {
		case j.model.Task != model.Regression && r.Set != nil:
			in = append(in, slices.Contains(r.Set, j.model.Classes[int(y)]))
		case r.Lower != nil || r.Upper != nil:
			in = append(in, (r.Lower == nil || *r.Lower <= y) && (r.Upper == nil || y <= *r.Upper))
		}
	}
	if len(in) > 0 {
		share := metrics.Bootstrap{Level: f.Level}.Share(metrics.Data{Y: make([]float64, len(in))}, in)
		f.Inside, f.InsideLevel = &share, j.model.Intervals.Level
	}
}

// compare adds the metrics on the test rows to the live ones. If the champion is
// not the candidate, only the deciding metric is known, from the comparison with
// the candidate.
func compare(f *results.Feedback, tested, decided string) error {
	var m results.Metrics
	if err := readIfThere(tested, &m); err != nil {
		return err
	}
	var d results.Decision
	if err := readIfThere(decided, &d); err != nil {
		return err
	}
	for i := range f.Metrics {
		live := &f.Metrics[i]
		if test, ok := m.Test[live.Name]; ok && m.Model == f.Model {
			live.Test = &test
		}
		if d.Champion != f.Model || live.Test != nil {
			continue
		}
		for _, c := range d.Against {
			if c.Name == "champion" && c.Metric == live.Name {
				live.Test = &metrics.Interval{Estimate: c.Other, Low: math.NaN(), High: math.NaN(), StdErr: math.NaN()}
			}
		}
	}
	f.Worse = worse(f)
	return nil
}

func readIfThere(path string, v any) error {
	if err := results.Read(path, v); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// worse is by how much the deciding metric is worse than on the test rows, as a
// share of its value there; nil if that is not known. The end of the live interval
// that is best for the model says how much of it is certain.
func worse(f *results.Feedback) *results.Worse {
	for _, m := range f.Metrics {
		if m.Name != f.Metric || m.Test == nil || m.Test.Estimate == 0 || !m.Live.Bounded() {
			continue
		}
		share := func(v float64) float64 {
			s := (v - m.Test.Estimate) / math.Abs(m.Test.Estimate)
			if m.Greater {
				return -s
			}
			return s
		}
		best := m.Live.Low
		if m.Greater {
			best = m.Live.High
		}
		return &results.Worse{Estimate: share(m.Live.Estimate), Surely: share(best)}
	}
	return nil
}
