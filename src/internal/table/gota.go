package table

import (
	"fmt"

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
