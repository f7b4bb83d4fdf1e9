package main

import (
	"math/rand/v2"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// atRandom takes test rows at random.
type atRandom struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

func newRandom() strategy { return &atRandom{TestSize: 0.2} }

func (r *atRandom) needs() []derive.Input { return nil }
func (r *atRandom) String() string        { return "at random" }

func (r *atRandom) divide(n int, _ []*table.Column, rng *rand.Rand) (*division, error) {
	return holdout(&selection.Random{TestSize: r.TestSize}, selection.Rows{N: n}, rng)
}

// grouped takes whole groups at random. A row without a group is one by
// itself.
type grouped struct {
	Column   string  `yaml:"column" json:"column" validate:"required"`
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

func (g *grouped) needs() []derive.Input {
	return []derive.Input{{Setting: "column", Column: g.Column, Kinds: derive.Anything}}
}

func (g *grouped) String() string { return "in groups by " + g.Column }

func (g *grouped) divide(n int, cols []*table.Column, rng *rand.Rand) (*division, error) {
	groups := distinct(cols[0])
	groups.separateNulls(cols[0])
	d, err := holdout(&selection.Group{TestSize: g.TestSize}, selection.Rows{N: n, Groups: groups.codes}, rng)
	if err != nil {
		return nil, err
	}
	d.groups = groups
	return d, nil
}

// hashed takes the rows whose key has a low checksum. A row stays on its side
// whatever rows are added or removed, and whatever the seed.
type hashed struct {
	Columns  []string `yaml:"columns" json:"columns" validate:"min=1,dive,required"`
	TestSize float64  `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

func (h *hashed) needs() []derive.Input {
	in := make([]derive.Input, len(h.Columns))
	for i, name := range h.Columns {
		in[i] = derive.Input{Setting: "columns", Column: name, Kinds: derive.Anything}
	}
	return in
}

func (h *hashed) String() string { return "by a hash of " + strings.Join(h.Columns, ", ") }

// divide makes the key of a row of its values as in a CSV file, with tabs
// between them.
func (h *hashed) divide(n int, cols []*table.Column, rng *rand.Rand) (*division, error) {
	keys, values := make([]string, n), make([]string, len(cols))
	for i := range keys {
		for k, c := range cols {
			values[k] = c.String(i)
		}
		keys[i] = strings.Join(values, "\t")
	}
	return holdout(&selection.Hash{TestSize: h.TestSize}, selection.Rows{N: n, Keys: keys}, rng)
}
