package linear

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// batchRows is so few that a batch of some tens of columns stays in the cache
// between its two products.
const batchRows = 128

// batch is some rows of D, the centred columns and a column of ones, with the
// two products that a gradient is made of.
type batch struct {
	d       blas64.General // rows × (p + 1)
	outputs int
	z       []float64 // rows × outputs
}

func newBatch(width, outputs int) *batch {
	b := &batch{outputs: outputs, z: make([]float64, batchRows*outputs)}
	b.d = blas64.General{Cols: width, Stride: width, Data: make([]float64, batchRows*width)}
	for i := range batchRows {
		b.d.Data[i*width+width-1] = 1
	}
	return b
}

// load copies rows of the sample, centred.
func (b *batch) load(s sample, m means, rows span) {
	b.d.Rows = rows.to - rows.from
	for i := range b.d.Rows {
		d := b.d.Data[i*b.d.Stride:][:s.p]
		for j, v := range s.x.RawRowView(rows.from + i)[:len(d)] {
			d[j] = v - m.x[j]
		}
	}
}

// forward computes z = Dθ.
func (b *batch) forward(theta []float64) {
	for k := range b.outputs {
		blas64.Gemv(blas.NoTrans, 1, b.d, b.parameters(theta, k), 0, b.column(k))
	}
}

// backward adds Dᵀz to dst.
func (b *batch) backward(dst []float64) {
	for k := range b.outputs {
		blas64.Gemv(blas.Trans, 1, b.d, b.column(k), 1, b.parameters(dst, k))
	}
}

// parameters returns those of output k.
func (b *batch) parameters(theta []float64, k int) blas64.Vector {
	return blas64.Vector{N: b.d.Cols, Inc: 1, Data: theta[k*b.d.Cols : (k+1)*b.d.Cols]}
}

// column returns output k of each row.
func (b *batch) column(k int) blas64.Vector {
	return blas64.Vector{N: b.d.Rows, Inc: b.outputs, Data: b.z[k:]}
}

// span is the rows from ≤ i < to.
type span struct{ from, to int }

// split cuts n rows into spans of at least size rows, 16 at most. It depends
// on nothing else, so that sums over spans, added in their order, come out
// the same on any number of CPUs.
func split(n, size int) []span {
	parts := max(1, min(16, n/size))
	spans := make([]span, parts)
	for k := range spans {
		spans[k] = span{k * n / parts, (k + 1) * n / parts}
	}
	return spans
}
