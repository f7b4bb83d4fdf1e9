package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Select returns the named columns in that order, sharing their values.
func (t *Table) Select(names ...string) (*Table, error) {
	cols := make([]*Column, len(names))
	for i, name := range names {
		if cols[i] = t.Column(name); cols[i] == nil {
			return nil, missing(name, t.Names())
		}
	}
	return t.derive(cols...)
}

// With returns the table with columns replaced, where a name is there, or
// added at the end.
func (t *Table) With(cols ...*Column) (*Table, error) {
	out := slices.Clone(t.cols)
	for _, c := range cols {
		i := slices.IndexFunc(out, func(o *Column) bool { return o.Name == c.Name })
		if i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return t.derive(out...)
}

func (t *Table) derive(cols ...*Column) (*Table, error) {
	out, err := New(cols...)
	if err != nil {
		return nil, err
	}
	if len(cols) == 0 {
		out.rows = t.rows
	}
	if out.rows == t.rows {
		out.from = t.from
	}
	return out, nil
}

// Take returns copies of the given rows, in that order, repeats included.
func (t *Table) Take(rows []int) *Table {
	out := &Table{cols: make([]*Column, len(t.cols)), rows: len(rows), from: t.from.take(rows)}
	for i, c := range t.cols {
		out.cols[i] = c.take(rows)
	}
	return out
}

// Slice returns rows from <= i < to, sharing their values.
func (t *Table) Slice(from, to int) *Table {
	if from < 0 || to < from || to > t.rows {
		panic(fmt.Sprintf("table: slice %d to %d of %d rows", from, to, t.rows))
	}
	out := &Table{cols: make([]*Column, len(t.cols)), rows: to - from, from: t.from.slice(from, to)}
	for i, c := range t.cols {
		out.cols[i] = c.slice(from, to)
	}
	return out
}

func (c *Column) take(rows []int) *Column {
	out := &Column{Name: c.Name, Kind: c.Kind, Levels: c.Levels}
	switch c.Kind {
	case Float:
		out.Floats = gather(c.Floats, rows)
	case Category:
		out.Codes = gather(c.Codes, rows)
	case Time:
		out.Times = gather(c.Times, rows)
	default:
		out.Texts = gather(c.Texts, rows)
	}
	return out
}

// Compact holds on to nothing but the values of its rows: a few rows of a chunk
// would else keep all the texts of the chunk in memory, and all its levels.
// Numbers and times are shared with t.
func (t *Table) Compact() *Table {
	out := &Table{cols: make([]*Column, len(t.cols)), rows: t.rows, from: t.from}
	for i, c := range t.cols {
		switch out.cols[i] = c; c.Kind {
		case Category:
			out.cols[i] = c.compactLevels()
		case Text:
			out.cols[i] = &Column{Name: c.Name, Kind: c.Kind, Texts: make([]string, len(c.Texts))}
			for k, s := range c.Texts {
				out.cols[i].Texts[k] = strings.Clone(s)
			}
		}
	}
	return out
}

func (c *Column) compactLevels() *Column {
	out := &Column{Name: c.Name, Kind: c.Kind, Codes: make([]int32, len(c.Codes))}
	to := make([]int32, len(c.Levels)) // new code + 1, 0 if there is none yet
	for i, code := range c.Codes {
		if code < 0 {
			out.Codes[i] = -1
			continue
		}
		if to[code] == 0 {
			out.Levels = append(out.Levels, c.Levels[code])
			to[code] = int32(len(out.Levels))
		}
		out.Codes[i] = to[code] - 1
	}
	return out
}

var nan = math.NaN()

func gather[T any](v []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = v[r]
	}
	return out
}

// slice caps the result, so that appending to it can't write into c.
func (c *Column) slice(from, to int) *Column {
	out := &Column{Name: c.Name, Kind: c.Kind, Levels: c.Levels}
	switch c.Kind {
	case Float:
		out.Floats = c.Floats[from:to:to]
	case Category:
		out.Codes = c.Codes[from:to:to]
	case Time:
		out.Times = c.Times[from:to:to]
	default:
		out.Texts = c.Texts[from:to:to]
	}
	return out
}

