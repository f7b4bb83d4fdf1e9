package boost

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
	sums     []*octetCells // of gradients, or packed
	counts   []octetCounts // if not packed; nil if all histograms are
	hessians []*octetCells // nil if the hessian is constant: it is the rows
}

func newHistogram(octets int, counts, hessians bool) *histogram {
	h := &histogram{sums: newCells(octets)}
	if counts {
		h.counts = make([]octetCounts, octets)
	}
	if hessians {
		h.hessians = newCells(octets)
	}
	return h
}

func newCells(octets int) []*octetCells {
	cells := make([]*octetCells, octets)
	for o := range cells {
		cells[o] = new(octetCells)
	}
	return cells
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

// part is what one worker adds up of the rows of a node. Where it has no rows,
// packed and hessians hold anything.
type part struct {
	packed   []*octetCells
	rows     []int // by octet: in packed
	wide     *histogram
	unpacked []bool // by octet: whether wide has rows
	swapped  []bool // by octet: whether the node has its hessians already
	hessians []*octetCells
	shelf    shelf

	words, chunkHessians [chunkRows]int64 // what the rows of a chunk add
}

func newPart(octets int, wide, hessians bool, size int) *part {
	t := &part{
		packed: newCells(octets), rows: make([]int, octets), unpacked: make([]bool, octets), swapped: make([]bool, octets),
		shelf: newShelf(size),
	}
	if wide {
		t.wide = newHistogram(octets, true, false)
	}
	if hessians {
		t.hessians = newCells(octets)
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
			p.octets[o].add(t.packed[o], wide, narrow, words)
			if p.hessians != nil {
				p.octets[o].add(t.hessians[o], wide, narrow, hessians)
			}
		}
	}
}

// room makes room for more rows in an octet.
func (t *part) room(o, rows int) {
	if t.rows[o] == 0 && !t.unpacked[o] && t.hessians != nil {
		clear(t.hessians[o][:])
	}
	if t.rows[o]+rows > packedRows {
		for k := range t.packed[o] {
			t.wide.unpack(&t.packed[o][k], o, k)
		}
		t.rows[o], t.unpacked[o] = 0, true
	}
	if t.rows[o] == 0 {
		clear(t.packed[o][:])
	}
	t.rows[o] += rows
}

// unpack adds packed sums to those of a feature.
func (h *histogram) unpack(packed *cells, o, k int) {
	sums, counts := &h.sums[o][k], &h.counts[o][k]
	for i, s := range packed {
		gradient, rows := unpack(s)
		sums[i] += gradient
		counts[i] += uint32(rows)
	}
}

// swap takes over what the first worker with rows has, in place of a copy. Call
// take for every feature then.
func (h *histogram) swap(parts []*part) {
	for o := range h.sums {
		for _, t := range parts {
			if t.rows[o] == 0 {
				continue
			}
			if h.hessians != nil {
				h.hessians[o], t.hessians[o] = t.hessians[o], h.hessians[o]
			}
			if h.packed {
				h.sums[o], t.packed[o] = t.packed[o], h.sums[o]
				t.rows[o] = 0
			}
			t.swapped[o] = true
			break
		}
	}
}

// take adds the sums of a feature that the workers have, or the others have.
func (h *histogram) take(parts []*part, o, k int) {
	sums, counts := h.of(o, k)
	if counts != nil {
		clear(sums[:])
		clear(counts[:])
	}
	for _, t := range parts {
		if t.rows[o] == 0 {
			continue
		}
		if counts != nil {
			h.unpack(&t.packed[o][k], o, k)
		} else {
			addTo(sums, &t.packed[o][k])
		}
		if t.unpacked[o] {
			addTo(sums, &t.wide.sums[o][k])
			addTo(counts, &t.wide.counts[o][k])
			clear(t.wide.sums[o][k][:])
			clear(t.wide.counts[o][k][:])
		}
		if h.hessians != nil && !t.swapped[o] {
			addTo(&h.hessians[o][k], &t.hessians[o][k])
		}
	}
}

// taken forgets that there were rows, once every feature has been taken.
func (t *part) taken() {
	clear(t.rows)
	clear(t.unpacked)
	clear(t.swapped)
}

func addTo[T int64 | uint32](h, from *[256]T) {
	for i := range h {
		h[i] += from[i]
	}
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
