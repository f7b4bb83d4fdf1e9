package search

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/random"
)

// Candidate is one choice of settings. Number 0 has none: it is the
// configuration as it stands.
type Candidate struct {
	Number   int
	Settings []Setting
	changes  []change
}

// Setting is a setting and its value: a number, a text or a truth value; for a
// part of the configuration, its text without what was drawn inside it.
type Setting struct {
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// change is a part of the configuration and what takes its place.
type change struct {
	path  string
	value ast.Node
	at    ast.Node // where the space names the path
}

// Candidates returns the candidates of a search, the first of which is the
// configuration as it stands: Trials of them, or the points of a grid.
//
// Where all the space is choices, a random search takes its points in a drawn
// order, each once, and ends when there are no more: as scikit-learn's
// ParameterSampler does, for up to 100,000 points.
func (s *Settings) Candidates() ([]Candidate, error) {
	list := []Candidate{{Settings: []Setting{}}}
	if s.Strategy == Grid || s.Space.finite() {
		points, err := s.Space.points()
		if err == nil {
			return append(list, s.ordered(points)...), nil
		}
		if s.Strategy == Grid || !errors.Is(err, errTooManyPoints) {
			return nil, err
		}
	}
	for n := 1; n < s.Trials; n++ {
		c := s.Space.candidate(drawn{s.Seed, n})
		c.Number = n
		list = append(list, c)
	}
	return list, nil
}

// ordered numbers points from 1: all of a grid in its order, those of another
// strategy shuffled and no more than are wanted.
func (s *Settings) ordered(points []Candidate) []Candidate {
	if s.Strategy != Grid {
		random.New(s.Seed, "order of trials").Shuffle(len(points), func(i, j int) {
			points[i], points[j] = points[j], points[i]
		})
		points = points[:min(len(points), s.Trials-1)]
	}
	for i := range points {
		points[i].Number = i + 1
	}
	return points
}

// finite tells whether every domain is a choice.
func (s Space) finite() bool {
	return !slices.ContainsFunc(s.Columns(), func(c Dimension) bool { return c.Domain.Kind != Choice })
}

// picker decides between what a domain offers.
type picker interface {
	option(path string, options int) int
	number(path string, d *Domain) float64
}

// drawn picks at random, each path of each trial from a stream of its own.
type drawn struct {
	seed  uint64
	trial int
}

func (p drawn) option(path string, options int) int {
	return random.New(p.seed, p.task(path)).IntN(options)
}

func (p drawn) number(path string, d *Domain) float64 {
	return d.draw(random.New(p.seed, p.task(path)))
}

func (p drawn) task(path string) string { return fmt.Sprintf("trial %d: %s", p.trial, path) }

// candidate asks p about each dimension.
func (s Space) candidate(p picker) Candidate {
	var c Candidate
	for _, d := range s {
		c.changes = append(c.changes, change{d.Path, c.pick(p, "", d), d.key})
	}
	return c
}

// pick returns what takes the place of the dimension below the prefix.
func (c *Candidate) pick(p picker, prefix string, d Dimension) ast.Node {
	path := prefix + d.Path
	if d.Domain.Kind != Choice {
		v := p.number(path, &d.Domain)
		c.Settings = append(c.Settings, Setting{path, v})
		return scalar(d.Domain.number(v), path, d.Domain.node)
	}
	o := d.Domain.Options[p.option(path, len(d.Domain.Options))]
	c.Settings = append(c.Settings, Setting{path, o.label()})
	return o.fill(o.node, func(inner Dimension) ast.Node { return c.pick(p, path+".", inner) })
}

// fill returns the node with the domains in it replaced, or taken out where
// they are replaced by nil.
func (o Option) fill(node ast.Node, replace func(Dimension) ast.Node) ast.Node {
	for _, d := range o.inner {
		if d.key == node {
			return replace(d)
		}
	}
	if list, ok := node.(*ast.SequenceNode); ok {
		var values []ast.Node
		for _, v := range list.Values {
			if value := o.fill(v, replace); value != nil {
				values = append(values, value)
			}
		}
		return sequenceOf(values, node)
	}
	pairs := pairsOf(node)
	if pairs == nil {
		return node
	}
	var kept []pair
	for _, p := range pairs {
		if value := o.fill(p.value, replace); value != nil {
			kept = append(kept, pair{p.name, p.key, value})
		}
	}
	return mappingOf(kept, node)
}

// label is the entry for a table: its value where it is a single one.
func (o Option) label() any {
	var v any
	if pairsOf(o.node) == nil && config.Decode(o.node, &v) == nil {
		switch v := v.(type) {
		case int64:
			return float64(v)
		case float64, string, bool:
			return v
		}
	}
	bare := o.fill(o.node, func(Dimension) ast.Node { return nil })
	text := flow(bare)
	if kind := kindOf(bare); strings.HasSuffix(text, ": {}}") {
		return kind
	}
	return text
}

// Format writes a setting's value for people and tables.
func (s Setting) Format() string {
	switch v := s.Value.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return v
	}
	return fmt.Sprint(s.Value)
}

