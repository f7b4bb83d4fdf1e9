package table

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// csvWriter writes comma-separated values with LF line ends.
type csvWriter struct {
	w      io.Writer
	fields []Field
	buf    []byte
	row    int
}

func newCSVWriter(w io.Writer, fields []Field) *csvWriter {
	c := &csvWriter{w: w, fields: fields}
	for i, f := range fields {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = appendText(c.buf, f.Name)
	}
	c.buf = append(c.buf, '\n')
	return c
}

func (c *csvWriter) Write(t *Table) error {
	if err := fits(c.fields, t); err != nil {
		return err
	}
	cells := make([]cellWriter, len(t.cols))
	for j, col := range t.cols {
		if i := slices.IndexFunc(col.Floats, infinite); i >= 0 {
			return fmt.Errorf("column %q row %d is infinite", col.Name, c.row+i+1)
		}
		cells[j] = newCellWriter(col, c.fields[j].Layout)
	}
	for i := range t.rows {
		start := len(c.buf)
		for j := range cells {
			if j > 0 {
				c.buf = append(c.buf, ',')
			}
			c.buf = cells[j].append(c.buf, i)
		}
		if len(c.buf) == start { // a blank line would be passed over
			c.buf = append(c.buf, '"', '"')
		}
		c.buf = append(c.buf, '\n')
		if len(c.buf) >= 1<<16 {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	c.row += t.rows
	return nil
}

func infinite(v float64) bool { return math.IsInf(v, 0) }

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

func (c *csvWriter) Close() error { return c.flush() }

// cellWriter writes the values of one column.
type cellWriter struct {
	*Column
	layout string
	comma  bool     // the layout has one, as Jan 2, 2006
	quoted [][]byte // the levels of a Category, or nil where they are many
}

func newCellWriter(c *Column, layout string) cellWriter {
	w := cellWriter{Column: c, layout: layout, comma: strings.ContainsAny(layout, ",\"\r\n")}
	if len(c.Levels) > c.Len() {
		return w
	}
	for _, s := range c.Levels {
		w.quoted = append(w.quoted, appendText(nil, s))
	}
	return w
}

func (w *cellWriter) append(b []byte, i int) []byte {
	switch {
	case w.IsNull(i):
		return b
	case w.Kind == Float:
		return AppendFloat(b, w.Floats[i])
	case w.quoted != nil:
		return append(b, w.quoted[w.Codes[i]]...)
	case w.Kind == Category:
		return appendText(b, w.Levels[w.Codes[i]])
	case w.Kind == Time && w.comma:
		return appendText(b, string(appendTime(nil, w.Times[i], w.layout)))
	case w.Kind == Time:
		return appendTime(b, w.Times[i], w.layout)
	default:
		return appendText(b, w.Texts[i])
	}
}

// appendText quotes s where a reader would not get the same back without.
func appendText(b []byte, s string) []byte {
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && !strings.HasPrefix(s, "\ufeff") {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// fits tells in an error how the columns of t differ from the fields.
func fits(fields []Field, t *Table) error {
	return Empty(fields).fits(t)
}
