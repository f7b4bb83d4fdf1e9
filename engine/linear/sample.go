package linear

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
)

// sample is the training rows of a fit.
type sample struct {
	x    *mat.Dense // n × p
	y, w []float64  // length n; w may be nil
	n, p int
}

// newSample checks what every fit demands of its arguments.
func newSample(x *mat.Dense, y, w []float64) (sample, error) {
	n, p := x.Dims()
	if len(y) != n || (w != nil && len(w) != n) {
		panic("linear: slice length mismatch")
	}
	s := sample{x: x, y: y, w: w, n: n, p: p}
	if n == 0 || p == 0 {
		return s, fmt.Errorf("linear: no data: x is %d × %d", n, p)
	}
	for i, v := range y {
		if !finite(v) {
			return s, fmt.Errorf("linear: target of row %d is %v", i, v)
		}
	}
	if err := s.checkWeights(); err != nil {
		return s, err
	}
	return s, s.checkCells()
}

func (s sample) checkWeights() error {
	if s.w == nil {
		return nil
	}
	total := 0.0
	for i, w := range s.w {
		if !finite(w) || w < 0 {
			return fmt.Errorf("linear: weight of row %d is %v", i, w)
		}
		total += w
	}
	if total == 0 || math.IsInf(total, 0) {
		return fmt.Errorf("linear: the weights of %d rows add up to %v", s.n, total)
	}
	return nil
}

// checkCells names the first column that has a cell which is not finite.
func (s sample) checkCells() error {
	lanes := split(s.n, 1<<14)
	bad := make([]cell, len(lanes))
	parallel.For(len(lanes), func(k int) { bad[k] = s.firstBad(lanes[k]) })
	first := cell{col: s.p}
	for _, b := range bad {
		if b.col < first.col {
			first = b
		}
	}
	if first.col == s.p {
		return nil
	}
	v := s.x.At(first.row, first.col)
	return fmt.Errorf("linear: column %d is %v in row %d: impute missing values before a linear model", first.col, v, first.row)
}

type cell struct{ row, col int }

// firstBad returns the cell of lowest column, then row, that is not finite;
// column p if there is none.
func (s sample) firstBad(rows span) cell {
	first := cell{col: s.p}
	for i := rows.from; i < rows.to; i++ {
		for j, v := range s.x.RawRowView(i)[:first.col] {
			if !finite(v) {
				first = cell{row: i, col: j}
				break
			}
		}
	}
	return first
}

// weight returns the weight of row i.
func (s sample) weight(i int) float64 {
	if s.w == nil {
		return 1
	}
	return s.w[i]
}

// means are weighted means by column, or zeros for a fit without intercept.
type means struct {
	x      []float64
	y      float64
	weight float64 // sum of the weights
}

// means returns what a fit subtracts before it solves. The mean of a column
// that holds one value throughout is that value exactly, so that centring
// leaves zeros and not rounding noise.
func (s sample) means(center bool) means {
	lanes := split(s.n, 1<<14)
	parts := make([]columnSums, len(lanes))
	parallel.For(len(lanes), func(k int) { parts[k] = s.sums(lanes[k]) })
	total := parts[0]
	for _, part := range parts[1:] {
		total.add(part)
	}
	m := means{x: make([]float64, s.p), weight: total.weight}
	if !center {
		return m
	}
	for j := range m.x {
		m.x[j] = total.mean(j)
	}
	m.y = total.mean(s.p)
	return m
}

// columnSums are weighted sums of the columns of x and, last, of y.
type columnSums struct {
	weight  float64
	sum     []float64
	first   []float64 // the first value with weight
	varying []bool    // whether another value followed
}

func (s sample) sums(rows span) columnSums {
	c := columnSums{
		sum:     make([]float64, s.p+1),
		first:   make([]float64, s.p+1),
		varying: make([]bool, s.p+1),
	}
	for i := rows.from; i < rows.to; i++ {
		w := s.weight(i)
		if w == 0 {
			continue
		}
		for j, v := range s.x.RawRowView(i) {
			c.see(j, v, w)
		}
		c.see(s.p, s.y[i], w)
		c.weight += w
	}
	return c
}

func (c *columnSums) see(j int, v, w float64) {
	if c.weight == 0 {
		c.first[j] = v
	} else if v != c.first[j] {
		c.varying[j] = true
	}
	c.sum[j] += w * v
}

func (c *columnSums) add(d columnSums) {
	if d.weight == 0 {
		return
	}
	if c.weight == 0 {
		*c = d
		return
	}
	for j, v := range d.sum {
		c.sum[j] += v
		c.varying[j] = c.varying[j] || d.varying[j] || c.first[j] != d.first[j]
	}
	c.weight += d.weight
}

func (c *columnSums) mean(j int) float64 {
	if !c.varying[j] {
		return c.first[j]
	}
	return c.sum[j] / c.weight
}

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
