package partition

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

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

func (s splitted) Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	rows := selection.Rows{N: n}
	if len(cols) > 0 {
		t, err := table.New(unique(cols)...)
		if err != nil {
			return nil, err
		}
		if rows, err = folds.Rows(t, s.Columns(), nil); err != nil {
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

func init() { Register("random", newRandom) }

// Random takes test rows at random.
type Random struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

func newRandom() Strategy { return &Random{TestSize: 0.2} }

// Needs lists no column.
func (r *Random) Needs() []derive.Input { return nil }

func (r *Random) String() string { return "at random" }

// Divide draws the rows.
func (r *Random) Divide(n int, _ []*table.Column, rng *rand.Rand) (*Division, error) {
	return Holdout(&selection.Random{TestSize: r.TestSize}, selection.Rows{N: n}, rng)
}

func init() { Register("group", func() Strategy { return &Group{TestSize: 0.2} }) }

// Group takes whole groups at random. A row without a group is one by itself.
type Group struct {
	Column   string  `yaml:"column" json:"column" validate:"required"`
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

// Needs lists the column of the groups.
func (g *Group) Needs() []derive.Input {
	return []derive.Input{{Setting: "column", Column: g.Column, Kinds: derive.Anything}}
}

func (g *Group) String() string { return "in groups by " + g.Column }

// Divide draws groups until their rows are about the share.
func (g *Group) Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	groups := distinct(cols[0])
	groups.separateNulls(cols[0])
	d, err := Holdout(&selection.Group{TestSize: g.TestSize}, selection.Rows{N: n, Groups: groups.Codes}, rng)
	if err != nil {
		return nil, err
	}
	d.Groups = groups
	return d, nil
}

func init() { Register("hash", func() Strategy { return &Hash{TestSize: 0.2} }) }

// Hash takes the rows whose key has a low checksum. A row stays on its side
// whatever rows are added or removed, and whatever the seed.
type Hash struct {
	Columns  []string `yaml:"columns" json:"columns" validate:"min=1,dive,required"`
	TestSize float64  `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

// Needs lists the columns of the key.
func (h *Hash) Needs() []derive.Input {
	in := make([]derive.Input, len(h.Columns))
	for i, name := range h.Columns {
		in[i] = derive.Input{Setting: "columns", Column: name, Kinds: derive.Anything}
	}
	return in
}

func (h *Hash) String() string { return "by a hash of " + strings.Join(h.Columns, ", ") }

// Divide hashes the key of each row; see [folds.Keys].
func (h *Hash) Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	return Holdout(&selection.Hash{TestSize: h.TestSize}, selection.Rows{N: n, Keys: folds.Keys(cols)}, rng)
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
