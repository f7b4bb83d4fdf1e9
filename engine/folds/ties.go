package folds

import (
	"math"

	"example.com/engine/selection"
	"example.com/engine/table"
)

// Ties are the columns by which the split of features.yaml keeps rows together or in
// order, for what sets rows aside later. Rows that are equal in all Keys belong
// together, as rows of one group do.
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
		rows.Time = Ranks(c)
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

// Ranks returns for each row of a column of times or numbers an integer of the same
// order; that of null is below all others.
func Ranks(c *table.Column) []int64 {
	at := make([]int64, c.Len())
	for i := range at {
		switch {
		case c.IsNull(i):
			at[i] = math.MinInt64
		case c.Kind == table.Float:
			at[i] = Order(c.Floats[i])
		default:
			at[i] = c.Times[i]
		}
	}
	return at
}
