package table

import (
	"iter"
	"time"
)

// Row is one row of a table.
type Row struct {
	t *Table
	i int
}

// Row returns row i.
func (t *Table) Row(i int) Row { return Row{t, i} }

// Rows yields the index and the row, from the first to the last.
func (t *Table) Rows() iter.Seq2[int, Row] {
	return func(yield func(int, Row) bool) {
		for i := range t.rows {
			if !yield(i, Row{t, i}) {
				return
			}
		}
	}
}

// Float returns a number, NaN where it is null. It panics where the table has
// no such column, or one of another kind.
func (r Row) Float(name string) float64 {
	return r.column(name, Float).Floats[r.i]
}

// Time returns an instant, the zero time where it is null. It panics as Float
// does.
func (r Row) Time(name string) time.Time {
	v := r.column(name, Time).Times[r.i]
	if v == NullTime {
		return time.Time{}
	}
	return time.Unix(0, v).UTC()
}

// String returns the value as a CSV file would hold it, the empty string where
// it is null. It panics where the table has no such column.
func (r Row) String(name string) string {
	return r.column(name, anyKind).String(r.i)
}

// IsNull tells whether the value is null. It panics where the table has no
// such column.
func (r Row) IsNull(name string) bool {
	return r.column(name, anyKind).IsNull(r.i)
}

const anyKind Kind = 255

func (r Row) column(name string, kind Kind) *Column {
	c := r.t.Column(name)
	if c == nil {
		panic("table: no column " + name)
	}
	if kind != anyKind && c.Kind != kind {
		panic("table: column " + name + " is a " + c.Kind.String() + ", not a " + kind.String())
	}
	return c
}

// String returns the value of row i as a CSV file would hold it: numbers in
// their shortest exact form, times in ISO 8601, null as the empty string.
func (c *Column) String(i int) string {
	switch {
	case c.IsNull(i):
		return ""
	case c.Kind == Float:
		return string(AppendFloat(nil, c.Floats[i]))
	case c.Kind == Category:
		return c.Levels[c.Codes[i]]
	case c.Kind == Time:
		return string(appendTime(nil, c.Times[i], ""))
	default:
		return c.Texts[i]
	}
}
