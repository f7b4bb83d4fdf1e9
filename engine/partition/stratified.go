package partition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() { Register("stratified", func() Strategy { return &Stratified{TestSize: 0.2} }) }

// Stratified takes test rows at random, the same share of each stratum: of
// each value of the column, or of each bin of its numbers. Null is a stratum.
type Stratified struct {
	Column    string    `yaml:"column" json:"column" validate:"required"`
	Bins      []float64 `yaml:"bins" json:"bins,omitempty"` // edges that ascend: a bin is open below, closed above
	Quantiles int       `yaml:"quantiles" json:"quantiles,omitempty" validate:"omitempty,gte=2"`
	TestSize  float64   `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
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

// Divide draws from each stratum. A stratum of one row is an error.
func (s *Stratified) Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	strata, err := s.strata(cols[0])
	if err != nil {
		return nil, fmt.Errorf("split: stratified: %w", err)
	}
	y := make([]float64, n)
	for i, code := range strata.Codes {
		y[i] = float64(code)
	}
	d, err := Holdout(&selection.Stratified{TestSize: s.TestSize}, selection.Rows{N: n, Y: y}, rng)
	if err != nil {
		return nil, err
	}
	d.Strata = strata
	return d, nil
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
		if size == 1 {
			return nil, fmt.Errorf("a single row has %s %s, and can't be on both sides: give wider bins, or another column",
				c.Name, strata.Names[code])
		}
	}
	return strata, nil
}
