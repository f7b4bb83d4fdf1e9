package partition

import (
	"math/rand/v2"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/selection"
	"example.com/engine/table"
)

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
