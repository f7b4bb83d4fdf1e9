package table

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
)

// ToGota copies a table into a gota data frame. Numbers keep all their bits
// and null is NaN there; categories and texts become strings; a time becomes
// its text in ISO 8601. A text "NaN" can't be told from null in gota.
func ToGota(t *Table) dataframe.DataFrame {
	if len(t.cols) == 0 {
		return dataframe.DataFrame{}
	}
	all := make([]series.Series, len(t.cols))
	for i, c := range t.cols {
		if c.Kind == Float {
			all[i] = series.New(c.Floats, series.Float, c.Name)
			continue
		}
		values := make([]any, c.Len()) // nil is null
		for j := range values {
			if !c.IsNull(j) {
				values[j] = c.String(j)
			}
		}
		all[i] = series.New(values, series.String, c.Name)
	}
	return dataframe.New(all...)
}

// FromGota copies a data frame into a table with the columns of the frame. A
// column that a field names has the field's kind; of the others, strings are
// categories, and integers, floats and booleans are numbers.
func FromGota(df dataframe.DataFrame, fields []Field) (*Table, error) {
	if df.Err != nil {
		return nil, df.Err
	}
	known := map[string]Field{}
	for _, f := range fields {
		known[f.Name] = f
	}
	cols := make([]*Column, df.Ncol())
	for i, name := range df.Names() {
		s := df.Col(name)
		f, ok := known[name]
		if !ok {
			f = Field{Name: name}
			if s.Type() == series.String {
				f.Kind = Category
			}
		}
		var err error
		if cols[i], err = fromSeries(s, f); err != nil {
			return nil, fmt.Errorf("column %q: %w", name, err)
		}
	}
	return New(cols...)
}

// rowColumn carries the rows of a table through gota.
const rowColumn = "#row"

// Edit applies edit to a table as a gota data frame. What it gives back has
// the kinds of the fields, as with [FromGota]. Rows keep their Origin as long
// as edit leaves the column "#row", which it finds at the end, in place.
func Edit(t *Table, edit func(dataframe.DataFrame) dataframe.DataFrame, fields []Field) (*Table, error) {
	rows := make([]float64, t.rows)
	for i := range rows {
		rows[i] = float64(i)
	}
	numbered, err := t.With(Floats(rowColumn, rows))
	if err != nil {
		return nil, err
	}
	out, err := FromGota(edit(ToGota(numbered)), fields)
	if err != nil {
		return nil, err
	}
	at := out.Column(rowColumn)
	if at == nil {
		return out, nil
	}
	out.cols = slices.DeleteFunc(out.cols, func(c *Column) bool { return c == at })
	if from, ok := whole(at, t.rows); ok {
		out.from = t.from.take(from)
	}
	return out, nil
}

// whole returns a column as rows of a table of n rows, if that is what it is.
func whole(c *Column, n int) (rows []int, ok bool) {
	if c.Kind != Float {
		return nil, false
	}
	rows = make([]int, len(c.Floats))
	for i, v := range c.Floats {
		if !(v >= 0 && v < float64(n) && v == math.Trunc(v)) {
			return nil, false
		}
		rows[i] = int(v)
	}
	return rows, true
}

func fromSeries(s series.Series, f Field) (*Column, error) {
	if s.Err != nil {
		return nil, s.Err
	}
	if f.Kind == Float && s.Type() != series.String {
		return Floats(f.Name, s.Float()), nil
	}
	c := newCells(f, s.Len())
	for i := range s.Len() {
		e := s.Elem(i)
		text := gotaText(e)
		if e.IsNA() || text == "" || text == "NaN" {
			c.null()
			continue
		}
		if err := c.parse(text, '.'); err != nil {
			return nil, fmt.Errorf("row %d: %q %w", i+1, text, err)
		}
	}
	c.finish()
	return c.Column, nil
}

// gotaText is the text of a value; gota's own cuts numbers at six decimals.
func gotaText(e series.Element) string {
	if e.Type() == series.Float {
		return string(AppendFloat(nil, e.Float()))
	}
	return e.String()
}