// Apply returns the configuration with the candidate's settings in their
// places. The root, as it was parsed, stays as it is; it is nil for an empty
// file.
func (c Candidate) Apply(root ast.Node) (ast.Node, error) {
	for _, ch := range c.changes {
		g := graft{strings.Split(ch.path, "."), ch.value, ch.at}
		var err error
		if root, err = g.put(root, 0); err != nil {
			return nil, problem(ch.at, "%v", err)
		}
	}
	return root, nil
}

// With returns the candidate with a whole number at one more path. Errors about
// it name the place of the node at.
func (c Candidate) With(path string, value int, at ast.Node) Candidate {
	node := scalar(strconv.Itoa(value), path, at)
	c.changes = append(slices.Clip(c.changes), change{path, node, at})
	return c
}

// graft puts a value at a path of the configuration.
type graft struct {
	path  []string
	value ast.Node
	at    ast.Node // where the space names the path
}

// put replaces what stands at the rest of the path, from depth, below node, or
// adds it where nothing does and a default holds. Nodes on the way are copied,
// others shared.
func (g graft) put(node ast.Node, depth int) (ast.Node, error) {
	if depth == len(g.path) {
		return g.value, nil
	}
	name := g.path[depth]
	if name == "" {
		return nil, errors.New("a path is keys, joined by single dots")
	}
	if list, ok := node.(*ast.SequenceNode); ok {
		return g.putItem(list, depth)
	}
	pairs := pairsOf(node)
	if word, ok := node.(*ast.StringNode); ok { // a kind alone is a kind without settings
		pairs = []pair{{word.Value, word, g.empty(depth)}}
	}
	i := slices.IndexFunc(pairs, func(p pair) bool { return p.name == name })
	if i < 0 {
		key, _ := scalar(name, strings.Join(g.path[:depth+1], "."), g.at).(ast.MapKeyNode)
		i, pairs = len(pairs), append(pairs, pair{name, key, nil})
	}
	below, err := g.put(pairs[i].value, depth+1)
	if err != nil {
		return nil, err
	}
	pairs[i].value = below
	if node == nil {
		node = g.empty(depth)
	}
	return mappingOf(pairs, node), nil
}

// putItem goes on in an entry of a list. Where the entry goes by its kind, the
// kind is also the key to go on by.
func (g graft) putItem(list *ast.SequenceNode, depth int) (ast.Node, error) {
	i, err := itemOf(list, g.path[depth])
	if err != nil {
		return nil, err
	}
	next := depth + 1
	if kindOf(list.Values[i]) == g.path[depth] && next < len(g.path) {
		next = depth
	}
	values := slices.Clone(list.Values)
	if values[i], err = g.put(values[i], next); err != nil {
		return nil, err
	}
	return sequenceOf(values, list), nil
}

// empty is a mapping without keys at the path up to depth.
func (g graft) empty(depth int) ast.Node {
	m := ast.Mapping(scalar("{", "", g.at).GetToken(), true)
	m.SetPath("$." + strings.Join(g.path[:depth], "."))
	return m
}
