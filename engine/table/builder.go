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
