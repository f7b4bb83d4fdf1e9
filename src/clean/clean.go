package main

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/go-gota/gota/dataframe"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// cleaner takes a raw file through rules, row filters and checks, chunk by
// chunk.
type cleaner struct {
	settings
	schema   *schema.Schema
	rules    []rule
	filters  []*boundFilter
	progress func(rows int64)
	scratch  string // folder for files while it works

	checker    *schema.Checker
	seen       *table.RowSet
	read       int // rows of the raw file
	byRules    int // rows that rules took away, less those they added
	noTarget   int // rows dropped
	duplicates int // rows dropped
}

// run writes what is left of the file to w and returns what was found.
func (c *cleaner) run(ctx context.Context, path string, w table.Writer) (*schema.Validation, error) {
	c.checker, c.seen = schema.NewChecker(c.schema), table.NewRowSet()
	c.checker.Scratch = c.scratch
	header, err := table.Header(path, c.options(nil))
	if err != nil {
		return nil, err
	}
	fields, err := c.fields(c.schema, header, len(c.rules) > 0)
	if err != nil {
		return nil, err
	}
	c.checker.Header(header)
	if len(fields) == 0 { // not the table that is meant, or not its separator
		fields = c.schema.Fields()
	}
	if err := c.stream(ctx, path, fields, w); err != nil {
		return nil, err
	}
	if c.read == 0 {
		c.checker.Add(table.Empty(known(c.schema, header)))
	}
	v, err := c.validation()
	if err != nil {
		return nil, err
	}
	return v, w.Close()
}

func (c *cleaner) stream(ctx context.Context, path string, fields []table.Field, w table.Writer) error {
	r, err := table.Open(path, c.options(fields))
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		c.read += t.Len()
		if t, err = c.chunk(t); err != nil {
			return err
		}
		c.checker.Add(t)
		if t.Width() == len(c.schema.Columns) {
			if err := w.Write(t); err != nil {
				return err
			}
		}
		c.progress(int64(t.Len()))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// chunk returns the rows that are left, with the columns of the schema that
// there are, in its order.
func (c *cleaner) chunk(t *table.Table) (*table.Table, error) {
	if len(c.rules) > 0 {
		n := t.Len()
		var err error
		if t, err = c.edit(t); err != nil {
			return nil, err
		}
		c.byRules += n - t.Len()
	}
	var names []string
	for _, col := range c.schema.Columns {
		if t.Column(col.Name) != nil {
			names = append(names, col.Name)
		}
	}
	t, err := t.Select(names...)
	if err != nil {
		return nil, err
	}
	return c.drop(t), nil
}

// edit applies the rules.
func (c *cleaner) edit(t *table.Table) (*table.Table, error) {
	after := c.schema.Fields()
	for i, f := range after {
		if !slices.Contains(c.AsText, f.Name) {
			after[i].Layout = "" // gota has it in ISO 8601
		}
	}
	return table.Edit(t, func(df dataframe.DataFrame) dataframe.DataFrame {
		for _, r := range c.rules {
			df = r(df)
		}
		return df
	}, after)
}

// drop leaves out the rows that the settings do not keep.
func (c *cleaner) drop(t *table.Table) *table.Table {
	target := t.Column(c.schema.Target)
	unread := unreadRows(t, c.schema.Target)
	columns := make([]*table.Column, len(c.filters))
	for i, f := range c.filters {
		columns[i] = t.Column(f.Column)
	}
	keep := make([]int, 0, t.Len())
	for i := range t.Len() {
		switch {
		case c.DropNullTarget && target != nil && target.IsNull(i) && !unread[i]:
			c.noTarget++
		case !c.passes(columns, i):
		case c.DropDuplicates && !c.seen.Add(t.Columns(), i):
			c.duplicates++
		default:
			keep = append(keep, i)
		}
	}
	if len(keep) == t.Len() {
		return t
	}
	return t.Take(keep)
}

func (c *cleaner) passes(columns []*table.Column, row int) bool {
	for i, f := range c.filters {
		if columns[i] != nil && !f.keeps(columns[i], row) {
			f.dropped++
			return false
		}
	}
	return true
}

// unreadRows are those whose value did not parse: the checker reports them, so
// they must not be dropped for being null.
func unreadRows(t *table.Table, column string) map[int]bool {
	rows := map[int]bool{}
	for _, b := range t.Bad() {
		for _, row := range b.Rows {
			if b.Column == column {
				rows[row] = true
			}
		}
	}
	return rows
}

func (c *cleaner) validation() (*schema.Validation, error) {
	found, err := c.checker.Result()
	if err != nil {
		return nil, err
	}
	v := &schema.Validation{RowsRead: c.read, Dropped: []schema.Drop{}, Result: *found}
	add := func(on bool, reason string, rows int) {
		if on {
			v.Dropped = append(v.Dropped, schema.Drop{Reason: reason, Rows: rows})
		}
	}
	add(len(c.rules) > 0, "rules.go", c.byRules)
	add(c.DropNullTarget, "the target is null", c.noTarget)
	for _, f := range c.filters {
		add(true, "filter "+f.String(), f.dropped)
	}
	add(c.DropDuplicates, "the row repeats an earlier one", c.duplicates)
	return v, nil
}
