// Package cleaning brings a raw file into the form that the other stages read,
// and checks that it is what the schema says: rules of the project's own,
// which are registered by name, then filters on rows, then the checks.
//
//	c, err := cleaning.New(settings, &sch)
//	…
//	found, err := c.Clean(ctx, "data/raw/houses.csv", w)
//	…
//	err = cleaning.Verdict(found)
package cleaning

import (
	"context"
	"slices"

	"github.com/go-gota/gota/dataframe"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Cleaner takes one raw file through rules, row filters and checks, chunk by
// chunk, so that memory does not grow with the rows unless DropDuplicates is
// set.
type Cleaner struct {
	// Progress is told the rows of each chunk when they are done. It may be nil.
	Progress func(rows int64)
	// Scratch is the folder for files without a name that the check of a unique
	// column may need; if empty, the system's.
	Scratch string

	Settings
	schema  *schema.Schema
	filters []*boundFilter

	checker    *schema.Checker
	seen       *table.RowSet
	read       int   // rows of the raw file
	byRule     []int // rows that each rule took away, less those it added
	noTarget   int   // rows dropped
	duplicates int   // rows dropped
}

// New returns a cleaner for a file that is to be as the schema says. A filter
// on a column that the schema does not have, or that is of another type, is an
// error.
func New(s Settings, sch *schema.Schema) (*Cleaner, error) {
	filters, err := bindFilters(s.Filters, sch)
	if err != nil {
		return nil, err
	}
	return &Cleaner{
		Settings: s, schema: sch, filters: filters,
		checker: schema.NewChecker(sch), seen: table.NewRowSet(), byRule: make([]int, len(s.Rules)),
	}, nil
}

// Clean writes to w what is left of the file at the path, the columns of the
// schema in its order, and returns what was found. What is against the schema
// is in the result, not in the error. It is called once.
func (c *Cleaner) Clean(ctx context.Context, path string, w table.Writer) (*schema.Validation, error) {
	c.checker.Scratch = c.Scratch
	header, err := table.Header(path, c.options(nil))
	if err != nil {
		return nil, err
	}
	fields, err := c.fields(c.schema, header)
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

func (c *Cleaner) stream(ctx context.Context, path string, fields []table.Field, w table.Writer) error {
	r, err := table.Open(path, c.options(fields))
	if err != nil {
		return err
	}
	defer r.Close()
	for t, err := range r.Chunks() {
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
		if c.Progress != nil {
			c.Progress(int64(t.Len()))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// chunk returns the rows that are left, with the columns of the schema that
// there are, in its order.
func (c *Cleaner) chunk(t *table.Table) (*table.Table, error) {
	if len(c.Rules) > 0 {
		var err error
		if t, err = c.edit(t); err != nil {
			return nil, err
		}
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

// edit applies the rules and counts the rows that each takes away.
func (c *Cleaner) edit(t *table.Table) (*table.Table, error) {
	after := c.schema.Fields()
	for i, f := range after {
		if !slices.Contains(c.AsText, f.Name) {
			after[i].Layout = "" // gota has it in ISO 8601
		}
	}
	return table.Edit(t, func(df dataframe.DataFrame) dataframe.DataFrame {
		for i, rule := range c.Rules {
			before := df.Nrow()
			df = rule.Apply(df)
			c.byRule[i] += before - df.Nrow()
		}
		return df
	}, after)
}

// drop leaves out the rows that the settings do not keep.
func (c *Cleaner) drop(t *table.Table) *table.Table {
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

func (c *Cleaner) passes(columns []*table.Column, row int) bool {
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

func (c *Cleaner) validation() (*schema.Validation, error) {
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
	for i, rule := range c.Rules {
		add(true, "rule "+rule.Name, c.byRule[i])
	}
	add(c.DropNullTarget, "the target is null", c.noTarget)
	for _, f := range c.filters {
		add(true, "filter "+f.String(), f.dropped)
	}
	add(c.DropDuplicates, "the row repeats an earlier one", c.duplicates)
	return v, nil
}
