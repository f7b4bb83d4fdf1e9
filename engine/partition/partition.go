// Package partition sets test rows aside, before anything is learned from a
// table, and writes both parts with their derived columns.
//
// How rows are divided is a [Strategy], named in features.yaml by its kind.
// Rows that repeat each other never end up on both sides, nor do rows of one
// group.
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

	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Strategy tells test rows from training rows. Each kind has a file here, which
// registers it.
type Strategy interface {
	// Needs lists the columns that it reads, of the table or derived ones.
	Needs() []derive.Input
	// Divide looks at those columns, in that order and of those kinds, of a
	// table of n rows. It draws from rng alone, and changes no column.
	Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error)
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
	Test    []bool   // of each row: is it a test row?
	Repeats Repeats  // found in the table; a strategy leaves it out
	Strata  *Classes // that train and test are to share alike, or nil
	Groups  *Classes // that stay together, or nil
	From    string   // the first moment of the test rows, or ""
	Fixed   bool     // a copy does not follow the row that it repeats
	Warning string   // what is doubtful, or ""
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
