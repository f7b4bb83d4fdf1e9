package model

import (
	"fmt"
	"math"
	"slices"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Curve answers what would be predicted for the only row of t if one of its
// columns held each of the points in turn: of each of them, in order. Columns
// derived from it change with it, the others stay as they are.
func (m *Model) Curve(t *table.Table, points *table.Column) (Prediction, error) {
	if t.Len() != 1 {
		panic("model: a curve is of one row")
	}
	if !slices.Contains(m.inputs, points.Name) {
		return Prediction{}, fmt.Errorf("no column %q to vary: there are %v", points.Name, m.inputs)
	}
	rows, err := t.Take(make([]int, points.Len())).With(points)
	if err != nil {
		return Prediction{}, err
	}
	return m.Predict(rows)
}

// Points returns values of a column for a curve: the categories that the
// schema allows, or about n numbers, evenly spaced over its range, whole ones
// for an integer, one of which is the value itself. Where the schema has no
// bound, a third of the value and three times the value stand in. The value may
// be null. The error is for a column that has no such values, as a text.
func (m *Model) Points(name string, value float64, n int) (*table.Column, error) {
	c := m.Schema.Column(name)
	switch {
	case c == nil || !slices.Contains(m.inputs, name):
		return nil, fmt.Errorf("no column %q to vary: there are %v", name, m.inputs)
	case len(c.Categories) > 0:
		return table.Categories(name, c.Categories), nil
	case c.Type.Kind() != table.Float:
		return nil, fmt.Errorf("column %q is a %s: no values to vary it by are known", name, c.Type)
	}
	low, high := span(c, value)
	if !(low < high) {
		return nil, fmt.Errorf("column %q: no range to vary it in is known", name)
	}
	points := make([]float64, 0, n+1)
	for k := range n {
		points = append(points, low+(high-low)*float64(k)/float64(n-1))
	}
	if !math.IsNaN(value) {
		points = append(points, value)
	}
	if c.Type == schema.Integer {
		for i, v := range points {
			points[i] = math.Round(v)
		}
	}
	slices.Sort(points)
	return table.Floats(name, slices.Compact(points)), nil
}

// span is the range of a column around a value.
func span(c *schema.Column, value float64) (low, high float64) {
	low, high = min(value/3, value*3), max(value/3, value*3)
	if c.Min != nil {
		low = *c.Min
	}
	if c.Max != nil {
		high = *c.Max
	}
	return low, high
}
