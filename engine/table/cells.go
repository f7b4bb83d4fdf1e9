package table

import (
	"slices"
	"strings"
)

// cells builds a column from texts.
type cells struct {
	*Column
	layout string
	nulls  []string         // that mean null in this column alone
	strip  string           // characters to take out of numbers
	suffix string           // to take off numbers
	index  map[string]int32 // codes of Levels
	joined []byte           // the texts of a Text column, one after the other
	ends   []int            // where each ends in joined
	bad    Bad
}

// newCells returns an empty column with room for rows.
func newCells(f Field, rows int) cells {
	c := cells{Column: &Column{Name: f.Name, Kind: f.Kind}, layout: f.Layout, nulls: f.Nulls, strip: f.Strip, suffix: f.Suffix}
	c.bad.Column = f.Name
	if f.Kind == Category {
		c.index = map[string]int32{}
	}
	if f.Kind == Text {
		c.ends = make([]int, 0, rows)
	} else {
		c.grow(rows)
	}
	return c
}

// rows returns how many values there are.
func (c *cells) rows() int {
	if c.Kind == Text {
		return len(c.ends)
	}
	return c.Len()
}

func (c *cells) null() {
	switch c.Kind {
	case Float:
		c.Floats = append(c.Floats, nan)
	case Category:
		c.Codes = append(c.Codes, -1)
	case Time:
		c.Times = append(c.Times, NullTime)
	default:
		c.ends = append(c.ends, len(c.joined))
	}
}

// parse appends a value that is not null, or nothing and an error such as "is
// not a number". It keeps no part of s.
func (c *cells) parse(s string, mark byte) error {
	switch c.Kind {
	case Float:
		v, err := parseFloat(s, mark)
		if err != nil && c.suffix != "" {
			s = withoutUnit(s, c.suffix)
			v, err = parseFloat(s, mark)
		}
		if err != nil && c.strip != "" {
			v, err = parseDressed(s, c.strip, mark)
		}
		if err != nil {
			return err
		}
		c.Floats = append(c.Floats, v)
	case Category:
		c.Codes = append(c.Codes, c.code(s))
	case Time:
		v, err := ParseTime(s, c.layout)
		if err != nil {
			return err
		}
		c.Times = append(c.Times, v)
	default:
		c.joined = append(c.joined, s...)
		c.ends = append(c.ends, len(c.joined))
	}
	return nil
}

func (c *cells) code(s string) int32 {
	code, ok := c.index[s]
	if !ok {
		s = strings.Clone(s)
		code = int32(len(c.Levels))
		c.index[s] = code
		c.Levels = append(c.Levels, s)
	}
	return code
}

// keep notes a value that did not parse, in the place of row.
func (c *cells) keep(row int, s string, err error) {
	if c.bad.Reason == "" {
		c.bad.Reason = err.Error()
	}
	c.bad.Rows = append(c.bad.Rows, row)
	c.bad.Values = append(c.bad.Values, strings.Clone(s))
}

// finish makes one allocation of all texts of a column.
func (c *cells) finish() {
	if c.Kind != Text {
		return
	}
	all := string(c.joined)
	c.Texts = make([]string, len(c.ends))
	from := 0
	for i, to := range c.ends {
		c.Texts[i] = all[from:to]
		from = to
	}
}

// take finishes the column, hands it over with what did not parse, and begins a
// new one of the same levels.
func (c *cells) take() (*Column, Bad) {
	c.finish()
	out, bad := c.Column, c.bad
	out.Levels = slices.Clip(out.Levels)
	c.Column = &Column{Name: out.Name, Kind: out.Kind, Levels: out.Levels}
	c.joined, c.ends = c.joined[:0], c.ends[:0]
	c.bad = Bad{Column: out.Name}
	return out, bad
}
