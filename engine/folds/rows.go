package folds

import (
	"fmt"
	"math"
	"slices"

	"example.com/engine/random"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// Rows returns what a splitter may look at: the columns that c names, y unless c
// names a column for it, and units, which may be nil. A column that the table
// does not have, one of the wrong kind, and a time that is null are errors, which
// begin with the field of c.
func Rows(t *table.Table, c selection.Columns, y []float64, units []uint64) (selection.Rows, error) {
	r := reader{t: t}
	rows := selection.Rows{N: t.Len(), Y: y, Units: units}
	if col := r.column("y", c.Y); col != nil {
		rows.Y = strataOf(col)
	}
	if col := r.column("groups", c.Groups); col != nil {
		rows.Groups = Together(units, col)
	}
	if col := r.column("time", c.Time); col != nil {
		rows.Time = r.times(col)
	}
	for _, name := range c.Points {
		if col := r.column("points", name); col != nil {
			rows.Points = r.appendCoordinate(rows.Points, col)
		}
	}
	var keys []*table.Column
	for _, name := range c.Keys {
		keys = append(keys, r.column("keys", name))
	}
	if keys != nil && r.err == nil {
		rows.Units = keyed(units, keys)
	}
	return rows, r.err
}

// reader takes columns out of a table and keeps the first error.
type reader struct {
	t   *table.Table
	err error
}

// column returns the column of that name; nil for an empty name, and after an
// error.
func (r *reader) column(key, name string) *table.Column {
	if name == "" || r.err != nil {
		return nil
	}
	c := r.t.Column(name)
	if c == nil {
		r.err = fmt.Errorf("%s: no column %q: there are %v", key, name, r.t.Names())
	}
	return c
}

// times orders rows by a time, or by a number such as a year.
func (r *reader) times(c *table.Column) []int64 {
	times := make([]int64, c.Len())
	for i := range times {
		switch {
		case c.IsNull(i):
			r.err = fmt.Errorf("time: row %d of column %q is null", i+1, c.Name)
			return nil
		case c.Kind == table.Time:
			times[i] = c.Times[i]
		case c.Kind == table.Float:
			times[i] = Order(c.Floats[i])
		default:
			r.err = fmt.Errorf("time: column %q is a %s, neither a time nor a number", c.Name, c.Kind)
			return nil
		}
	}
	return times
}

func (r *reader) appendCoordinate(points [][]float64, c *table.Column) [][]float64 {
	if c.Kind != table.Float {
		r.err = fmt.Errorf("points: column %q is a %s, not a number", c.Name, c.Kind)
		return nil
	}
	if points == nil {
		points = make([][]float64, c.Len())
	}
	for i, x := range c.Floats {
		points[i] = append(points[i], x)
	}
	return points
}

// Groups numbers the values of a column in order of first appearance; null is a
// group of its own.
func Groups(c *table.Column) []int {
	groups := make([]int, c.Len())
	number := map[any]int{}
	for i := range groups {
		v := valueOf(c, i)
		if _, seen := number[v]; !seen {
			number[v] = len(number)
		}
		groups[i] = number[v]
	}
	return groups
}

func valueOf(c *table.Column, i int) any {
	switch {
	case c.IsNull(i):
		return nil
	case c.Kind == table.Float:
		return c.Floats[i]
	case c.Kind == table.Category:
		return c.Levels[c.Codes[i]]
	case c.Kind == table.Time:
		return c.Times[i]
	}
	return c.Texts[i]
}

// strataOf returns numbers as they are, and of other columns the number of the
// group.
func strataOf(c *table.Column) []float64 {
	if c.Kind == table.Float {
		return c.Floats
	}
	y := make([]float64, c.Len())
	for i, g := range Groups(c) {
		y[i] = float64(g)
	}
	return y
}

// Order maps numbers to integers of the same order; -0 is 0. NaN has no order.
func Order(x float64) int64 {
	bits := int64(math.Float64bits(x))
	if bits < 0 {
		return math.MinInt64 - bits // falls as the magnitude grows; 0 for -0
	}
	return bits
}

// Units returns for each of n rows a digest of what the row is, given its columns:
// [table.Digests], which is the same in any table that has the row. Rows
// that are alike in all but the target, and stay together, have one: theirs are
// of the columns but the target. If they are alike by chance, each is a unit: the
// digest is of all columns, and of rows that are equal each after the first has
// another one. See [selection.FindRepeats].
func Units(n int, cols []*table.Column, target string, together bool) []uint64 {
	if together {
		cols = slices.DeleteFunc(slices.Clone(cols), func(c *table.Column) bool { return c.Name == target })
		return table.Digests(n, cols...)
	}
	units := table.Digests(n, cols...)
	NumberCopies(units)
	return units
}

// NumberCopies gives equal units, each after the first, one of its own.
func NumberCopies(units []uint64) {
	seen := map[uint64]uint64{}
	for i, u := range units {
		if again := seen[u]; again > 0 {
			units[i] = random.Mix(u + again)
		}
		seen[u]++
	}
}

// Together returns for each row a number that stands for its values in some
// columns, in any table. A row that is null in all of them is by itself, as its
// unit says; without units such rows are one group.
func Together(units []uint64, cols ...*table.Column) []int {
	groups := make([]int, cols[0].Len())
	for i, u := range keyed(units, cols) {
		groups[i] = int(u)
	}
	return groups
}

// keyed returns the digests of some columns, or the unit where all are null.
func keyed(units []uint64, cols []*table.Column) []uint64 {
	keys := table.Digests(cols[0].Len(), cols...)
	for i := range units {
		if !slices.ContainsFunc(cols, func(c *table.Column) bool { return !c.IsNull(i) }) {
			keys[i] = units[i]
		}
	}
	return keys
}
