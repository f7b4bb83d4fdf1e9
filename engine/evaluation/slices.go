package evaluation

import (
	"context"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/results"
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
	if m.Defined() {
		out.Deciding = &m.Interval
	}
	out.Inside, out.Size = e.covered(rows)
	return out
}

func rowsOf(by slicing, name string) []int {
	k := slices.IndexFunc(by.groups, func(g metrics.Group) bool { return g.Name == name })
	return by.groups[k].Rows
}
