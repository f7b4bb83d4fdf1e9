package partition

import (
	"math/rand/v2"

	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/table"
)

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
