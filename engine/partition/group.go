package partition

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() {
	Register("group", func() Strategy { return &Group{Share: Share{TestSize: 0.2}} })
	Register("hash", func() Strategy { return &Hash{Share: Share{TestSize: 0.2}} })
}

// Group takes whole groups at random. A row without a group is one by itself. A
// group with more than 1.5 times the rows that TestSize asks for is a training group,
// with a warning.
type Group struct {
	Column string `yaml:"column" json:"column" validate:"required"`
	Share  `yaml:",inline"`
}

// Needs lists the column of the groups.
func (g *Group) Needs() []derive.Input {
	return []derive.Input{{Setting: "column", Column: g.Column, Kinds: derive.Anything}}
}

func (g *Group) String() string { return "in groups by " + g.Column }

// Divide draws the groups.
func (g *Group) Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	d, err := g.groups(rows, cols, rng)
	if err != nil {
		return nil, err
	}
	d.Groups = distinct(cols[0])
	d.Groups.separateNulls(cols[0])
	return d, nil
}

// Hash takes the rows of some keys at random: rows of one key are a group.
type Hash struct {
	Columns []string `yaml:"columns" json:"columns" validate:"min=1,dive,required"`
	Share   `yaml:",inline"`
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

// Divide draws the keys.
func (h *Hash) Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	return h.groups(rows, cols, rng)
}

// groups draws groups of rows that are equal in the columns.
func (s Share) groups(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	rows.Groups = folds.Together(rows.Units, cols...)
	by := &selection.Group{TestSize: s.TestSize, Exact: s.Exact}
	d, err := Holdout(by, rows, rng)
	if err != nil {
		return nil, err
	}
	size, first := map[int]int{}, map[int]int{}
	for i, g := range slices.Backward(rows.Groups) {
		size[g]++
		first[g] = i
	}
	for i, g := range rows.Groups {
		if first[g] == i && by.Giant(size[g], rows.N) {
			d.warn("%s has %d of %d rows, more than 1.5 times the share of the test, and is for training alone",
				cell(cols, i), size[g], rows.N)
		}
	}
	return d, nil
}

// cell is how a group is called: town "York".
func cell(cols []*table.Column, i int) string {
	var all []string
	for _, c := range cols {
		all = append(all, c.Name+" "+strconv.Quote(c.String(i)))
	}
	return strings.Join(all, ", ")
}
