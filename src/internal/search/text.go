package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// lineWidth is up to where what fits on one line is written on one.
const lineWidth = 90

// flow writes a node on one line: {ridge: {alpha: 1}}.
func flow(node ast.Node) string {
	var parts []string
	switch n := node.(type) {
	case *ast.SequenceNode:
		for _, v := range n.Values {
			parts = append(parts, flow(v))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case ast.MapNode:
		for _, p := range pairsOf(node) {
			parts = append(parts, flow(p.key)+": "+flow(p.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *ast.StringNode:
		return quoted(n)
	case *ast.LiteralNode:
		return strconv.Quote(n.Value.Value)
	case *ast.NullNode:
		return "null"
	}
	return node.GetToken().Value
}

// quoted writes a text with the quotes it had, or with those that it needs
// within brackets.
func quoted(n *ast.StringNode) string {
	special := strings.ContainsAny(n.Value, ",[]{}\n\"'") || strings.Contains(n.Value, ": ") || strings.Contains(n.Value, " #")
	switch {
	case n.Token.Type == token.DoubleQuoteType || special && strings.ContainsAny(n.Value, "\n'"):
		return strconv.Quote(n.Value)
	case n.Token.Type == token.SingleQuoteType || special:
		return "'" + strings.ReplaceAll(n.Value, "'", "''") + "'"
	}
	return n.Value
}

// block writes a mapping or a list over several lines, each indented: what
// holds single values alone on one line if it fits, all else key by key and
// entry by entry.
func block(b *strings.Builder, node ast.Node, indent string) {
	if list, ok := node.(*ast.SequenceNode); ok {
		for _, v := range list.Values {
			entry(b, v, indent)
		}
		return
	}
	for _, p := range pairsOf(node) {
		key := indent + flow(p.key) + ":"
		if text := key + " " + flow(p.value); isFlat(p.value) && len(text) <= lineWidth || !isNested(p.value) {
			b.WriteString(text + "\n")
			continue
		}
		b.WriteString(key + "\n")
		block(b, p.value, indent+"  ")
	}
}

// entry writes an entry of a list behind its dash.
func entry(b *strings.Builder, node ast.Node, indent string) {
	text := flow(node)
	if pairsOf(node) != nil && !isFlat(node) {
		var keys strings.Builder
		block(&keys, node, indent+"  ")
		text = strings.TrimSpace(keys.String())
	}
	b.WriteString(indent + "- " + text + "\n")
}

// children returns the values of a mapping and the entries of a list.
func children(node ast.Node) []ast.Node {
	if list, ok := node.(*ast.SequenceNode); ok {
		return list.Values
	}
	var values []ast.Node
	for _, p := range pairsOf(node) {
		values = append(values, p.value)
	}
	return values
}

func isNested(node ast.Node) bool { return len(children(node)) > 0 }
func isFlat(node ast.Node) bool   { return !slices.ContainsFunc(children(node), isNested) }
