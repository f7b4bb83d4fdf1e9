package onnx

import (
	"example.com/engine/table"
	"example.com/engine/transform"
)

// column is one value a row. Numbers are doubles with NaN for null, times are
// nanoseconds as int64 with the least int64 for null, categories and texts are
// strings with the empty one for null.
type column struct {
	name   string
	kind   table.Kind
	tensor string // [N], or "" for a number that is in the matrix of its block
	off    rounding
}

// block is columns side by side.
type block struct {
	columns []column
	matrix  string // [N, numbers among columns], or "" if it was not asked for yet
}

// numbers returns a block of numbers, the columns of matrix.
func numbers(fields []transform.Field, matrix string, off func(j int) rounding) *block {
	b := &block{matrix: matrix, columns: make([]column, len(fields))}
	for j, f := range fields {
		b.columns[j] = column{name: f.Name, kind: f.Kind, off: off(j)}
	}
	return b
}

// exact is the off of columns that are as Go computes them.
func exact(int) rounding { return rounding{} }

// off is that of column j.
func (b *block) off(j int) rounding { return b.columns[j].off }

// vector returns column j, [N].
func (g *graph) vector(b *block, j int) string {
	c := &b.columns[j]
	if c.tensor == "" {
		place := int64(0)
		for _, before := range b.columns[:j] {
			if before.kind == table.Float {
				place++
			}
		}
		c.tensor = g.gather(b.matrix, g.whole(place), 1)
	}
	return c.tensor
}

// matrix returns the numbers of the block side by side.
func (g *graph) matrix(b *block) string {
	if b.matrix == "" {
		var parts []string
		for j, c := range b.columns {
			if c.kind == table.Float {
				parts = append(parts, g.stand(g.vector(b, j)))
			}
		}
		b.matrix = g.beside(parts...)
	}
	return b.matrix
}

// take returns some columns of a matrix.
func (g *graph) take(matrix string, places []int64) string {
	return g.gather(matrix, g.wholes("places", places...), 1)
}

// join puts blocks of numbers side by side.
func (g *graph) join(blocks []*block) *block {
	all := &block{}
	var parts []string
	for _, b := range blocks {
		if len(b.columns) == 0 {
			continue
		}
		parts = append(parts, g.matrix(b))
		all.columns = append(all.columns, b.columns...)
	}
	for j := range all.columns {
		all.columns[j].tensor = ""
	}
	all.matrix = g.beside(parts...)
	return all
}

// offs is the off of each column.
func (b *block) offs() []rounding {
	all := make([]rounding, len(b.columns))
	for j := range all {
		all[j] = b.off(j)
	}
	return all
}
