package search

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

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
