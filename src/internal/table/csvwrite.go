package table

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// csvWriter writes comma-separated values with LF line ends.
type csvWriter struct {
	w      io.Writer
	fields []Field
	buf    []byte
	row    int
}

func newCSVWriter(w io.Writer, fields []Field) (Writer, error) {
	if len(fields) == 0 {
		return nil, errNoColumn
	}
	c := &csvWriter{w: w, fields: fields}
	for i, f := range fields {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = appendText(c.buf, f.Name)
	}
	c.buf = append(c.buf, '\n')
	return c, nil
}

func (c *csvWriter) Write(t *Table) error {
	if err := fits(c.fields, t); err != nil {
		return err
	}
	for i := range t.rows {
		start := len(c.buf)
		for j, col := range t.cols {
			if j > 0 {
				c.buf = append(c.buf, ',')
			}
			if col.Kind == Float && math.IsInf(col.Floats[i], 0) {
				return fmt.Errorf("column %q row %d is infinite", col.Name, c.row+i+1)
			}
			c.buf = col.appendCell(c.buf, i, c.fields[j].Layout)
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

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

func (c *csvWriter) Close() error { return c.flush() }

func (c *Column) appendCell(b []byte, i int, layout string) []byte {
	switch {
	case c.IsNull(i):
		return b
	case c.Kind == Float:
		return AppendFloat(b, c.Floats[i])
	case c.Kind == Category:
		return appendText(b, c.Levels[c.Codes[i]])
	case c.Kind == Time:
		return appendTime(b, c.Times[i], layout)
	default:
		return appendText(b, c.Texts[i])
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
