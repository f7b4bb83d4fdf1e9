// Package partition sets test rows aside, before anything is learned from a
// table, and writes both parts with their derived columns.
//
// How rows are divided is a [Strategy], named in features.yaml by its kind.
// Rows that repeat each other never end up on both sides, nor do rows of one
// group. The side of a row that is drawn depends on its content, its key or its
// group alone, so that a table can grow, shrink and be sorted while its test rows
// stay test rows; see package selection, and docs/decisions/0016.
//
//	plan := partition.Plan{Derive: …, Split: partition.DefaultSplit(), Seed: 42}
//	fields, err := plan.Check(schema.Fields())
//	…
//	d, err := plan.Divide(t)
//	…
//	err = partition.Writer{Table: t, Derive: plan.Derive, Fields: fields}.Write(ctx, d, train, test)
package partition

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/random"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Strategy tells test rows from training rows. Each kind has a file here, which
// registers it.
type Strategy interface {
	// Needs lists the columns that it reads, of the table or derived ones.
	Needs() []derive.Input
	// Divide looks at those columns, in that order and of those kinds, and at the
	// number and the units of the rows. It draws from rng alone, and changes no
	// column.
	Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error)
	// String ends "16512 train rows, 4128 test rows, ".
	String() string
}

// Opener is a Strategy that reads files, which it declares to the stage before
// Divide is called.
type Opener interface {
	Strategy
	Open(s *stage.Stage)
}

// Division is what a strategy makes of a table.
type Division struct {
	Test     []bool   // of each row: is it a test row?
	Repeats  Repeats  // found in the table; a strategy leaves it out
	Strata   *Classes // that train and test are to share alike, or nil
	Groups   *Classes // that stay together, or nil
	From     string   // the first moment of the test rows, or ""
	Fixed    bool     // a copy does not follow the row that it repeats
	Warnings []string // what is doubtful
}

func (d *Division) warn(format string, args ...any) {
	d.Warnings = append(d.Warnings, fmt.Sprintf(format, args...))
}

// Rows lists the rows of one side, in order.
func (d *Division) Rows(test bool) []int {
	var rows []int
	for i, t := range d.Test {
		if t == test {
			rows = append(rows, i)
		}
	}
	return rows
}

// Holdout divides by the first fold of a splitter, which must have each row in
// one of its parts.
func Holdout(s selection.Splitter, rows selection.Rows, rng *rand.Rand) (*Division, error) {
	folds, err := s.Split(rows, rng)
	if err != nil {
		return nil, err
	}
	if len(folds) == 0 {
		return nil, fmt.Errorf("split of %d rows makes no fold", rows.N)
	}
	first := folds[0]
	if in := len(first.Train) + len(first.Test); in != rows.N {
		return nil, fmt.Errorf("split of %d rows has %d of them in its two parts; each row belongs in one", rows.N, in)
	}
	d := &Division{Test: make([]bool, rows.N)}
	for _, i := range first.Test {
		d.Test[i] = true
	}
	return d, nil
}

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
	repeats := findRepeats(t, p.Target)
	rows := selection.Rows{N: t.Len(), Units: folds.Units(t.Len(), p.contents(t), p.Target, repeats.Together)}
	if repeats.Together && repeats.Rows == t.Len()-1 {
		return nil, fmt.Errorf("split: all of the %d rows end up on one side, since %d repeat another: "+
			"`drop_duplicates: true` of data.yaml takes them out", t.Len(), repeats.Rows)
	}
	d, err := p.Split.Divide(rows, cols, random.New(p.Seed, "split"))
	if err != nil {
		return nil, err
	}
	if by, ok := p.Split.Strategy.(*Time); ok {
		if w := p.wraps(by.Column, cols[0], d); w != "" {
			d.warn("%s", w)
		}
	}
	d.Repeats = repeats
	if !repeats.Together {
		return d, p.Split.judge(d)
	}
	if !d.Fixed {
		d.Repeats.follow(d.Test)
	} else if n := d.Repeats.straddling(d.Test); n > 0 {
		d.warn("%d rows repeat a row of the other side", n)
	}
	return d, p.Split.judge(d)
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
