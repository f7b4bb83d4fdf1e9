package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() {
	Register("stratified", func() Strategy { return &Stratified{Share: Share{TestSize: 0.2}} })
}

// Stratified takes test rows at random, the same share of each stratum: of
// each value of the column, or of each bin of its numbers. Null is a stratum.
type Stratified struct {
	Column    string    `yaml:"column" json:"column" validate:"required"`
	Bins      []float64 `yaml:"bins" json:"bins,omitempty"` // edges that ascend: a bin is open below, closed above
	Quantiles int       `yaml:"quantiles" json:"quantiles,omitempty" validate:"omitempty,gte=2"`
	Share     `yaml:",inline"`
}

// maxStrata is how many values a number may have to be taken for a class.
const maxStrata = 100

// Validate wants edges that ascend, or quantiles, or neither.
func (s *Stratified) Validate() error {
	if len(s.Bins) > 0 && s.Quantiles > 0 {
		return config.Invalid("quantiles", "there are bins already: give one of the two")
	}
	for i := 1; i < len(s.Bins); i++ {
		if !(s.Bins[i-1] < s.Bins[i]) {
			return config.Invalid(fmt.Sprintf("bins[%d]", i), "%v is not above the edge before it", s.Bins[i])
		}
	}
	return nil
}

// Needs lists the column of the strata.
func (s *Stratified) Needs() []derive.Input {
	in := derive.Input{Setting: "column", Column: s.Column, Kinds: derive.Numbers}
	if len(s.Bins) == 0 && s.Quantiles == 0 {
		in.Kinds |= derive.Strings
	}
	return []derive.Input{in}
}

func (s *Stratified) String() string { return "stratified by " + s.Column }

// Divide draws from each stratum. A stratum of one row is an error if the shares
// are to be exact; else one with rows on one side only gives a warning.
func (s *Stratified) Divide(rows selection.Rows, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	strata, err := s.strata(cols[0])
	if err != nil {
		return nil, fmt.Errorf("split: stratified: %w", err)
	}
	rows.Y = make([]float64, rows.N)
	for i, code := range strata.Codes {
		rows.Y[i] = float64(code)
	}
	d, err := Holdout(&selection.Stratified{TestSize: s.TestSize, Exact: s.Exact}, rows, rng)
	if err != nil {
		return nil, err
	}
	d.Strata = strata
	d.tellLacking(s.Column)
	return d, nil
}

// tellLacking warns of strata with rows on one side alone.
func (d *Division) tellLacking(column string) {
	var lacking []string
	all, test := d.Strata.sizes(nil), d.Strata.sizes(d.Test)
	for k, name := range d.Strata.Names {
		if all[k] > 0 && (test[k] == 0 || test[k] == all[k]) {
			lacking = append(lacking, fmt.Sprintf("%s (%d rows)", name, all[k]))
		}
	}
	if n := len(lacking); n > 0 {
		d.warn("%d strata of %s have rows on one side alone, as %s: write `exact: true` beside test_size",
			n, column, strings.Join(lacking[:min(n, 3)], ", "))
	}
}

func (s *Stratified) strata(c *table.Column) (*Classes, error) {
	edges := s.Bins
	if s.Quantiles > 0 {
		edges = selection.QuantileEdges(slices.DeleteFunc(slices.Clone(c.Floats), math.IsNaN), s.Quantiles)
	}
	var strata *Classes
	if len(edges) > 0 {
		strata = binned(c.Floats, edges)
	} else {
		strata = distinct(c)
	}
	if n := len(strata.Names) - 1; c.Kind == table.Float && n > maxStrata {
		return nil, fmt.Errorf("%q has %d different numbers, too many for a stratum each: give bins or quantiles", c.Name, n)
	}
	for code, size := range strata.sizes(nil) {
		if size == 1 && s.Exact {
			return nil, fmt.Errorf("a single row has %s %s, and can't be on both sides: give wider bins, or another column",
				c.Name, strata.Names[code])
		}
	}
	return strata, nil
}
