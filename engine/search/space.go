package search

import (
	"encoding/json"
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
