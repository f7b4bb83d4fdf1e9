package tree

import "math/bits"

// A bin of a histogram packs the sum of gradients and the number of rows into
// one integer: gradients·2^shift + rows. Adding a row is one addition, and
// since integers add up to the same in any order, a histogram has the same
// bits however its rows were shared out. docs/decisions/ has the measurements.
//
// Gradients are whole multiples of a unit, chosen for each tree so that the
// sum over all rows can't overflow: with n rows, log2 n bits hold the count,
// and the largest gradient has 62 - 2·log2 n bits, though at most 30: 30 up to
// 65,000 rows, 22 for a million, 14 for ten millions. Losses whose hessian
// varies (and weights) have it in a second integer, of 30 bits a row.
type packing struct {
	shift uint    // rows take the bits below
	one   int64   // 1<<shift
	count int64   // mask of the rows
	top   float64 // the largest gradient in units
}

// hessianTop is the largest hessian in units: sums over 2^31 rows fit.
const hessianTop = 1 << 30

func packingFor(n int) packing {
	shift := uint(bits.Len(uint(n)))
	gradient := min(30, 62-2*int(shift))
	if gradient < 1 {
		panic("tree: too many rows")
	}
	return packing{shift: shift, one: 1 << shift, count: 1<<shift - 1, top: float64(int64(1) << gradient)}
}

func (p packing) rows(sum int64) int64     { return sum & p.count }
func (p packing) gradient(sum int64) int64 { return sum >> p.shift }

// quadHistogram is the histograms of the four features of a quad.
type quadHistogram [quadWidth][256]int64

// histogram is the histograms of all features over the rows of a node.
type histogram struct {
	sums     []quadHistogram // packed gradients and rows, by quad
	hessians []quadHistogram // nil if the hessian is constant: it is the rows
}

func newHistogram(quads int, hessians bool) *histogram {
	h := &histogram{sums: make([]quadHistogram, quads)}
	if hessians {
		h.hessians = make([]quadHistogram, quads)
	}
	return h
}

// gradients are those of the training rows, in units.
type gradients struct {
	packing
	gradient []int32
	hessian  []uint32 // nil if constant: one a row
}

// addRows adds the rows to the histograms of quad q.
func (h *histogram) addRows(q int, codes []uint32, g *gradients, rows []int32) {
	if g.hessian == nil {
		addSums(&h.sums[q], codes, g.gradient, g.one, rows)
		return
	}
	addBoth(&h.sums[q], &h.hessians[q], codes, g.gradient, g.hessian, g.one, rows)
}

// clear empties the histograms of quad q.
func (h *histogram) clear(q int) {
	clear(h.sums[q][:])
	if h.hessians != nil {
		clear(h.hessians[q][:])
	}
}

// add adds the histograms of quad q of another set of rows.
func (h *histogram) add(q int, other *histogram) {
	accumulate(&h.sums[q], &other.sums[q])
	if h.hessians != nil {
		accumulate(&h.hessians[q], &other.hessians[q])
	}
}

// subtract turns the histograms of a node into those of one child by taking
// those of the other away.
func (h *histogram) subtract(q int, other *histogram) {
	deduct(&h.sums[q], &other.sums[q])
	if h.hessians != nil {
		deduct(&h.hessians[q], &other.hessians[q])
	}
}

// Note: the loops below are the hot ones of training. Written for four
// features with constant indices, they compile without bounds checks on the
// histograms, at half a nanosecond a cell.

func addSums(h *quadHistogram, codes []uint32, gradient []int32, one int64, rows []int32) {
	for _, i := range rows {
		c := codes[i]
		g := int64(gradient[i])*one + 1
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
	}
}

func addBoth(sums, hessians *quadHistogram, codes []uint32, gradient []int32, hessian []uint32, one int64, rows []int32) {
	for _, i := range rows {
		c := codes[i]
		g, w := int64(gradient[i])*one+1, int64(hessian[i])
		c0, c1, c2, c3 := uint8(c), uint8(c>>8), uint8(c>>16), uint8(c>>24)
		sums[0][c0] += g
		hessians[0][c0] += w
		sums[1][c1] += g
		hessians[1][c1] += w
		sums[2][c2] += g
		hessians[2][c2] += w
		sums[3][c3] += g
		hessians[3][c3] += w
	}
}

func accumulate(h, other *quadHistogram) {
	for k := range h {
		a, b := &h[k], &other[k]
		for i := range a {
			a[i] += b[i]
		}
	}
}

func deduct(h, other *quadHistogram) {
	for k := range h {
		a, b := &h[k], &other[k]
		for i := range a {
			a[i] -= b[i]
		}
	}
}
