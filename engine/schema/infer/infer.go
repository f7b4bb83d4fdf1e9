// Package infer guesses the schema of a table that nobody has described: types,
// nulls, ranges, categories, ids, dates. A guess is for a person to edit, so each
// comes with the facts that it rests on.
package infer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/engine/parallel"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// Inference is what a table looks like: a schema for a person to edit, and the
// facts that each guess rests on.
type Inference struct {
	Schema  schema.Schema
	Dialect table.Dialect // zero for a file that is not text
	// Nulls are the strings that mean null in every column that has them, for
	// clean.nulls of data.yaml. Those of single columns are in the Schema.
	Nulls []string
	Rows  int
	Facts []Facts // one for each of Schema.Columns, which is in the order of the file
	// Notes are on the table as a whole.
	Notes []string
}

// Options say what is known before a table is read.
type Options struct {
	// Target is the column to predict. If empty, it is the last one.
	Target string
}

// Table reads a whole file, CSV or Parquet, and guesses its schema. The memory
// it takes grows with the columns, not with the rows.
func Table(path string, o Options) (*Inference, error) {
	dialect, err := table.Sniff(path)
	if err != nil {
		return nil, err
	}
	i, err := infer(path, dialect, o)
	if errors.Is(err, table.ErrEncoding) { // beyond what Sniff read
		dialect.Encoding = table.Windows1252
		i, err = infer(path, dialect, o)
	}
	return i, err
}

func infer(path string, dialect table.Dialect, o Options) (*Inference, error) {
	options := dialect.Apply(table.Options{Trim: true})
	header, err := table.Header(path, options)
	if err != nil {
		return nil, err
	}
	if o.Target != "" && !slices.Contains(header, o.Target) {
		return nil, fmt.Errorf("%s: the target %q is not one of the columns %s", path, o.Target, strings.Join(header, ", "))
	}
	for _, name := range header {
		options.Fields = append(options.Fields, table.Field{Name: name, Kind: table.Text})
	}
	columns, rows, err := observe(path, options)
	if err != nil {
		return nil, err
	}
	if rows == 0 {
		return nil, fmt.Errorf("%s: there are no rows: nothing to infer from", path)
	}
	i := &Inference{Dialect: dialect, Rows: rows}
	i.decide(columns, o.Target)
	return i, nil
}

// observe reads a file to its end.
func observe(path string, o table.Options) ([]*observed, int, error) {
	r, err := table.Open(path, o)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	columns := make([]*observed, len(o.Fields))
	for i, f := range o.Fields {
		columns[i] = newObserved(f.Name, o.Decimal)
	}
	rows := 0
	for t, err := range r.Chunks() {
		if err != nil {
			return nil, 0, err
		}
		observeChunk(columns, t, rows == 0)
		rows += t.Len()
	}
	return columns, rows, nil
}

// observeChunk takes columns side by side; each sees its values in their order.
func observeChunk(columns []*observed, t *table.Table, first bool) {
	parallel.For(len(columns), func(j int) {
		if first {
			columns[j].unit = unitOf(t.Columns()[j].Texts, columns[j].mark)
		}
		for _, s := range t.Columns()[j].Texts {
			columns[j].add(s)
		}
	})
}

// Column returns the guess and the facts for a column, or nil.
func (i *Inference) Column(name string) (*schema.Column, *Facts) {
	for j := range i.Schema.Columns {
		if i.Schema.Columns[j].Name == name {
			return &i.Schema.Columns[j], &i.Facts[j]
		}
	}
	return nil, nil
}

// AsCategory turns a column of few numbers, such as classes 0 and 1, into a
// category with the values that were found. It fails if there are more than
// 1000.
func (i *Inference) AsCategory(name string) error {
	c, f := i.Column(name)
	switch {
	case c == nil:
		return fmt.Errorf("%q is not one of the columns", name)
	case f.Levels == nil:
		return fmt.Errorf("column %q has more than %d values: too many for a category", name, maxLevels)
	}
	*c = schema.Column{
		Name: c.Name, Type: schema.Category, Unit: c.Unit, Description: c.Description,
		Nullable: c.Nullable, MaxNullShare: c.MaxNullShare, Nulls: c.Nulls,
	}
	for _, l := range f.Levels {
		c.Categories = append(c.Categories, l.Value)
	}
	slices.Sort(c.Categories)
	f.note("type", "classes: %d different values", len(f.Levels))
	return nil
}
