package boost

import "math/bits"

// A histogram has for each bin of a feature the sum of gradients, in coarse
// units, and the number of rows; if the hessian varies, its sum, too. All are
// integers, which add up to the same in any order, so a histogram has the same
// bits however its rows were shared out. Four billion rows can't overflow it.
//
// Up to 65,535 rows, gradient and count are packed into one integer,
// gradient·2^17 + count, so that adding a row is one addition. More rows are
// added up in several histograms of that kind, from which they go to one where
// the counts stand apart.
const (
	packedShift = 17
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
	packed   bool
	sums     []octetCells  // of gradients, or packed
	counts   []octetCounts // if not packed; nil if there never are so many rows
	hessians []octetCells  // nil if the hessian is constant: it is the rows
}

func newHistogram(octets int, counts, hessians bool) *histogram {
	h := &histogram{sums: make([]octetCells, octets)}
	if counts {
		h.counts = make([]octetCounts, octets)
	}
	if hessians {
		h.hessians = make([]octetCells, octets)
	}
	return h
}

// unpack takes a packed sum apart.
func unpack(sum int64) (gradient, rows int64) { return sum >> packedShift, sum & packedMask }

// of returns the sums of a feature, and its counts, or nil if it is packed.
func (h *histogram) of(o, k int) (*cells, *[256]uint32) {
	if h.packed {
		return &h.sums[o][k], nil
	}
	return &h.sums[o][k], &h.counts[o][k]
}

// part is what one worker adds up of the rows of a node. It is zero between
// nodes.
type part struct {
	packed   []octetCells
	rows     []int // by octet: in packed
	wide     *histogram
	unpacked []bool // by octet: whether wide has rows
	hessians []octetCells
	shelf    shelf

	words, chunkHessians [chunkRows]int64 // what the rows of a chunk add
}

func newPart(octets int, wide, hessians bool, size int) *part {
	t := &part{
		packed: make([]octetCells, octets), rows: make([]int, octets), unpacked: make([]bool, octets),
		shelf: newShelf(size),
	}
	if wide {
		t.wide = newHistogram(octets, true, false)
	}
	if hessians {
		t.hessians = make([]octetCells, octets)
	}
	return t
}

// add adds rows a to b-1 of the partition to octets first to last-1.
func (t *part) add(p *partition, u *units, first, last, a, b int) {
	words, hessians := &t.words, &t.chunkHessians
	for ; a < b; a += chunkLimit {
		end := min(b, a+chunkLimit)
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
			wide, narrow := p.octets[o].wide, p.octets[o].narrow
			if wide != nil {
				wide = codes(p, wide, a, end, t.shelf.wide)
			} else {
				narrow = codes(p, narrow, a, end, t.shelf.narrow)
			}
			p.octets[o].add(&t.packed[o], wide, narrow, words)
			if p.hessians != nil {
				p.octets[o].add(&t.hessians[o], wide, narrow, hessians)
			}
		}
	}
}

// room unpacks an octet that has no room for more rows.
func (t *part) room(o, rows int) {
	if t.rows[o]+rows > packedRows {
		for k := range t.packed[o] {
			t.wide.unpack(&t.packed[o][k], o, k)
		}
		t.rows[o], t.unpacked[o] = 0, true
	}
	t.rows[o] += rows
}

// unpack moves packed sums to those of a feature.
func (h *histogram) unpack(packed *cells, o, k int) {
	sums, counts := &h.sums[o][k], &h.counts[o][k]
	for i, s := range packed {
		gradient, rows := unpack(s)
		sums[i] += gradient
		counts[i] += uint32(rows)
	}
	clear(packed[:])
}

// take overwrites the sums of a feature by those of all workers, who have none
// then.
func (h *histogram) take(parts []*part, o, k int) {
	sums, counts := h.of(o, k)
	if counts != nil {
		clear(sums[:])
		clear(counts[:])
	}
	first := true
	for _, t := range parts {
		if t.rows[o] == 0 {
			continue
		}
		switch packed := &t.packed[o][k]; {
		case counts != nil:
			h.unpack(packed, o, k)
		case first:
			moveTo(sums, packed)
		default:
			addTo(sums, packed)
		}
		if t.unpacked[o] {
			addTo(sums, &t.wide.sums[o][k])
			addTo(counts, &t.wide.counts[o][k])
		}
		if h.hessians != nil && first {
			moveTo(&h.hessians[o][k], &t.hessians[o][k])
		} else if h.hessians != nil {
			addTo(&h.hessians[o][k], &t.hessians[o][k])
		}
		first = false
	}
}

// taken forgets that there were rows, once every feature has been taken.
func (t *part) taken() {
	clear(t.rows)
	clear(t.unpacked)
}

// moveTo overwrites h by sums and leaves zeros.
func moveTo(h, from *cells) {
	*h = *from
	clear(from[:])
}

// addTo adds sums to h and leaves zeros.
func addTo[T int64 | uint32](h, from *[256]T) {
	for i := range h {
		h[i] += from[i]
	}
	clear(from[:])
}

// subtract turns the sums of a feature over the rows of a node into those over
// one child by taking the other child away.
func (h *histogram) subtract(other *histogram, o, k int) {
	if h.hessians != nil {
		deduct(&h.hessians[o][k], &other.hessians[o][k])
	}
	sums, counts := h.of(o, k)
	from, fromCounts := other.of(o, k)
	switch {
	case fromCounts != nil: // then h has counts, having more rows
		deduct(sums, from)
		deduct(counts, fromCounts)
	case counts == nil:
		deduct(sums, from)
	default:
		for i, s := range from {
			gradient, rows := unpack(s)
			sums[i] -= gradient
			counts[i] -= uint32(rows)
		}
	}
}

func deduct[T int64 | uint32](h, other *[256]T) {
	for i := range h {
		h[i] -= other[i]
	}
}

// add adds a word of each row to the bins that its codes name; they are wide or
// narrow as the octet is.
func (o *octet) add(h *octetCells, wide []uint64, narrow []uint32, words *[chunkRows]int64) {
	switch {
	case 4*bits.OnesCount8(o.drawn) < 3*o.width:
		for drawn := o.drawn; drawn != 0; drawn &= drawn - 1 {
			k := bits.TrailingZeros8(drawn)
			addOne(&h[k], wide, 8*k, words)
			addOne(&h[k], narrow, 8*k, words)
		}
	case o.width > 4:
		addEight(h, wide, words)
	case o.width > 2:
		addFour(h, narrow, words)
	default:
		addTwo(h, narrow, words)
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
