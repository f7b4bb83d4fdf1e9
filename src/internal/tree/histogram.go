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

// chunkRows is how many rows are added to one quad after the other: their
// words stay in the first-level cache.
const chunkRows = 512

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

// addRows adds rows to the histograms of the quads from first to last-1.
func (h *histogram) addRows(quads []quad, first, last int, g *gradients, rows []int32) {
	var sums, hessians [chunkRows]int64
	for len(rows) > 0 {
		chunk := rows[:min(chunkRows, len(rows))]
		rows = rows[len(chunk):]
		g.pack(&sums, chunk)
		if g.hessian == nil {
			for q := first; q < last; q++ {
				quads[q].addWords(&h.sums[q], &sums, chunk)
			}
			continue
		}
		for j, i := range chunk {
			hessians[j] = int64(g.hessian[i])
		}
		for q := first; q < last; q++ {
			quads[q].addWords(&h.sums[q], &sums, chunk)
			quads[q].addWords(&h.hessians[q], &hessians, chunk)
		}
	}
}

// pack writes what each row adds to a bin.
func (g *gradients) pack(words *[chunkRows]int64, rows []int32) {
	one := g.one
	for j, i := range rows {
		words[j&(chunkRows-1)] = int64(g.gradient[i])*one + 1
	}
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

func (q *quad) addWords(h *quadHistogram, words *[chunkRows]int64, rows []int32) {
	if q.width <= 2 {
		addTwo(h, q.codes, words, rows)
		return
	}
	addFour(h, q.codes, words, rows)
}

func addFour(h *quadHistogram, codes []uint32, words *[chunkRows]int64, rows []int32) {
	w := words[:len(rows)]
	for j, i := range rows {
		c, g := codes[i], w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
	}
}

func addTwo(h *quadHistogram, codes []uint32, words *[chunkRows]int64, rows []int32) {
	w := words[:len(rows)]
	for j, i := range rows {
		c, g := codes[i], w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
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
