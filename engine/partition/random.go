package partition

import (
	"math/rand/v2"

	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/table"
)

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
