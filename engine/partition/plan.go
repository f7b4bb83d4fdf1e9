package partition

import (
	"fmt"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/random"
	"example.com/engine/table"
)

// Plan says what becomes of a clean table: which columns are derived, and which
// rows are set aside.
type Plan struct {
	Derive derive.List
	Split  Split
	Seed   uint64
	Target string // which nothing is derived from; rows that differ in it alone are alike
}

// Check returns the fields of train.csv, given those of clean.csv, or says
// what can't be derived, or why the split can't go by one of these fields.
func (p Plan) Check(fields []table.Field) ([]table.Field, error) {
	checked, err := p.Derive.Check(fields, p.Target)
	if err != nil {
		return nil, fmt.Errorf("features.yaml: %w", err)
	}
	all := derive.Join(fields, checked)
	for _, in := range p.Split.Needs() {
		if err := in.Check(all, ""); err != nil {
			return nil, fmt.Errorf("features.yaml: split: %s: %w", p.Split.Kind, err)
		}
	}
	return all, nil
}

// Divide splits the rows of the table, by columns of it or derived ones.
// Copies of a row follow it, unless the division is fixed, as where a file says
// which rows are test rows.
func (p Plan) Divide(t *table.Table) (*Division, error) {
	cols, err := p.columns(t)
	if err != nil {
		return nil, err
	}
	d, err := p.Split.Divide(t.Len(), cols, random.New(p.Seed, "split"))
	if err != nil {
		return nil, err
	}
	d.Repeats = findRepeats(t, p.Target)
	if !d.Repeats.Together {
		return d, nil
	}
	if !d.Fixed {
		d.Repeats.follow(d.Test)
	} else if n := d.Repeats.straddling(d.Test); n > 0 {
		d.Warning = fmt.Sprintf("%d rows repeat a row of the other side", n)
	}
	if n := len(d.Rows(true)); n == 0 || n == t.Len() {
		return nil, fmt.Errorf("split: all of the %d rows end up on one side, since %d repeat another: "+
			"`drop_duplicates: true` of data.yaml takes them out", t.Len(), d.Repeats.Rows)
	}
	return d, nil
}

// columns returns what the strategy needs. The whole table is derived only
// where that takes a derived column.
func (p Plan) columns(t *table.Table) ([]*table.Column, error) {
	derived := t
	var cols []*table.Column
	for _, in := range p.Split.Needs() {
		if t.Column(in.Column) == nil && derived == t {
			var err error
			if derived, err = p.Derive.Apply(t); err != nil {
				return nil, err
			}
		}
		c := t.Column(in.Column)
		if c == nil {
			c = derived.Column(in.Column)
		}
		cols = append(cols, c)
	}
	return cols, nil
}

// ColumnKinds says of each column what the parts depend on: its name, its kind
// and how times are written. What else a schema says of it changes neither.
func ColumnKinds(fields []table.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = strings.TrimSpace(f.Name + ": " + f.Kind.String() + " " + f.Layout)
	}
	return out
}
