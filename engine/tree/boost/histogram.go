package boost

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
		panic("boost: too many rows")
	}
	return packing{shift: shift, one: 1 << shift, count: 1<<shift - 1, top: float64(int64(1) << gradient)}
}

func (p packing) rows(sum int64) int64     { return sum & p.count }
func (p packing) gradient(sum int64) int64 { return sum >> p.shift }

// chunkRows is how many rows are added to one octet after the other: what is
// gathered of them stays in the first-level cache beside the histograms.
const chunkRows = 512

// octetHistogram is the histograms of the features of an octet.
type octetHistogram [octetWidth][256]int64

// histogram is the histograms of all features over the rows of a node.
type histogram struct {
	sums     []octetHistogram // packed gradients and rows
	hessians []octetHistogram // nil if the hessian is constant: it is the rows
}

func newHistogram(octets int, hessians bool) *histogram {
	h := &histogram{sums: make([]octetHistogram, octets)}
	if hessians {
		h.hessians = make([]octetHistogram, octets)
	}
	return h
}

// gradients are those of the training rows, in units.
type gradients struct {
	packing
	gradient []int32
	hessian  []uint32 // nil if constant: one a row
}

// set overwrites the histograms of some octets, from first to last-1, by the
// sums over the rows.
func (h *histogram) set(octets []octet, first, last int, g *gradients, rows []member) {
	clear(h.sums[first:last])
	if h.hessians != nil {
		clear(h.hessians[first:last])
	}
	var codes [chunkRows]uint64
	var sums, hessians [chunkRows]int64
	for len(rows) > 0 {
		chunk := rows[:min(chunkRows, len(rows))]
		rows = rows[len(chunk):]
		g.gather(&sums, &hessians, chunk)
		for o := first; o < last; o++ {
			if octets[o].drawn == 0 {
				continue
			}
			octets[o].gather(&codes, chunk)
			octets[o].add(&h.sums[o], codes[:len(chunk)], &sums)
			if h.hessians != nil {
				octets[o].add(&h.hessians[o], codes[:len(chunk)], &hessians)
			}
		}
	}
}

// gather writes what each row adds to a bin.
func (g *gradients) gather(sums, hessians *[chunkRows]int64, rows []member) {
	one := g.one
	for j, m := range rows {
		sums[j&(chunkRows-1)] = int64(m.gradient)*one + 1
	}
	if g.hessian == nil {
		return
	}
	for j, m := range rows {
		hessians[j&(chunkRows-1)] = int64(g.hessian[m.row])
	}
}

// gather writes the codes of the rows. Apart from the additions, the fetches
// of rows that are far apart overlap.
func (o *octet) gather(codes *[chunkRows]uint64, rows []member) {
	if o.wide != nil {
		for j, m := range rows {
			codes[j&(chunkRows-1)] = o.wide[m.row]
		}
		return
	}
	for j, m := range rows {
		codes[j&(chunkRows-1)] = uint64(o.narrow[m.row])
	}
}

// add adds a word of each row to the bins that its codes name.
func (o *octet) add(h *octetHistogram, codes []uint64, words *[chunkRows]int64) {
	switch {
	case 4*bits.OnesCount8(o.drawn) < 3*o.width:
		for drawn := o.drawn; drawn != 0; drawn &= drawn - 1 {
			k := bits.TrailingZeros8(drawn)
			addOne(&h[k], codes, 8*k, words)
		}
	case o.width > 4:
		addEight(h, codes, words)
	case o.width > 2:
		addFour(h, codes, words)
	default:
		addTwo(h, codes, words)
	}
}

// Note: the loops below are the hot ones of training. With constant indices
// of features they compile without bounds checks on the histograms, at half a
// nanosecond a cell.

func addEight(h *octetHistogram, codes []uint64, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
		h[4][uint8(c>>32)] += g
		h[5][uint8(c>>40)] += g
		h[6][uint8(c>>48)] += g
		h[7][uint8(c>>56)] += g
	}
}

func addFour(h *octetHistogram, codes []uint64, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
	}
}

func addTwo(h *octetHistogram, codes []uint64, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
	}
}

func addOne(h *[256]int64, codes []uint64, shift int, words *[chunkRows]int64) {
	w, shift := words[:len(codes)], shift&63
	for j, c := range codes {
		h[uint8(c>>shift)] += w[j]
	}
}

// add adds the histograms of an octet over another set of rows.
func (h *histogram) add(octet int, other *histogram) {
	for k := range h.sums[octet] {
		accumulate(&h.sums[octet][k], &other.sums[octet][k])
		if h.hessians != nil {
			accumulate(&h.hessians[octet][k], &other.hessians[octet][k])
		}
	}
}

// subtract turns the histogram of one feature over the rows of a node into
// that over one child by taking the other child away.
func (h *histogram) subtract(octet, k int, other *histogram) {
	deduct(&h.sums[octet][k], &other.sums[octet][k])
	if h.hessians != nil {
		deduct(&h.hessians[octet][k], &other.hessians[octet][k])
	}
}

func accumulate(h, other *[256]int64) {
	for i := range h {
		h[i] += other[i]
	}
}

func deduct(h, other *[256]int64) {
	for i := range h {
		h[i] -= other[i]
	}
}
