package graph

import "example.com/engine/table"

// Column is one value a row. Numbers are doubles with NaN for null, times are
// nanoseconds as int64 with the least int64 for null, categories and texts are
// strings with the empty one for null.
type Column struct {
	Name   string
	Kind   table.Kind
	Tensor string // [N], or "" for a number that is in the matrix of its block
	Off    Rounding
}

// Block is columns side by side.
type Block struct {
	Columns []Column
	Numbers string // [N, numbers among Columns], or "" if it was not asked for yet: see [Graph.Matrix]
}

// NewBlock returns numbers of these names, the columns of matrix; off(j) is how
// far column j may be from what Go computes.
func NewBlock(names []string, matrix string, off func(j int) Rounding) *Block {
	b := &Block{Numbers: matrix, Columns: make([]Column, len(names))}
	for j, name := range names {
		b.Columns[j] = Column{Name: name, Off: off(j)}
	}
	return b
}

// Mapped returns the same columns with other numbers.
func (b *Block) Mapped(matrix string, off func(j int) Rounding) *Block {
	return NewBlock(b.Names(), matrix, off)
}

// Names returns those of the columns.
func (b *Block) Names() []string {
	names := make([]string, len(b.Columns))
	for j, c := range b.Columns {
		names[j] = c.Name
	}
	return names
}

// Exact is the off of columns that are as Go computes them.
func Exact(int) Rounding { return Rounding{} }

// Off is that of column j.
func (b *Block) Off(j int) Rounding { return b.Columns[j].Off }

// Offs is that of each column.
func (b *Block) Offs() []Rounding {
	all := make([]Rounding, len(b.Columns))
	for j := range all {
		all[j] = b.Off(j)
	}
	return all
}

// Vector returns column j, [N].
func (g *Graph) Vector(b *Block, j int) string {
	c := &b.Columns[j]
	if c.Tensor == "" {
		place := int64(0)
		for _, before := range b.Columns[:j] {
			if before.Kind == table.Float {
				place++
			}
		}
		c.Tensor = g.Gather(b.Numbers, g.Whole(place), 1)
	}
	return c.Tensor
}

// Matrix returns the numbers of the block side by side, [N, numbers].
func (g *Graph) Matrix(b *Block) string {
	if b.Numbers == "" {
		var parts []string
		for j, c := range b.Columns {
			if c.Kind == table.Float {
				parts = append(parts, g.Stand(g.Vector(b, j)))
			}
		}
		b.Numbers = g.Beside(parts...)
	}
	return b.Numbers
}

// Take returns some columns of a matrix.
func (g *Graph) Take(matrix string, places []int64) string {
	return g.Gather(matrix, g.Wholes("places", places...), 1)
}

// Join puts blocks of numbers side by side.
func (g *Graph) Join(blocks []*Block) *Block {
	all := &Block{}
	var parts []string
	for _, b := range blocks {
		if len(b.Columns) == 0 {
			continue
		}
		parts = append(parts, g.Matrix(b))
		all.Columns = append(all.Columns, b.Columns...)
	}
	for j := range all.Columns {
		all.Columns[j].Tensor = ""
	}
	all.Numbers = g.Beside(parts...)
	return all
}
