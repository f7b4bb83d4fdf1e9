package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"example.com/engine/config"
)

// pair is one key of a mapping with its value.
type pair struct {
	name  string
	key   ast.MapKeyNode
	value ast.Node
}

// pairsOf returns the pairs of a mapping in their order, none of anything else.
func pairsOf(node ast.Node) []pair {
	m, ok := node.(ast.MapNode)
	if !ok {
		return nil
	}
	var pairs []pair
	for it := m.MapRange(); it.Next(); {
		key := it.Key()
		if long, ok := key.(*ast.MappingKeyNode); ok { // "? key"
			if inner, ok := long.Value.(ast.MapKeyNode); ok {
				key = inner
			}
		}
		pairs = append(pairs, pair{textOf(key), key, it.Value()})
	}
	return pairs
}

// mappingOf is the inverse of pairsOf; it stands where the node like stands.
func mappingOf(pairs []pair, like ast.Node) ast.Node {
	start := like.GetToken()
	old, isMapping := like.(*ast.MappingNode)
	m := ast.Mapping(start, !isMapping || old.IsFlowStyle)
	m.SetPath(like.GetPath())
	for _, p := range pairs {
		m.Values = append(m.Values, ast.MappingValue(start, p.key, p.value))
	}
	return m
}

func sequenceOf(values []ast.Node, like ast.Node) ast.Node {
	s := ast.Sequence(like.GetToken(), false)
	s.SetPath(like.GetPath())
	s.Values = values
	return s
}

// scalar makes the node of a number or of a plain word; it stands where the
// node like stands, so that an error about it names that place.
func scalar(text, path string, like ast.Node) ast.Node {
	tk := token.New(text, text, positionOf(like))
	var node ast.Node
	switch tk.Type {
	case token.IntegerType:
		node = ast.Integer(tk)
	case token.FloatType:
		node = ast.Float(tk)
	default:
		node = ast.String(tk)
	}
	node.SetPath("$." + path)
	return node
}

// textOf returns a key or a plain value as it is written, without quotes.
func textOf(node ast.Node) string {
	if s, ok := node.(*ast.StringNode); ok {
		return s.Value
	}
	return node.GetToken().Value
}

// kindOf returns the kind of a part that comes in several: a word, or the one
// key over its settings. It is "" for anything else.
func kindOf(node ast.Node) string {
	if s, ok := node.(*ast.StringNode); ok {
		return s.Value
	}
	if pairs := pairsOf(node); len(pairs) == 1 {
		return pairs[0].name
	}
	return ""
}

// itemNames returns how a path calls the entries of a list: by their name, by
// their kind where no other entry has it, or else by their number.
func itemNames(list *ast.SequenceNode) []string {
	names := make([]string, len(list.Values))
	count := map[string]int{}
	for i, item := range list.Values {
		names[i] = kindOf(item)
		for _, p := range pairsOf(item) {
			if p.name == "name" {
				names[i] = textOf(p.value)
			}
		}
		count[names[i]]++
	}
	for i, name := range names {
		if name == "" || count[name] > 1 || isNumber(name) || strings.Contains(name, ".") {
			names[i] = strconv.Itoa(i)
		}
	}
	return names
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// itemOf returns the number of the entry that a path calls by that name.
func itemOf(list *ast.SequenceNode, name string) (int, error) {
	names := itemNames(list)
	if i := slices.Index(names, name); i >= 0 {
		return i, nil
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(names) {
		return i, nil
	}
	return 0, fmt.Errorf("the list has no entry %q: there are %s", name, strings.Join(names, ", "))
}

// positionOf is where the text of the node starts.
func positionOf(node ast.Node) *token.Position {
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return positionOf(m.Values[0].Key)
	}
	return node.GetToken().Position
}

// problem is an error at a node, under the node's own key.
func problem(node ast.Node, format string, args ...any) error {
	key := strings.TrimPrefix(strings.TrimPrefix(node.GetPath(), "$"), ".")
	at := positionOf(node)
	return &config.Error{Line: at.Line, Column: at.Column, Key: key, Problem: fmt.Sprintf(format, args...)}
}
