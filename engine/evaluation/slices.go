package evaluation

import (
	"context"
	"fmt"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// slices returns the metrics by slice.
func (e *Evaluation) slices(ctx context.Context, list []metrics.Metric) ([]results.Slicing, error) {
	s := e.Config.Evaluation.Slices
	slicings, err := e.slicings()
	if err != nil {
		return nil, err
	}
	var all []results.Slicing
	for _, by := range slicings {
		measured, small, err := e.Config.Evaluation.Bootstrap.Slices(ctx, e.Data, e.Metric, by.groups, s.MinRows, e.Config.Seed)
		if err != nil {
			return nil, err
		}
		out := results.Slicing{By: by.by, Slices: []results.Slice{}}
		for _, m := range measured {
			out.Slices = append(out.Slices, e.describe(m, rowsOf(by, m.Name), list))
		}
		for _, g := range small {
			out.Small = append(out.Small, results.Small{Name: g.Name, Rows: len(g.Rows)})
		}
		all = append(all, out)
	}
	return all, nil
}

// describe adds the other metrics and the coverage to a slice.
func (e *Evaluation) describe(m metrics.Slice, rows []int, list []metrics.Metric) results.Slice {
	out := results.Slice{Name: m.Name, Rows: m.Rows, Scores: results.Score(e.Data.Take(rows), list)}
	if m.Bounded() {
		out.Deciding = &m.Interval
	}
	out.Inside, out.Size = e.covered(rows)
	return out
}

func rowsOf(by slicing, name string) []int {
	k := slices.IndexFunc(by.groups, func(g metrics.Group) bool { return g.Name == name })
	return by.groups[k].Rows
}

// mostLevels is how many categories a column may have: more are names.
const mostLevels = 50

// slicing parts rows by one of their properties.
type slicing struct {
	by     string // a column, or "target", "prediction" or "confidence"
	groups []metrics.Group
}

// slicings parts the test rows in each way that makes two parts or more.
func (e *Evaluation) slicings() ([]slicing, error) {
	s := e.Config.Evaluation.Slices
	list := e.byAnswer(s.Bins)
	for _, c := range e.Test.Columns() {
		if c.Kind == table.Category && c.Name != e.Model.Schema.Target && len(c.Levels) <= mostLevels {
			list = append(list, slicing{c.Name, metrics.ByCategory(c.Codes, c.Levels)})
		}
	}
	for _, name := range s.Columns {
		c := e.Test.Column(name)
		if c == nil || c.Kind != table.Float {
			return nil, fmt.Errorf("evaluation.slices.columns: no number %q: there are %v", name, e.Test.Names())
		}
		list = append(list, slicing{name, metrics.ByBins(c.Floats, s.Bins)})
	}
	return slices.DeleteFunc(list, func(s slicing) bool { return len(s.groups) < 2 }), nil
}

// byAnswer parts rows by the target and by the prediction: numbers into bins,
// classes by themselves, and by the probability of the likeliest, the confidence.
func (e *Evaluation) byAnswer(bins int) []slicing {
	truth, classes := e.Data.Y, e.Model.Classes
	if e.Model.Task == model.Regression {
		return []slicing{{"target", metrics.ByBins(truth, bins)}, {"prediction", metrics.ByBins(e.Answers.Values, bins)}}
	}
	sure := make([]float64, len(truth))
	for i := range sure {
		sure[i] = slices.Max(e.Answers.Proba.RawRowView(i))
	}
	return []slicing{
		{"target", metrics.ByCategory(codes(truth), classes)},
		{"prediction", metrics.ByCategory(codes(e.Answers.Codes()), classes)},
		{"confidence", metrics.ByBins(sure, bins)},
	}
}
