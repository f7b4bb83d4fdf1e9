package boost

import "math/bits"

// A histogram has for each bin of a feature the sum of gradients, in coarse
// units, and the number of rows; if the hessian varies, its sum, too. All are
// integers, which add up to the same in any order, so a histogram has the same
// bits however its rows were shared out. A billion rows can't overflow it.
//
// While rows are added, gradient and count are packed into one integer,
// gradient·2^17 + 1: adding a row is one addition. It has room for 65,535 rows
// and is unpacked before there are more.
const (
	packedShift = 17
	packedRows  = 1<<16 - 1
	packedMask  = 1<<packedShift - 1
)

// chunkRows is how many rows are added to one octet after the other: what is
// prepared of them stays in the first-level cache beside the histograms.
const chunkRows = 512

type (
	// cells is a sum for each bin of a feature.
	cells = [256]int64
	// octetCells is cells of the features of an octet.
	octetCells [octetWidth]cells
	// octetCounts is rows by bin of the features of an octet.
	octetCounts [octetWidth][256]uint32
)

// histogram is the histograms of all features over the rows of a node.
type histogram struct {
	gradients []octetCells
	counts    []octetCounts
	hessians  []octetCells // nil if the hessian is constant: it is the rows
}

func newHistogram(octets int, hessians bool) *histogram {
	h := &histogram{gradients: make([]octetCells, octets), counts: make([]octetCounts, octets)}
	if hessians {
		h.hessians = make([]octetCells, octets)
	}
	return h
}

// part is what one worker adds up of the rows of a node. It is zero between
// nodes.
type part struct {
	packed    []octetCells
	packedNow []int // by octet: rows in packed
	histogram       // hessians, and what was unpacked
	unpacked  []bool
	limit     int // packedRows, or fewer in tests
	shelf     shelf
}

func newPart(octets int, hessians bool, size int) *part {
	return &part{
		packed: make([]octetCells, octets), packedNow: make([]int, octets),
		histogram: *newHistogram(octets, hessians), unpacked: make([]bool, octets),
		limit: packedRows, shelf: newShelf(size),
	}
}

// add adds rows a to b-1 of the partition to octets first to last-1.
func (t *part) add(p *partition, u *units, first, last, a, b int) {
	var words, hessians [chunkRows]int64
	for ; a < b; a += chunkRows {
		end := min(b, a+chunkRows)
		for j, m := range p.members[a:end] {
			words[j&(chunkRows-1)] = m.coarse(u.drop)<<packedShift + 1
		}
		if p.hessians != nil {
			perUnit := 1 / u.hessian
			for j, h := range p.hessians[a:end] {
				hessians[j&(chunkRows-1)] = nearest(float64(float64(h) * perUnit))
			}
		}
		for o := first; o < last; o++ {
			if p.octets[o].drawn == 0 {
				continue
			}
			t.room(o, end-a)
			p.octets[o].add(&t.packed[o], a, end, &words)
			if p.hessians != nil {
				p.octets[o].add(&t.hessians[o], a, end, &hessians)
			}
		}
	}
}

// room unpacks an octet that has no room for more rows.
func (t *part) room(o, rows int) {
	if t.packedNow[o]+rows > t.limit {
		for k := range t.packed[o] {
			t.unpack(&t.histogram, o, k)
		}
		t.packedNow[o], t.unpacked[o] = 0, true
	}
	t.packedNow[o] += rows
}

// unpack moves the packed sums of a feature to a histogram.
func (t *part) unpack(h *histogram, o, k int) {
	packed, gradients, counts := &t.packed[o][k], &h.gradients[o][k], &h.counts[o][k]
	for i, s := range packed {
		gradients[i] += s >> packedShift
		counts[i] += uint32(s & packedMask)
	}
	clear(packed[:])
}

// give moves the sums of a feature to a histogram.
func (t *part) give(h *histogram, o, k int) {
	if t.packedNow[o] == 0 {
		return
	}
	t.unpack(h, o, k)
	if h.hessians != nil {
		move(&h.hessians[o][k], &t.hessians[o][k])
	}
	if t.unpacked[o] {
		move(&h.gradients[o][k], &t.gradients[o][k])
		move(&h.counts[o][k], &t.counts[o][k])
	}
}

// given forgets that there were rows, once every feature has been given.
func (t *part) given() {
	clear(t.packedNow)
	clear(t.unpacked)
}

// move adds sums to h and leaves zeros.
func move[T int64 | uint32](h, from *[256]T) {
	for i := range h {
		h[i] += from[i]
	}
	clear(from[:])
}

// take overwrites the histogram of a feature by the sums of all workers.
func (h *histogram) take(parts []*part, o, k int) {
	clear(h.gradients[o][k][:])
	clear(h.counts[o][k][:])
	if h.hessians != nil {
		clear(h.hessians[o][k][:])
	}
	for _, t := range parts {
		t.give(h, o, k)
	}
}

// subtract turns the histogram of one feature over the rows of a node into
// that over one child by taking the other child away.
func (h *histogram) subtract(other *histogram, o, k int) {
	deduct(&h.gradients[o][k], &other.gradients[o][k])
	deduct(&h.counts[o][k], &other.counts[o][k])
	if h.hessians != nil {
		deduct(&h.hessians[o][k], &other.hessians[o][k])
	}
}

func deduct[T int64 | uint32](h, other *[256]T) {
	for i := range h {
		h[i] -= other[i]
	}
}

// add adds a word of each of the rows a to b-1 to the bins that its codes name.
func (o *octet) add(h *octetCells, a, b int, words *[chunkRows]int64) {
	switch {
	case 4*bits.OnesCount8(o.drawn) < 3*o.width:
		for drawn := o.drawn; drawn != 0; drawn &= drawn - 1 {
			k := bits.TrailingZeros8(drawn)
			if o.wide != nil {
				addOne(&h[k], o.wide[a:b], 8*k, words)
			} else {
				addOne(&h[k], o.narrow[a:b], 8*k, words)
			}
		}
	case o.width > 4:
		addEight(h, o.wide[a:b], words)
	case o.width > 2:
		addFour(h, o.narrow[a:b], words)
	default:
		addTwo(h, o.narrow[a:b], words)
	}
}

// Note: the loops below are the hot ones of training. With constant indices
// of features they compile without bounds checks on the histograms, at half a
// nanosecond a cell.

func addEight(h *octetCells, codes []uint64, words *[chunkRows]int64) {
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

func addFour(h *octetCells, codes []uint32, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
		h[2][uint8(c>>16)] += g
		h[3][uint8(c>>24)] += g
	}
}

func addTwo(h *octetCells, codes []uint32, words *[chunkRows]int64) {
	w := words[:len(codes)]
	for j, c := range codes {
		g := w[j]
		h[0][uint8(c)] += g
		h[1][uint8(c>>8)] += g
	}
}

func addOne[W uint32 | uint64](h *cells, codes []W, shift int, words *[chunkRows]int64) {
	w, shift := words[:len(codes)], shift&63
	for j, c := range codes {
		h[uint8(c>>shift)] += w[j]
	}
}
