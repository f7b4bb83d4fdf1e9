package search

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

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
