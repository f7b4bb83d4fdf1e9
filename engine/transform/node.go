package transform

import (
	"fmt"
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
