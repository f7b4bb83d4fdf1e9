package main

import (
	"fmt"
	"math/rand/v2"

	"example.com/engine/derive"
	"example.com/engine/random"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// strategy tells test rows from training rows.
type strategy interface {
	// needs are the columns it reads.
	needs() []derive.Input
	// divide looks at those columns, in that order, of a table of n rows.
	divide(n int, cols []*table.Column, rng *rand.Rand) (*division, error)
	// String ends "16512 train rows, 4128 test rows, ".
	String() string
}

// division is what a strategy makes of a table.
type division struct {
	test    []bool   // of each row: is it a test row?
	repeats repeats  // found in the table
	strata  *classes // that train and test are to share alike, or nil
	groups  *classes // that stay together, or nil
	from    string   // the first moment of the test rows, or ""
	warn    string   // what is doubtful, or ""
}

// holdout divides by a splitter that makes one fold.
func holdout(s selection.Splitter, rows selection.Rows, rng *rand.Rand) (*division, error) {
	folds, err := s.Split(rows, rng)
	if err != nil {
		return nil, err
	}
	d := &division{test: make([]bool, rows.N)}
	for _, i := range folds[0].Test {
		d.test[i] = true
	}
	return d, nil
}

// rows lists the rows of one side, in order.
func (d *division) rows(test bool) []int {
	var rows []int
	for i, t := range d.test {
		if t == test {
			rows = append(rows, i)
		}
	}
	return rows
}

// check returns the fields of train.csv, given those of clean.csv, or says
// what can't be derived, or why the split can't go by one of these fields.
func (cfg settings) check(fields []table.Field, target string) ([]table.Field, error) {
	checked, err := cfg.Derive.Check(fields, target)
	if err != nil {
		return nil, fmt.Errorf("features.yaml: %w", err)
	}
	all := derive.Join(fields, checked)
	for _, in := range cfg.Split.needs() {
		if err := in.Check(all, ""); err != nil {
			return nil, fmt.Errorf("features.yaml: split: %s: %w", cfg.Split.kind, err)
		}
	}
	return all, nil
}

// divide splits the rows of the table, by columns of it or derived ones.
// Copies of a row follow it, except where a file says which rows are test rows.
func (cfg settings) divide(t *table.Table, target string) (*division, error) {
	cols, err := cfg.columns(t)
	if err != nil {
		return nil, err
	}
	d, err := cfg.Split.divide(t.Len(), cols, random.New(cfg.Seed, "split"))
	if err != nil {
		return nil, err
	}
	d.repeats = findRepeats(t, target)
	if !d.repeats.Together {
		return d, nil
	}
	if _, fixed := cfg.Split.strategy.(*listed); !fixed {
		d.repeats.follow(d.test)
	} else if n := d.repeats.straddling(d.test); n > 0 {
		d.warn = fmt.Sprintf("%d rows repeat a row of the other side", n)
	}
	if n := len(d.rows(true)); n == 0 || n == t.Len() {
		return nil, fmt.Errorf("split: all of the %d rows end up on one side, since %d repeat another: "+
			"`drop_duplicates: true` of data.yaml takes them out", t.Len(), d.repeats.Rows)
	}
	return d, nil
}

// columns returns what the strategy needs. The whole table is derived only
// where that takes a derived column.
func (cfg settings) columns(t *table.Table) ([]*table.Column, error) {
	derived := t
	var cols []*table.Column
	for _, in := range cfg.Split.needs() {
		if t.Column(in.Column) == nil && derived == t {
			var err error
			if derived, err = cfg.Derive.Apply(t); err != nil {
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
