package transform

import (
	"fmt"
	"strconv"
	"strings"
)

// Node is a box in the diagram of a fitted pipeline.
type Node struct {
	Name     string   // the group's name, or the transformer's kind
	Text     string   // the transformer's own line
	In, Out  []string // names of the columns that it reads and makes
	Children []Node   // groups side by side, or steps one after the other
}

// Tree describes the fitted groups, in order, with the columns of no group
// that are kept as the last.
func (c *ColumnTransformer) Tree() Node {
	root := node("column_transformer", "", &c.Signature)
	for _, g := range c.Groups {
		if len(g.Selected) > 0 {
			root.Children = append(root.Children, g.Steps.tree(g.Label))
		}
	}
	if len(c.Rest.In) > 0 {
		root.Children = append(root.Children, node("remainder", c.Rest.String(), &c.Rest.Signature))
	}
	return root
}

func (p Pipeline) tree(name string) Node {
	out := node(name, "", p.signature())
	for _, s := range p {
		if t, err := s.rowwise(); err == nil {
			out.Children = append(out.Children, node(s.Kind, t.String(), t.signature()))
		}
	}
	return out
}

func node(name, text string, sig *Signature) Node {
	return Node{Name: name, Text: text, In: names(sig.In), Out: names(sig.Out)}
}

// String draws the tree with a line for each box, inner ones indented.
func (n Node) String() string {
	var b strings.Builder
	n.write(&b, "")
	return strings.TrimSuffix(b.String(), "\n")
}

func (n Node) write(b *strings.Builder, indent string) {
	text := n.Text
	if text == "" {
		text = fmt.Sprintf("%s: %d → %d columns", n.Name, len(n.In), len(n.Out))
	}
	fmt.Fprintf(b, "%s%s\n", indent, text)
	for _, child := range n.Children {
		child.write(b, indent+"  ")
	}
}

// Line is how a fitted transformer prints itself: Line("standard_scaler",
// "mean", means) is standard_scaler(mean=[28.64 2636]). Names and values
// alternate; empty values are left out.
func Line(kind string, pairs ...any) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		if s := Short(pairs[i+1]); s != "" {
			parts = append(parts, fmt.Sprintf("%v=%s", pairs[i], s))
		}
	}
	return kind + "(" + strings.Join(parts, ", ") + ")"
}

// listed is how many values of a list a line shows.
const listed = 8

// Short is how Line prints a value; what is empty is "".
func Short(v any) string {
	switch v := v.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', 4, 64)
	case []float64:
		return list(v, func(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) })
	case []string:
		return list(v, func(s string) string { return s })
	case []Field:
		return list(v, func(f Field) string { return f.Name })
	default:
		return fmt.Sprint(v)
	}
}

func list[T any](v []T, text func(T) string) string {
	if len(v) == 0 {
		return ""
	}
	parts := make([]string, min(len(v), listed))
	for i := range parts {
		parts[i] = text(v[i])
	}
	if len(v) > listed {
		parts = append(parts, "…")
	}
	return "[" + strings.Join(parts, " ") + "]"
}