// Append adds copies of the rows of u, which must have columns of the same
// names and kinds in the same order. A table without columns takes those of u.
// What other tables share with t stays as it is.
func (t *Table) Append(u *Table) error {
	if len(t.cols) == 0 {
		*t = *Concat(u)
		t.grown = true
		return nil
	}
	if err := t.fits(u); err != nil {
		return err
	}
	if !t.grown {
		t.cols = t.Slice(0, t.rows).cols // without spare room, so append copies
	}
	for i, c := range t.cols {
		t.cols[i] = c.join(u.cols[i])
	}
	t.rows += u.rows
	t.from, t.grown = nil, true
	return nil
}

// fits tells in an error how the columns of u differ from those of t.
func (t *Table) fits(u *Table) error {
	if len(t.cols) != len(u.cols) {
		return fmt.Errorf("%d columns do not fit %d", len(u.cols), len(t.cols))
	}
	for i, c := range t.cols {
		d := u.cols[i]
		if c.Name != d.Name || c.Kind != d.Kind {
			return fmt.Errorf("column %d is %q (%v), not %q (%v)", i+1, d.Name, d.Kind, c.Name, c.Kind)
		}
	}
	return nil
}

func (c *Column) join(d *Column) *Column {
	out := *c
	switch c.Kind {
	case Float:
		out.Floats = append(out.Floats, d.Floats...)
	case Category:
		var codes []int32
		out.Levels, codes = mergeLevels(c.Levels, d)
		out.Codes = append(out.Codes, codes...)
	case Time:
		out.Times = append(out.Times, d.Times...)
	default:
		out.Texts = append(out.Texts, d.Texts...)
	}
	return &out
}

// mergeLevels returns levels with those of d that it lacks at the end, and the
// codes of d in the new levels.
func mergeLevels(levels []string, d *Column) ([]string, []int32) {
	if n := min(len(levels), len(d.Levels)); slices.Equal(levels[:n], d.Levels[:n]) {
		if len(d.Levels) > len(levels) {
			levels = d.Levels
		}
		return levels, d.Codes
	}
	index := make(map[string]int32, len(levels))
	for i, s := range levels {
		index[s] = int32(i)
	}
	levels = slices.Clip(levels)
	to := make([]int32, len(d.Levels))
	for i, s := range d.Levels {
		code, ok := index[s]
		if !ok {
			code = int32(len(levels))
			levels = append(levels, s)
		}
		to[i] = code
	}
	codes := make([]int32, len(d.Codes))
	for i, code := range d.Codes {
		codes[i] = -1
		if code >= 0 {
			codes[i] = to[code]
		}
	}
	return levels, codes
}

// Concat returns copies of the rows of all tables, one after the other. Their
// columns must have the same names and kinds; it panics where they have not.
func Concat(tables ...*Table) *Table {
	out := &Table{}
	for i, t := range tables {
		if i == 0 {
			out.cols = make([]*Column, len(t.cols))
		} else if err := tables[0].fits(t); err != nil {
			panic("table: " + err.Error())
		}
		out.rows += t.rows
	}
	for j := range out.cols {
		c := &Column{}
		for i, t := range tables {
			if i == 0 {
				*c = Column{Name: t.cols[j].Name, Kind: t.cols[j].Kind}
				c.grow(out.rows)
			}
			c = c.join(t.cols[j])
		}
		out.cols[j] = c
	}
	return out
}

func (c *Column) grow(n int) {
	switch c.Kind {
	case Float:
		c.Floats = slices.Grow(c.Floats, n)
	case Category:
		c.Codes = slices.Grow(c.Codes, n)
	case Time:
		c.Times = slices.Grow(c.Times, n)
	default:
		c.Texts = slices.Grow(c.Texts, n)
	}
}

func missing(name string, names []string) error {
	return fmt.Errorf("no column %q; there are %s", name, strings.Join(names, ", "))
}
