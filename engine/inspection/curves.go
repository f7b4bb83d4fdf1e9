package inspection

import (
	"cmp"
	"context"
	"math"
	"slices"

	"example.com/engine/explain"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
)

const (
	linesKept  = 30 // curves of rows that the result holds
	levelsKept = 12 // categories that a curve has, the most frequent first
)

// curves varies each column in turn, numbers and categories; columns of other
// kinds have no values to vary them by.
func (c Case) curves(ctx context.Context, rows []int) ([]results.Curve, error) {
	out := []results.Curve{}
	x := c.Test.Take(rows)
	used := c.Model.Used()
	for _, column := range c.Model.Schema.Features() {
		if !slices.Contains(used, column.Name) {
			continue
		}
		points := pointsOf(column, c.Test.Column(column.Name), c.Settings.CurvePoints)
		if points == nil || points.Len() < 2 {
			continue
		}
		lines, err := c.lines(ctx, x, points)
		if err != nil {
			return nil, err
		}
		out = append(out, results.Curve{Column: column.Name, Points: points.Floats, Levels: points.Levels, Outputs: lines})
	}
	return out, nil
}

// pointsOf returns the values to set a column to, or nil where it has none.
func pointsOf(c schema.Column, values *table.Column, most int) *table.Column {
	switch values.Kind {
	case table.Float:
		grid := explain.Grid(values.Floats, most)
		for k, v := range grid {
			grid[k] = results.Six(v)
			if c.Type == schema.Integer {
				grid[k] = math.Round(v)
			}
		}
		return table.Floats(c.Name, slices.Compact(grid))
	case table.Category:
		return table.Categories(c.Name, frequent(values))
	}
	return nil
}

// frequent returns the categories that come, the most frequent first.
func frequent(c *table.Column) []string {
	counts := make([]int, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 {
			counts[code]++
		}
	}
	levels := slices.DeleteFunc(slices.Clone(c.Levels), func(s string) bool { return counts[slices.Index(c.Levels, s)] == 0 })
	slices.SortFunc(levels, func(a, b string) int {
		return cmp.Or(counts[slices.Index(c.Levels, b)]-counts[slices.Index(c.Levels, a)], cmp.Compare(a, b))
	})
	return levels[:min(len(levels), levelsKept)]
}

// lines predicts for the rows with a column at each of the points: numbers, or
// the probability of each class, of two the second.
func (c Case) lines(ctx context.Context, x *table.Table, points *table.Column) ([]results.Line, error) {
	classes := c.Model.Classes
	switch c.Model.Task {
	case model.Regression:
		classes = []string{""}
	case model.Binary:
		classes = classes[1:]
	}
	found, err := explain.Depend(ctx, x.Len(), len(classes), points.Len(), func(p int) ([]float64, error) {
		same := table.Must(points).Take(slices.Repeat([]int{p}, x.Len()))
		varied, err := x.With(same.Columns()...)
		if err != nil {
			return nil, err
		}
		answers, err := c.Model.Predict(varied)
		if err != nil || answers.Proba == nil {
			return answers.Values, err
		}
		var out []float64
		for i := range x.Len() {
			row := answers.Proba.RawRowView(i)
			out = append(out, row[len(row)-len(classes):]...)
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	lines := make([]results.Line, len(classes))
	for k, d := range found {
		lines[k] = results.Line{Class: classes[k], Mean: rounded(d.Mean)}
		for i := range min(len(d.Individual), linesKept) {
			if len(classes) == 1 { // those of several classes make a tangle
				lines[k].Rows = append(lines[k].Rows, rounded(d.Individual[i]))
			}
		}
	}
	return lines, nil
}
