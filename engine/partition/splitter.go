package partition

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// splitted takes the test rows of the first fold of a splitter.
type splitted struct {
	kind string
	selection.ColumnSplitter
}

// MarshalJSON gives the settings of the splitter.
func (s splitted) MarshalJSON() ([]byte, error) { return json.Marshal(s.ColumnSplitter) }

// String is the splitter's own, if it has one.
func (s splitted) String() string {
	if named, ok := s.ColumnSplitter.(fmt.Stringer); ok {
		return named.String()
	}
	return "by " + s.kind
}

func (s splitted) Needs() []derive.Input {
	var in []derive.Input
	add := func(kinds derive.Kinds, names ...string) {
		for _, name := range names {
			if name != "" {
				in = append(in, derive.Input{Setting: "column", Column: name, Kinds: kinds})
			}
		}
	}
	c := s.Columns()
	add(derive.Anything, c.Y, c.Groups)
	add(derive.Times|derive.Numbers, c.Time)
	add(derive.Numbers, c.Points...)
	add(derive.Anything, c.Keys...)
	return in
}

func (s splitted) Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	if len(cols) > 0 {
		t, err := table.New(unique(cols)...)
		if err != nil {
			return nil, err
		}
		if rows, err = folds.Rows(t, s.Columns(), nil, rows.Units); err != nil {
			return nil, fmt.Errorf("split: %s: %w", s.kind, err)
		}
	}
	d, err := Holdout(s.ColumnSplitter, rows, rng)
	if err != nil {
		return nil, fmt.Errorf("split: %s: %w", s.kind, err)
	}
	return d, nil
}

// unique leaves out a column that is there already.
func unique(cols []*table.Column) []*table.Column {
	var out []*table.Column
	seen := map[string]bool{}
	for _, c := range cols {
		if !seen[c.Name] {
			out = append(out, c)
		}
		seen[c.Name] = true
	}
	return out
}

// Share is how many rows are drawn for the test. Each is by itself, so that the
// share of the table, and of each stratum, is TestSize in expectation; with Exact
// it is, to the row or as near as whole groups allow, and rows may change sides
// when others come or go.
type Share struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
	Exact    bool    `yaml:"exact" json:"exact,omitempty"`
}

func (s Share) share() Share { return s }

// farOff is how far the share may be off, as a part of itself, before there is a warning.
const farOff = 0.25

// judge tells of a share of test rows that is far from the one wanted. A side
// without rows is an error.
func (s Split) judge(d *Division) error {
	n, test := len(d.Test), len(d.Rows(true))
	if test == 0 || test == n {
		return fmt.Errorf("split: %s: %d of %d rows are test rows, since copies of a row stay with it: "+
			"`drop_duplicates: true` of data.yaml takes them out", s.Kind, test, n)
	}
	wanted, advice := 0.0, "write `exact: true` beside test_size, or another seed"
	switch by := s.Strategy.(type) {
	case *Time:
		wanted, advice = by.TestSize, "rows of one moment stay together, and rows without one are training rows: write `after` and the last moment of training"
	case interface{ share() Share }:
		wanted = by.share().TestSize
		if by.share().Exact {
			advice = "split by a column of more groups, or of none as large"
		}
	}
	if wanted > 0 && math.Abs(share(test, n)-wanted) > farOff*wanted {
		d.warn("%d of %d rows are test rows, a share of %.3f where test_size is %v: %s", test, n, share(test, n), wanted, advice)
	}
	return nil
}

func init() { Register("random", newRandom) }

// Random takes test rows at random.
type Random struct {
	Share `yaml:",inline"`
}

func newRandom() Strategy { return &Random{Share{TestSize: 0.2}} }

// Needs lists no column.
func (r *Random) Needs() []derive.Input { return nil }

func (r *Random) String() string { return "at random" }

// Divide draws the rows.
func (r *Random) Divide(rows selection.Rows, _ []*table.Column, rng *rand.Rand) (*Division, error) {
	return Holdout(&selection.Random{TestSize: r.TestSize, Exact: r.Exact}, rows, rng)
}

// Repeats are the rows that repeat an earlier row in every column but the target.
type Repeats struct {
	selection.Repeats
	Moved int `json:"moved"` // to the other side, where the row stands that they repeat

	first []int32 // of each row: the first row that is the same
}

func findRepeats(t *table.Table, target string) Repeats {
	r, first := schema.FindRepeats(t, target)
	return Repeats{Repeats: r, first: first}
}

// follow puts each repeated row where the first of its kind is.
func (r *Repeats) follow(test []bool) {
	for i, j := range r.first {
		if test[i] != test[j] {
			test[i] = test[j]
			r.Moved++
		}
	}
}

// straddling counts the repeated rows that are on the other side.
func (r *Repeats) straddling(test []bool) int {
	n := 0
	for i, j := range r.first {
		if test[i] != test[j] {
			n++
		}
	}
	return n
}
