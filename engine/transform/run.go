package transform

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"example.com/engine/parallel"
	"example.com/engine/table"
)

// Rowwise is a transformer that, once fitted, is a function of each row by
// itself: so blocks of rows go through it in parallel, and a row by itself gets
// the bits that it gets in a table. It embeds [Signature], which Fit fills, and
// its Transform is a call of [Run].
type Rowwise interface {
	Transformer
	fmt.Stringer
	signature() *Signature
	// Apply fills dst, which are the columns of Signature.Out, from src, which
	// are those of Signature.In, row by row. The Floats of dst are as long as
	// those of src and hold anything; columns of other kinds are for Apply to
	// set, and may share the slices of src. It is safe for concurrent use.
	Apply(dst, src []*table.Column) error
}

// InPlacer is a Rowwise whose Apply may be given dst[j] = src[j], when InPlace
// says so. It has as many columns out as in, all of them numbers.
type InPlacer interface{ InPlace() bool }

// nested is a Rowwise of others, which share the memory that is lent to it.
type nested interface {
	apply(a *arena, dst, src []*table.Column) error
}

func apply(t Rowwise, a *arena, dst, src []*table.Column) error {
	if n, ok := t.(nested); ok {
		return n.apply(a, dst, src)
	}
	return t.Apply(dst, src)
}

// lend is apply with memory of its own.
func lend(n nested, dst, src []*table.Column) error {
	a := borrow()
	defer a.giveBack()
	return n.apply(a, dst, src)
}

// blockRows is how many rows go through a transformer at once: a block of
// thirty columns stays in the second-level cache.
const blockRows = 1024

// Run is the Transform of every Rowwise: it finds the columns, makes room, and
// calls Apply, in parallel by blocks of rows when there are many.
func Run(t Rowwise, x *table.Table) (*table.Table, error) {
	sig := t.signature()
	a := borrow()
	defer a.giveBack()
	src, err := bind(a, sig, x)
	if err != nil {
		return nil, err
	}
	dst := NewColumns(sig.Out, x.Len())
	if err := applyBlocks(t, a, dst, src, x.Len()); err != nil {
		return nil, locate(err, x)
	}
	if len(dst) == 0 {
		return x.Select() // which keeps the number of rows
	}
	return table.New(dst...)
}

// applyBlocks is apply, in parallel by blocks of rows when there are many.
// Rows do not depend on each other, so the blocks can't change the result.
func applyBlocks(t Rowwise, a *arena, dst, src []*table.Column, n int) error {
	if _, ok := AllNumbers(t.signature().Out); n <= blockRows || !ok {
		return apply(t, a, dst, src)
	}
	return Blocks(n, func(from, to int) error {
		a := borrow()
		defer a.giveBack()
		return apply(t, a, a.view(dst, from, to), a.view(src, from, to))
	})
}

// Blocks calls f for each block of n rows and returns the error of the
// first block that has one, its row counted from the start of all.
func Blocks(n int, f func(from, to int) error) error {
	errs := make([]error, (n+blockRows-1)/blockRows)
	parallel.For(len(errs), func(i int) {
		from := i * blockRows
		err := f(from, min(n, from+blockRows))
		var bad *valueError
		if errors.As(err, &bad) {
			bad.row += from
		}
		errs[i] = err
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

var errNotFitted = errors.New("not fitted yet")

// bind finds the columns that a fitted transformer reads. Each search starts
// behind the column found last, since orders mostly agree.
func bind(a *arena, sig *Signature, x *table.Table) ([]*table.Column, error) {
	if sig.In == nil {
		return nil, errNotFitted
	}
	cols := x.Columns()
	out := a.pointers.take(len(sig.In))
	next := 0
	for i, f := range sig.In {
		var c *table.Column
		for range cols {
			if next == len(cols) {
				next = 0
			}
			c = cols[next]
			next++
			if c.Name == f.Name {
				break
			}
			c = nil
		}
		if c == nil {
			return nil, fmt.Errorf("no column %q; there are %s", f.Name, strings.Join(x.Names(), ", "))
		}
		if c.Kind != f.Kind {
			return nil, fmt.Errorf("column %q is a %v but was a %v in training", f.Name, c.Kind, f.Kind)
		}
		out[i] = c
	}
	return out, nil
}

// NewColumns returns columns of the given fields; those of numbers have n rows
// of 0.
func NewColumns(list []Field, n int) []*table.Column {
	width := 0
	for _, f := range list {
		if f.Kind == table.Float {
			width++
		}
	}
	cols, out := make([]table.Column, len(list)), make([]*table.Column, len(list))
	slab := make([]float64, width*n)
	for i, f := range list {
		cols[i].Name, cols[i].Kind = f.Name, f.Kind
		if f.Kind == table.Float {
			cols[i].Floats, slab = slab[:n:n], slab[n:]
		}
		out[i] = &cols[i]
	}
	return out
}

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
