package folds

import (
	"math"

	"example.com/engine/selection"
	"example.com/engine/table"
)

// Ties are the columns by which rows belong together or follow each other as the
// split of features.yaml has them: Keys are together what Groups is alone. What
// sets rows aside learns them from there.
type Ties selection.Columns

// Fill adds to rows what the ties say and rows do not. Columns that the table
// does not have are left out; a null is before every time.
func (t Ties) Fill(rows *selection.Rows, of *table.Table) {
	if t.Groups != "" {
		t.Keys = []string{t.Groups}
	}
	if keys := columns(of, t.Keys); keys != nil && rows.Groups == nil {
		rows.Groups = Together(rows.Units, keys...)
	}
	if c := of.Column(t.Time); c != nil && rows.Time == nil && (c.Kind == table.Time || c.Kind == table.Float) {
		rows.Time = make([]int64, c.Len())
		for i := range rows.Time {
			rows.Time[i] = Rank(c, i)
		}
	}
	if points := columns(of, t.Points); points != nil && rows.Points == nil {
		if r, err := Rows(of, selection.Columns{Points: t.Points}, nil, nil); err == nil {
			rows.Points = r.Points
		}
	}
}

// columns returns those of the names, or nil if one is not there.
func columns(of *table.Table, names []string) []*table.Column {
	var all []*table.Column
	for _, name := range names {
		c := of.Column(name)
		if c == nil {
			return nil
		}
		all = append(all, c)
	}
	return all
}

// Rank orders the rows by a time or a number, null before all others.
func Rank(c *table.Column, i int) int64 {
	switch {
	case c.IsNull(i):
		return math.MinInt64
	case c.Kind == table.Float:
		return Order(c.Floats[i])
	}
	return c.Times[i]
}
