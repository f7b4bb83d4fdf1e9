package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

var (
	errNoTime = errors.New("is not a time")
	errIsTime = errors.New("is a time, not a number")
)

// Builder makes a column of the values of a file, for a [Format]. It takes
// values of any kind and appends them in the kind of its field, as the Options
// say. A method that returns an error such as "is not a time" has appended
// nothing; [Builder.Reject] then tells what becomes of the value.
type Builder struct {
	Index int // of the column among those of the file

	cells   cells
	dialect *dialect
	before  int // rows of the chunks before
}

// Null appends a null.
func (b *Builder) Null() { b.cells.null() }

// Number appends a number, or its text. NaN is null.
func (b *Builder) Number(v float64) error {
	c := &b.cells
	switch {
	case math.IsNaN(v):
		c.null()
	case c.Kind == Float:
		if math.IsInf(v, 0) {
			return errRange
		}
		c.Floats = append(c.Floats, v)
	case c.Kind == Time:
		return errNoTime
	default:
		return c.parse(string(AppendFloat(nil, v)), '.')
	}
	return nil
}

// Bool appends true or false, or 1 or 0.
func (b *Builder) Bool(v bool) error {
	switch {
	case b.cells.Kind != Float:
		return b.cells.parse(strconv.FormatBool(v), '.')
	case v:
		return b.Number(1)
	default:
		return b.Number(0)
	}
}

// Time appends an instant in nanoseconds since 1970, or its text in ISO 8601.
func (b *Builder) Time(v int64) error {
	switch c := &b.cells; c.Kind {
	case Time:
		c.Times = append(c.Times, v)
	case Float:
		return errIsTime
	default:
		return c.parse(string(appendTime(nil, v, "")), '.')
	}
	return nil
}

// Text appends what s means in a text file: a null, a text, or the number or
// time that it is written for. It keeps no part of s.
func (b *Builder) Text(s []byte) error {
	c := &b.cells
	if c.Kind == Category { // a level that is known needs no allocation
		if code, ok := c.index[string(s)]; ok {
			c.Codes = append(c.Codes, code)
			return nil
		}
	}
	text := string(s)
	if b.dialect.Trim {
		text = strings.TrimSpace(text)
	}
	if text == "" || b.dialect.nulls[text] || slices.Contains(c.nulls, text) {
		c.null()
		return nil
	}
	return c.parse(text, b.dialect.mark)
}

// Reject says of a value that was refused for err, and that stands as s in the
// file, in which row it is; or appends a null for it, with Options.KeepBad.
func (b *Builder) Reject(s string, err error) error {
	row := b.cells.rows()
	if !b.dialect.KeepBad {
		return fmt.Errorf("row %d: %q %w", b.before+row+1, s, err)
	}
	b.cells.keep(row, s, err)
	b.cells.null()
	return nil
}

// take hands the column over and begins a new one, whose levels go on unless
// each chunk has its own.
func (b *Builder) take() (*Column, Bad) {
	b.before += b.cells.rows()
	c, bad := b.cells.take()
	if b.dialect.OwnLevels {
		b.cells.Levels = nil
		clear(b.cells.index)
	}
	return c, bad
}

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
