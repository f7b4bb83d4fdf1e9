package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
)

// Space is what a search varies, in the order of the file: settings by their
// path, and for each a [Domain].
//
// A path is that of the keys, joined by dots. An entry of a list goes by its
// name, by its kind where it is the only one of that kind, or by its number
// from 0:
//
//	estimator.ridge.alpha
//	columns.place.steps.cluster_similarity.n_clusters
//	columns.0.steps.1
//
// A path that ends at an entry of a list stands for the whole of it.
type Space []Dimension

// Dimension is one setting and what to try for it.
type Dimension struct {
	Path   string `json:"path"`
	Domain Domain `json:"domain"`
	key    ast.Node
}

// UnmarshalYAML reads a space, strictly.
func (s *Space) UnmarshalYAML(node ast.Node) error {
	if _, ok := node.(ast.MapNode); !ok {
		return fmt.Errorf("expected settings, each with a range, such as estimator.ridge.alpha: {log_uniform: [0.01, 100]}")
	}
	*s = nil
	for _, p := range pairsOf(node) {
		d := Dimension{Path: p.name, key: p.key}
		if err := config.Decode(p.value, &d.Domain); err != nil {
			return err
		}
		if d.Domain.Kind == "" {
			return problem(p.key, "has no range; write a list or a range such as {uniform: [0, 1]}")
		}
		if err := s.apart(d); err != nil {
			return err
		}
		*s = append(*s, d)
	}
	return nil
}

// apart refuses a path that is part of another one.
func (s *Space) apart(d Dimension) error {
	for _, other := range *s {
		short, long := other.Path, d.Path
		if len(short) > len(long) {
			short, long = long, short
		}
		if strings.HasPrefix(long, short+".") {
			return problem(d.key, "%s is tried as a whole; write the range of %s into its choices", short, long)
		}
	}
	return nil
}

// MarshalJSON writes the space as a hash of the configuration sees it.
func (s Space) MarshalJSON() ([]byte, error) { return json.Marshal([]Dimension(s)) }

// Option is an entry of a choice: a value, or a part of the configuration with
// domains in it.
type Option struct {
	node  ast.Node
	inner []Dimension // paths relative to the entry
}

// UnmarshalYAML finds the domains in the entry.
func (o *Option) UnmarshalYAML(node ast.Node) error {
	*o = Option{node: node}
	return o.find(node, nil)
}

func (o *Option) find(node ast.Node, path []string) error {
	if isDomain(node) {
		if len(path) == 0 {
			return problem(node, "is a range, not a value; write the range itself")
		}
		d := Dimension{Path: strings.Join(path, "."), key: node}
		if err := config.Decode(node, &d.Domain); err != nil {
			return err
		}
		o.inner = append(o.inner, d)
		return nil
	}
	if list, ok := node.(*ast.SequenceNode); ok {
		for i, name := range itemNames(list) {
			at := append(slices.Clone(path), name)
			if kindOf(list.Values[i]) == name {
				at = path // the key that follows says the kind
			}
			if err := o.find(list.Values[i], at); err != nil {
				return err
			}
		}
		return nil
	}
	for _, p := range pairsOf(node) {
		if err := o.find(p.value, append(slices.Clone(path), p.name)); err != nil {
			return err
		}
	}
	return nil
}

// isDomain tells a domain from settings: its only keys are a kind, which no
// setting is named like, and points.
func isDomain(node ast.Node) bool {
	pairs := pairsOf(node)
	kinds := 0
	for _, p := range pairs {
		switch p.name {
		case Choice, Uniform, LogUniform, IntUniform, LogIntUniform:
			kinds++
		case "points":
		default:
			return false
		}
	}
	return kinds > 0
}

// MarshalJSON writes the entry as a hash of the configuration sees it.
func (o Option) MarshalJSON() ([]byte, error) {
	var v any
	if err := config.Decode(o.node, &v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// Columns returns every setting that a trial may have, in the order of the
// space, those inside choices after the choice.
func (s Space) Columns() []Dimension {
	var list []Dimension
	for _, d := range s {
		list = appendColumns(list, "", d)
	}
	return list
}

func appendColumns(list []Dimension, prefix string, d Dimension) []Dimension {
	d.Path = prefix + d.Path
	if !slices.ContainsFunc(list, func(c Dimension) bool { return c.Path == d.Path }) {
		list = append(list, d)
	}
	for _, o := range d.Domain.Options {
		for _, inner := range o.inner {
			list = appendColumns(list, d.Path+".", inner)
		}
	}
	return list
}

// maxGrid bounds the points of a grid.
const maxGrid = MaxTrials

var errTooManyPoints = errors.New("the space has more than 100,000 points: give ranges fewer points, or search at random")

// points returns every point of the space, the last path's values next to each
// other, as in scikit-learn's ParameterGrid; what stands inside a choice is
// varied only where it is chosen.
func (s Space) points() ([]Candidate, error) {
	n, err := size(s)
	switch {
	case err != nil:
		return nil, err
	case n > maxGrid:
		return nil, errTooManyPoints
	}
	list := make([]Candidate, n)
	for o, i := (odometer{grids: map[ast.Node][]float64{}}), 0; i < n; i++ {
		list[i] = s.candidate(&o)
		o.next()
	}
	return list, nil
}

// size counts the points of dimensions, up to one more than a grid may have.
func size(dimensions []Dimension) (int, error) {
	product := 1
	for _, d := range dimensions {
		n := 0
		if d.Domain.Kind != Choice {
			values, err := d.Domain.grid()
			if err != nil {
				return 0, problem(d.Domain.node, "%v", err)
			}
			n = len(values)
		}
		for _, o := range d.Domain.Options {
			inner, err := size(o.inner)
			if err != nil {
				return 0, err
			}
			n += inner
		}
		product = min(product*n, maxGrid+1)
	}
	return product, nil
}

// odometer is a picker that comes to every combination: each thing that it is
// asked about is a wheel, and next turns the last one, or, when that is at its
// end, the one before. Which wheels follow may depend on where one stands.
type odometer struct {
	wheels []wheel
	asked  int
	grids  map[ast.Node][]float64 // by the place of the domain
}

type wheel struct{ at, of int }

func (o *odometer) option(_ string, options int) int {
	if o.asked == len(o.wheels) {
		o.wheels = append(o.wheels, wheel{0, options})
	}
	o.asked++
	return o.wheels[o.asked-1].at
}

func (o *odometer) number(path string, d *Domain) float64 {
	values, known := o.grids[d.node]
	if !known {
		values, _ = d.grid() // size had no error
		o.grids[d.node] = values
	}
	return values[o.option(path, len(values))]
}

func (o *odometer) next() bool {
	o.asked = 0
	for last := len(o.wheels) - 1; last >= 0; last-- {
		if o.wheels[last].at++; o.wheels[last].at < o.wheels[last].of {
			return true
		}
		o.wheels = o.wheels[:last]
	}
	return false
}
