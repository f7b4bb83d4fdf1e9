package tree

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
)

const (
	predictTask = 1 << 10 // rows that a goroutine takes at once
	stackKeys   = 128     // keys of a row that fit the stack
)

// AddRow adds the leaf values that a row reaches to the Outputs numbers of
// dst, tree after tree. It does not allocate, up to 127 features, and is safe
// for concurrent use.
func (e *Ensemble) AddRow(dst, row []float64) {
	var buffer [stackKeys]uint64
	keys := buffer[:]
	if len(row)+1 > len(keys) {
		keys = make([]uint64, len(row)+1)
	}
	keys = keys[:len(row)+1]
	p := e.pack()
	rowKeys(keys, row)
	if p.categorical {
		e.addRowAny(dst, row)
		return
	}
	p.addRow(dst, keys)
}

// addRowAny is AddRow for every kind of tree.
func (e *Ensemble) addRowAny(dst, row []float64) {
	for i, root := range e.Roots {
		e.addLeaf(dst, i, e.leafFrom(int(root), row))
	}
}

// addLeaf adds the values of a leaf of tree i.
func (e *Ensemble) addLeaf(dst []float64, i, leaf int) {
	if e.LeafSize == 1 {
		dst[i%e.Outputs] += e.Value[e.Left[leaf]]
		return
	}
	for k, v := range e.Values(leaf) {
		dst[k] += v
	}
}

// Add is AddRow for every row of x: dst holds Outputs numbers a row. Rows are
// shared out over the processors; the sums have the same bits as AddRow's.
func (e *Ensemble) Add(dst []float64, x *mat.Dense) {
	n, features := x.Dims()
	if len(dst) != n*e.Outputs {
		panic("tree: destination length mismatch")
	}
	if n == 1 {
		e.AddRow(dst, x.RawRowView(0))
		return
	}
	p := e.pack()
	parallel.Blocks(n, predictTask, func(from, to int) {
		part := dst[from*e.Outputs : to*e.Outputs]
		if p.suits(to - from) {
			p.rowSets().addRows(e, part, x, from, to)
			return
		}
		if p.categorical {
			for i := from; i < to; i++ {
				e.addRowAny(part[(i-from)*e.Outputs:][:e.Outputs], x.RawRowView(i))
			}
			return
		}
		size := p.blockRows(features)
		keys := make([]uint64, size*(features+1))
		for at := from; at < to; at += size {
			rows := min(size, to-at)
			for i := range rows {
				rowKeys(keys[i*(features+1):][:features+1], x.RawRowView(at+i))
			}
			p.addRows(part[(at-from)*e.Outputs:][:rows*e.Outputs], keys[:rows*(features+1)], rows)
		}
	})
}

// Fill has write fill the rows of dst, n × k, whose stride may be wider, as n·k numbers
// one after the other. Where the stride is k, write gets the matrix itself.
func Fill(dst *mat.Dense, n, k int, write func(rows []float64)) {
	if r, c := dst.Dims(); r != n || c != k {
		panic(fmt.Sprintf("tree: destination is %d × %d, want %d × %d", r, c, n, k))
	}
	if raw := dst.RawMatrix(); raw.Stride == raw.Cols {
		write(raw.Data[:n*k])
		return
	}
	rows := make([]float64, n*k)
	write(rows)
	dst.Copy(mat.NewDense(n, k, rows))
}
