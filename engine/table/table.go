// Package table holds data in typed columns.
//
// A number's null is NaN, a category's null is code -1, a time's null is
// [NullTime], and a text's null is the empty string.
package table

import (
	"fmt"
	"math"
)

// Kind is the type of a column.
type Kind uint8

// The kinds.
const (
	// Float holds numbers; whole numbers are exact up to 2^53.
	Float Kind = iota
	// Category holds one of few strings, as codes into a list of levels.
	Category
	// Time holds instants.
	Time
	// Text holds free strings.
	Text
)

func (k Kind) String() string {
	return [...]string{"number", "category", "time", "text"}[k]
}

// NullTime marks a null in a Time column.
const NullTime = math.MinInt64

// Column is a named, typed column. Just the slices of its kind are used.
type Column struct {
	Name string
	Kind Kind

	Floats []float64 // Float
	Codes  []int32   // Category: index into Levels, -1 is null
	Levels []string  // Category: distinct, in no promised order
	Times  []int64   // Time: nanoseconds since 1970 in UTC
	Texts  []string  // Text
}

// Floats returns a Float column that holds v itself, not a copy.
func Floats(name string, v []float64) *Column {
	return &Column{Name: name, Kind: Float, Floats: v}
}

// Categories returns a Category column; the empty string is null and levels
// are in order of first appearance.
func Categories(name string, v []string) *Column {
	c := &Column{Name: name, Kind: Category, Codes: make([]int32, len(v))}
	seen := map[string]int32{}
	for i, s := range v {
		c.Codes[i] = c.code(seen, s)
	}
	return c
}

func (c *Column) code(seen map[string]int32, s string) int32 {
	if s == "" {
		return -1
	}
	code, ok := seen[s]
	if !ok {
		code = int32(len(c.Levels))
		seen[s] = code
		c.Levels = append(c.Levels, s)
	}
	return code
}

// Times returns a Time column that holds v itself, not a copy.
func Times(name string, v []int64) *Column {
	return &Column{Name: name, Kind: Time, Times: v}
}

// Texts returns a Text column that holds v itself, not a copy.
func Texts(name string, v []string) *Column {
	return &Column{Name: name, Kind: Text, Texts: v}
}

// Len returns the number of rows.
func (c *Column) Len() int {
	switch c.Kind {
	case Float:
		return len(c.Floats)
	case Category:
		return len(c.Codes)
	case Time:
		return len(c.Times)
	default:
		return len(c.Texts)
	}
}

// IsNull tells whether row i holds no value.
func (c *Column) IsNull(i int) bool {
	switch c.Kind {
	case Float:
		return math.IsNaN(c.Floats[i])
	case Category:
		return c.Codes[i] < 0
	case Time:
		return c.Times[i] == NullTime
	default:
		return c.Texts[i] == ""
	}
}

// HasNull tells whether any value is null.
func (c *Column) HasNull() bool {
	for i := range c.Len() {
		if c.IsNull(i) {
			return true
		}
	}
	return false
}

// Table is a list of columns of one length and distinct names.
type Table struct {
	cols  []*Column
	rows  int
	from  *origin // nil unless a Reader gave the table
	grown bool    // Append made the columns, so that it may extend them
}

// New returns a table of the columns themselves, not copies.
func New(cols ...*Column) (*Table, error) {
	t := &Table{cols: cols}
	for i, c := range cols {
		if i == 0 {
			t.rows = c.Len()
		}
		if c.Len() != t.rows {
			return nil, fmt.Errorf("column %q has %d rows, %q has %d", c.Name, c.Len(), cols[0].Name, t.rows)
		}
	}
	if name, ok := repeated(cols); ok {
		return nil, fmt.Errorf("two columns are named %q", name)
	}
	return t, nil
}

// repeated returns the first name that a column before has. Few columns, as of
// the one row of a request, need no map.
func repeated(cols []*Column) (string, bool) {
	const few = 32
	if len(cols) <= few {
		for i, c := range cols {
			for _, before := range cols[:i] {
				if before.Name == c.Name {
					return c.Name, true
				}
			}
		}
		return "", false
	}
	seen := make(map[string]bool, len(cols))
	for _, c := range cols {
		if seen[c.Name] {
			return c.Name, true
		}
		seen[c.Name] = true
	}
	return "", false
}

// Must is New for columns known to fit; it panics where New gives an error.
func Must(cols ...*Column) *Table {
	t, err := New(cols...)
	if err != nil {
		panic("table: " + err.Error())
	}
	return t
}

// Len returns the number of rows.
func (t *Table) Len() int { return t.rows }

// Width returns the number of columns.
func (t *Table) Width() int { return len(t.cols) }

// Columns returns the columns; the slice must not be changed.
func (t *Table) Columns() []*Column { return t.cols }

// Names returns the names of the columns in order.
func (t *Table) Names() []string {
	names := make([]string, len(t.cols))
	for i, c := range t.cols {
		names[i] = c.Name
	}
	return names
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for _, c := range t.cols {
		if c.Name == name {
			return c
		}
	}
	return nil
}
