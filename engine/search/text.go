package search

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
			parts = append(parts, keyText(p.key)+": "+flow(p.value))
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

// keyText writes a key: numbers and truth values as they are, null too.
func keyText(key ast.MapKeyNode) string {
	if s, ok := key.(*ast.StringNode); ok {
		return quoted(s)
	}
	return key.GetToken().Value
}

// bare is a text that needs no quotes wherever it stands.
var bare = regexp.MustCompile(`^-?[\pL\pN_^/+(][\pL\pN_.^/+()$%*=<> -]*$`)

// quoted writes a text as it was, or with the quotes that it needs within
// brackets.
func quoted(n *ast.StringNode) string {
	isWritten := n.Token.Type != token.DoubleQuoteType && n.Token.Type != token.SingleQuoteType
	switch {
	case isWritten && bare.MatchString(n.Value) && !strings.HasSuffix(n.Value, " "):
		return n.Value
	case n.Token.Type == token.DoubleQuoteType || strings.ContainsFunc(n.Value, isAwkward):
		return strconv.Quote(n.Value)
	}
	return "'" + n.Value + "'"
}

// isAwkward tells whether a character can't stand in single quotes as it is.
func isAwkward(r rune) bool { return r == '\'' || !unicode.IsPrint(r) }

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
		key := indent + keyText(p.key) + ":"
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
