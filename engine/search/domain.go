package search

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
)

// Kinds of domains.
const (
	Choice        = "choice"          // one of a list, each as likely
	Uniform       = "uniform"         // a number between two
	LogUniform    = "log_uniform"     // a number between two, whose logarithm is uniform
	IntUniform    = "int_uniform"     // a whole number, both ends included
	LogIntUniform = "log_int_uniform" // a whole number, both ends included, small ones more often
)

// Domain is what to try for one setting. In YAML it is a list, each of whose
// entries is as likely, or one key, the kind, over the entries or the two
// ends; points says how many values of a range a grid takes:
//
//	[0.1, 1, 10]
//	{choice: [ridge, {lasso: {alpha: {log_uniform: [1, 100]}}}]}
//	{int_uniform: [5, 80], points: 4}
//
// A choice may hold whole parts of the configuration, and these may hold
// domains of their own, which count only where the part is chosen.
type Domain struct {
	Kind    string   `json:"kind"`
	Low     float64  `json:"low,omitempty"`
	High    float64  `json:"high,omitempty"`
	Points  int      `json:"points,omitempty"` // 0: not given
	Options []Option `json:"options,omitempty"`
	node    ast.Node // where it stands in the file
}

// form is a domain as it is written.
type form struct {
	Choice        []Option  `yaml:"choice" validate:"omitempty,min=1"`
	Uniform       []float64 `yaml:"uniform" validate:"omitempty,len=2"`
	LogUniform    []float64 `yaml:"log_uniform" validate:"omitempty,len=2"`
	IntUniform    []int64   `yaml:"int_uniform" validate:"omitempty,len=2"`
	LogIntUniform []int64   `yaml:"log_int_uniform" validate:"omitempty,len=2"`
	Points        int       `yaml:"points" validate:"omitempty,gte=2"`
}

// UnmarshalYAML reads a domain, strictly.
func (d *Domain) UnmarshalYAML(node ast.Node) error {
	d.node = node
	if _, ok := node.(*ast.SequenceNode); ok {
		d.Kind = Choice
		if err := config.Decode(node, &d.Options); err != nil {
			return err
		}
		return d.check()
	}
	var f form
	if err := config.Decode(node, &f); err != nil {
		return err
	}
	var kinds []string
	for _, p := range pairsOf(node) {
		if p.name != "points" {
			kinds = append(kinds, p.name)
		}
	}
	if len(kinds) != 1 {
		return fmt.Errorf("expected one kind of range, got %d: %v", len(kinds), kinds)
	}
	d.Kind, d.Points, d.Options = kinds[0], f.Points, f.Choice
	switch d.Kind {
	case Uniform:
		d.ends(f.Uniform)
	case LogUniform:
		d.ends(f.LogUniform)
	case IntUniform:
		d.ends(floats(f.IntUniform))
	case LogIntUniform:
		d.ends(floats(f.LogIntUniform))
	}
	return d.check()
}

func (d *Domain) ends(v []float64) {
	if len(v) == 2 {
		d.Low, d.High = v[0], v[1]
	}
}

func floats(v []int64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

func (d *Domain) check() error {
	least := map[string]float64{LogUniform: math.SmallestNonzeroFloat64, LogIntUniform: 1}
	low, isLog := least[d.Kind]
	switch {
	case d.Kind == Choice && len(d.Options) == 0:
		return fmt.Errorf("%s: is empty; at least one entry is needed", d.Kind)
	case d.Kind == Choice && d.Points > 0:
		return fmt.Errorf("points: a %s has its own number of points", d.Kind)
	case d.Kind == Choice:
		return nil
	case !(d.Low < d.High):
		return fmt.Errorf("%s: the first end, %v, is not less than the second, %v", d.Kind, d.Low, d.High)
	case isLog && d.Low < low:
		return fmt.Errorf("%s: the first end, %v, has no logarithm to begin at: it must be greater than 0", d.Kind, d.Low)
	case d.whole() && math.Max(-d.Low, d.High) >= 1<<53:
		return fmt.Errorf("%s: the ends are not both nearer to 0 than 2^53", d.Kind)
	}
	return nil
}

func (d *Domain) whole() bool { return d.Kind == IntUniform || d.Kind == LogIntUniform }
func (d *Domain) log() bool   { return d.Kind == LogUniform || d.Kind == LogIntUniform }

// draw returns a number of the range. Whole numbers on a logarithmic scale are
// drawn as Optuna draws them: k has the share of the interval from k-1/2 to
// k+1/2. Others are rounded to four digits of the number, or of the width of
// the range where that is less, as a person would write them.
func (d *Domain) draw(rng *rand.Rand) float64 {
	switch d.Kind {
	case IntUniform:
		return d.Low + float64(rng.Int64N(int64(d.High-d.Low)+1))
	case LogIntUniform:
		v := math.Round(between(math.Log(d.Low-0.5), math.Log(d.High+0.5), rng.Float64(), math.Exp))
		return min(max(v, d.Low), d.High)
	}
	return d.at(rng.Float64())
}

// at returns the number a share u of the way through the range, on its scale.
func (d *Domain) at(u float64) float64 {
	var v float64
	if d.log() {
		v = between(math.Log(d.Low), math.Log(d.High), u, math.Exp)
	} else {
		v = between(d.Low, d.High, u, func(x float64) float64 { return x })
	}
	if d.whole() {
		v = math.Round(v)
	} else {
		v = digits(v, min(math.Abs(v), d.High-d.Low))
	}
	return min(max(v, d.Low), d.High)
}

// between is compiled to the same arithmetic on every machine: the conversion
// keeps the product and the sum apart.
func between(a, b, u float64, f func(float64) float64) float64 {
	return f(a + float64(u*(b-a)))
}

// digits rounds v to a thousandth of the power of ten in scale.
func digits(v, scale float64) float64 {
	if scale == 0 {
		return v
	}
	exponent := int(math.Floor(math.Log10(scale))) - 3
	if exponent > 0 {
		step := math.Pow10(exponent)
		return math.Round(v/step) * step
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', -exponent, 64), 64)
	return rounded
}

// grid returns the numbers of the range that a grid takes: Points of them,
// evenly spaced on its scale, ends included, or every whole one.
func (d *Domain) grid() ([]float64, error) {
	if d.Points == 0 && d.Kind != IntUniform {
		return nil, fmt.Errorf("a grid has no end of values of this range: give it points")
	}
	n := d.Points
	if n == 0 {
		if d.High-d.Low >= maxGrid {
			return nil, errTooManyPoints
		}
		n = int(d.High-d.Low) + 1
	}
	var list []float64
	for i := range n {
		list = append(list, d.at(float64(i)/float64(n-1)))
	}
	return slices.Compact(list), nil
}

// number writes a drawn number as it stands in YAML.
func (d *Domain) number(v float64) string {
	if d.whole() {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// MarshalJSON writes the domain as a hash of the configuration sees it.
func (d Domain) MarshalJSON() ([]byte, error) {
	type plain Domain // without this method
	return json.Marshal(plain(d))
}
