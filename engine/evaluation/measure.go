package evaluation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// Measure returns the metrics of the task with their bootstrap intervals, beside
// those of the dummy, the coverage of prediction intervals or sets, and the metrics
// by slice. A metric that is undefined on these rows is left out.
func (e *Evaluation) Measure(ctx context.Context) (results.Metrics, error) {
	list := e.Model.Metrics(e.Metric)
	b := e.Config.Evaluation.Bootstrap
	target := e.Model.Schema.Column(e.Model.Schema.Target)
	out := results.Metrics{
		Task: e.Model.Task, Target: target.Name, Unit: target.Unit, Metric: e.Metric.Name,
		Positive: e.Model.Positive(), Classes: e.classes(),
		Model: e.Model.Digest(), Rows: e.Test.Len(), Level: b.Level,
		Unanswered: e.all.Len() - e.Test.Len(),
		Test:       map[string]metrics.Interval{},
		Baseline:   results.Score(e.baseline(), list),
		Coverage:   e.coverage(),
	}
	intervals, err := b.Intervals(ctx, e.Data, list, e.Config.Seed)
	if err != nil {
		return out, err
	}
	for k, m := range list {
		if intervals[k].Defined() {
			out.Test[m.Name] = intervals[k]
		}
	}
	out.Slices, err = e.slices(ctx, list)
	return out, err
}

// classes is how each class fares; nil for a regression.
func (e *Evaluation) classes() []results.Class {
	if e.Model.Task == model.Regression {
		return nil
	}
	counts := metrics.Confusion(e.Data.Y, e.Data.Pred, nil)
	groups := metrics.ByCategory(codes(e.Data.Y), e.Model.Classes)
	var out []results.Class
	for k, name := range e.Model.Classes {
		hit, actual, predicted := counts.Class(k)
		c := results.Class{
			Name: name, Rows: int(actual), Predicted: int(predicted),
			Precision: hit / max(1, predicted), Recall: hit / max(1, actual), F1: 2 * hit / max(1, predicted+actual),
		}
		if g := slices.IndexFunc(groups, func(g metrics.Group) bool { return g.Name == name }); g >= 0 {
			c.Inside, _ = e.covered(groups[g].Rows)
		}
		out = append(out, c)
	}
	return out
}

// Summary is the deciding metric with its interval, in words.
func Summary(m results.Metrics) string {
	i := m.Test[m.Metric]
	units := ""
	if i.Bounded() && i.Kind != "rows" {
		units = ", " + i.Resampling()
	}
	return fmt.Sprintf("test %s %s (%.3g %% interval %s%s)", m.Deciding(),
		results.Number(i.Estimate), 100*m.Level, results.Range(i, results.Number), units)
}

// carries tells whether predictions carry intervals or sets.
func (e *Evaluation) carries() bool { return e.Answers.Lower != nil || e.Answers.Sets != nil }

// inside tells whether the target of a test row is within the interval, ends
// included, or the set; and how wide that is.
func (e *Evaluation) inside(row int) (in bool, size float64) {
	p, y := e.Answers, e.Data.Y[row]
	if p.Sets != nil {
		return slices.Contains(p.Sets[row], int(y)), float64(len(p.Sets[row]))
	}
	return p.Lower[row] <= y && y <= p.Upper[row], p.Upper[row] - p.Lower[row]
}

// coverage is how the intervals do on all test rows; nil if there are none.
func (e *Evaluation) coverage() *results.Coverage {
	all := make([]int, len(e.Data.Y))
	for i := range all {
		all[i] = i
	}
	share, size := e.covered(all)
	if share == nil {
		return nil
	}
	c := e.Model.Intervals
	return &results.Coverage{Method: c.Method, Score: c.Score, Level: c.Level, Rows: c.Rows, Promise: c.Promise(), Inside: *share, Size: size}
}

// covered is the share of the rows whose target is inside, and their mean size; nil
// if predictions carry no intervals.
func (e *Evaluation) covered(rows []int) (*metrics.Interval, float64) {
	if !e.carries() {
		return nil, 0
	}
	in, sum := make([]bool, len(rows)), 0.0
	for k, i := range rows {
		var size float64
		in[k], size = e.inside(i)
		sum += size
	}
	share := e.Config.Evaluation.Bootstrap.Share(e.Data.Take(rows), in)
	return &share, sum / float64(len(rows))
}

// WritePredictions writes the answers for the test rows as CSV, with the columns of
// [results.PredictionFields], and of [results.IntervalFields] if the answers carry
// intervals or sets.
func (e *Evaluation) WritePredictions(out io.Writer) error {
	t, err := e.predictions()
	if err != nil {
		return err
	}
	w, err := table.NewWriter(out, "csv", t.Fields())
	if err != nil {
		return err
	}
	if err := w.Write(t); err != nil {
		return err
	}
	return w.Close()
}

// predictions is the table of these columns.
func (e *Evaluation) predictions() (*table.Table, error) {
	rows := make([]float64, e.Test.Len())
	for i, row := range e.mine.rows {
		rows[i] = float64(row)
	}
	if e.Model.Task == model.Regression {
		cols := []*table.Column{table.Floats("row", rows), table.Floats("actual", e.Data.Y), table.Floats("predicted", e.Data.Pred)}
		if e.Answers.Lower != nil {
			cols = append(cols, table.Floats("lower", e.Answers.Lower), table.Floats("upper", e.Answers.Upper))
		}
		return table.New(cols...)
	}
	cols := []*table.Column{
		table.Floats("row", rows),
		{Name: "actual", Kind: table.Category, Codes: codes(e.Data.Y), Levels: e.Model.Classes},
		{Name: "predicted", Kind: table.Category, Codes: codes(e.Data.Pred), Levels: e.Model.Classes},
	}
	for k, class := range e.Model.Classes {
		p := make([]float64, len(rows))
		for i := range p {
			p[i] = e.Answers.Proba.At(i, k)
		}
		cols = append(cols, table.Floats("p_"+class, p))
	}
	if e.Answers.Sets != nil {
		cols = append(cols, e.sets())
	}
	return table.New(cols...)
}

func codes(v []float64) []int32 {
	out := make([]int32, len(v))
	for i, x := range v {
		out[i] = int32(x)
	}
	return out
}

// sets is the column of the classes that each row's set holds.
func (e *Evaluation) sets() *table.Column {
	c := &table.Column{Name: "set", Kind: table.Text, Texts: make([]string, len(e.Answers.Sets))}
	for i, set := range e.Answers.Sets {
		names := make([]string, len(set))
		for k, code := range set {
			names[k] = e.Model.Classes[code]
		}
		c.Texts[i] = strings.Join(names, "|")
	}
	return c
}
