package main

import (
	"context"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
)

// inside tells of each test row whether its target is within the interval or
// the set, and how wide that is; nil if predictions carry none.
func (e *evaluation) inside() (in []bool, size []float64) {
	p := e.answers
	if p.Lower == nil && p.Sets == nil {
		return nil, nil
	}
	in, size = make([]bool, len(e.data.Y)), make([]float64, len(e.data.Y))
	for i, y := range e.data.Y {
		if p.Sets != nil {
			in[i], size[i] = slices.Contains(p.Sets[i], int(y)), float64(len(p.Sets[i]))
			continue
		}
		in[i], size[i] = p.Lower[i] <= y && y <= p.Upper[i], p.Upper[i]-p.Lower[i]
	}
	return in, size
}

// cover fills in how the intervals do.
func (e *evaluation) cover() {
	e.in, e.size = e.inside()
	if e.in == nil {
		return
	}
	all := make([]int, len(e.in))
	for i := range all {
		all[i] = i
	}
	c := e.model.Intervals
	share, size := e.coverage(all)
	e.metrics.Coverage = &results.Coverage{Method: c.Method, Score: c.Score, Level: c.Level, Rows: c.Rows, Inside: *share, Size: size}
}

// coverage is the share of the rows whose target is inside, and their mean
// size; nil if predictions carry no intervals.
func (e *evaluation) coverage(rows []int) (*results.Share, float64) {
	if e.in == nil {
		return nil, 0
	}
	count, sum := 0, 0.0
	for _, i := range rows {
		if e.in[i] {
			count++
		}
		sum += e.size[i]
	}
	share := results.NewShare(count, len(rows), e.metrics.Level)
	return &share, sum / float64(len(rows))
}

// slice fills in the metrics by slice.
func (e *evaluation) slice(ctx context.Context, list []metrics.Metric) error {
	s := e.cfg.Evaluation.Slices
	slicings, err := e.model.Slicings(e.test, e.answers, e.data.Y, s)
	if err != nil {
		return err
	}
	for _, by := range slicings {
		measured, small, err := e.cfg.Evaluation.Bootstrap.Slices(ctx, e.data, e.metric, by.Groups, s.MinRows, e.cfg.Seed)
		if err != nil {
			return err
		}
		out := results.Slicing{By: by.By, Slices: []results.Slice{}}
		for _, m := range measured {
			out.Slices = append(out.Slices, e.describe(m, rowsOf(by, m.Name), list))
		}
		for _, g := range small {
			out.Small = append(out.Small, results.Small{Name: g.Name, Rows: len(g.Rows)})
		}
		e.metrics.Slices = append(e.metrics.Slices, out)
	}
	return nil
}

// describe adds the other metrics and the coverage to a slice.
func (e *evaluation) describe(m metrics.Slice, rows []int, list []metrics.Metric) results.Slice {
	out := results.Slice{Name: m.Name, Rows: m.Rows, Scores: results.Score(e.data.Take(rows), list)}
	if m.Defined() {
		out.Deciding = &m.Interval
	}
	out.Inside, out.Size = e.coverage(rows)
	return out
}

func rowsOf(by model.Slicing, name string) []int {
	k := slices.IndexFunc(by.Groups, func(g metrics.Group) bool { return g.Name == name })
	return by.Groups[k].Rows
}
