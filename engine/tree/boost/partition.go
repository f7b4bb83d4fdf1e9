package boost

// largestBlock is how many rows are kept together: their codes and gradients
// stay in the second-level cache. Few rows have smaller blocks, so that workers
// can share them out.
const largestBlock = 1 << 14

// Tests make these small, to have many blocks and codes that move.
var (
	smallestBlock = 1 << 12
	fetchBytes    = 1 << 20 // of codes stay in the cache
)

// partition keeps the training rows of a tree in the order of its leaves, block
// by block: a row never leaves its block, and the rows of a node are a stretch
// of each block. Gradients, hessians and, if they don't stay in the cache, codes
// move with the rows, so that whatever passes over a node reads memory in order.
// Rows fetched one by one from all over ten million made a fit take 1.7 times
// as long; moving the codes of 16,000 costs an eighth more than to fetch them.
//
// The order that a tree leaves is the one that the next one starts from.
type partition struct {
	n, size  int // rows, and rows of a block
	members  []member
	hessians []float32 // nil if constant
	order    []uint16  // of the rows of a stretch that is being divided, see mark
	octets   []octet
	fetch    bool // the codes stay where they are
}

// stretch is the rows of a node: from[b] to to[b]-1 in each block b.
type stretch struct{ from, to []int32 }

func newPartition(d *binned, hessians bool) *partition {
	size := min(max(smallestBlock, d.n/16), largestBlock)
	blocks := (d.n + size - 1) / size
	size = (d.n + blocks - 1) / blocks // of even size
	p := &partition{n: d.n, size: size, members: make([]member, d.n), order: make([]uint16, d.n), octets: d.octets}
	p.fetch = d.n*8*len(d.octets) <= fetchBytes
	if hessians {
		p.hessians = make([]float32, d.n)
	}
	for i := range p.members {
		p.members[i] = member(i % size)
	}
	return p
}

func (p *partition) blocks() int { return (p.n + p.size - 1) / p.size }

// block returns the rows from which and up to which a block reaches.
func (p *partition) block(b int) (from, to int) { return b * p.size, min(p.n, (b+1)*p.size) }

// within returns the rows of a stretch in a block.
func (p *partition) within(s stretch, b int) (from, to int) {
	return b*p.size + int(s.from[b]), b*p.size + int(s.to[b])
}

// mark writes the places of words whose code goes left to order, from the
// front, and those of the others from the back, and returns how many go left.
// No branch depends on the data.
func mark[W uint32 | uint64](order []uint16, words []W, shift uint, left *[256]uint8) int {
	shift &= 63
	l, r := 0, len(order)-1
	for j, w := range words {
		order[l], order[r] = uint16(j), uint16(j)
		goes := int(left[uint8(w>>shift)])
		l += goes
		r -= 1 - goes
	}
	return l
}

// mark is mark for the codes of one feature of rows a to b-1.
func (p *partition) mark(o *octet, a, b int, shift uint, left *[256]uint8) int {
	switch first := a - a%p.size; {
	case p.fetch && o.wide != nil:
		return markFetched(p.order[a:b], p.members[a:b], o.wide[first:], shift, left)
	case p.fetch:
		return markFetched(p.order[a:b], p.members[a:b], o.narrow[first:], shift, left)
	case o.wide != nil:
		return mark(p.order[a:b], o.wide[a:b], shift, left)
	}
	return mark(p.order[a:b], o.narrow[a:b], shift, left)
}

// markFetched is mark for members, by the words of their block.
func markFetched[W uint32 | uint64](order []uint16, members []member, words []W, shift uint, left *[256]uint8) int {
	shift &= 63
	l, r := 0, len(order)-1
	for j, m := range members {
		order[l], order[r] = uint16(j), uint16(j)
		goes := int(left[uint8(words[m.row()]>>shift)])
		l += goes
		r -= 1 - goes
	}
	return l
}

// codes returns the words of rows a to b-1 of one block; it may write them to
// dst.
func codes[W uint32 | uint64](p *partition, words []W, a, b int, dst []W) []W {
	if !p.fetch {
		return words[a:b]
	}
	words = words[a-a%p.size:]
	dst = dst[:b-a]
	for j, m := range p.members[a:b] {
		dst[j] = words[m.row()]
	}
	return dst
}

// markRows is mark for the members of the given rows of a block.
func markRows(order []uint16, members []member, left []uint8) int {
	l, r := 0, len(order)-1
	for j, m := range members {
		order[l], order[r] = uint16(j), uint16(j)
		goes := int(left[m.row()])
		l += goes
		r -= 1 - goes
	}
	return l
}

// permute brings a stretch into the order that mark wrote: those that go left,
// then the others, both in their old order.
func permute[T uint32 | uint64 | member | float32](rows []T, order []uint16, lefts int, scratch []T) {
	others := scratch[:len(rows)-lefts]
	backwards := order[lefts:]
	for i := range others {
		others[i] = rows[backwards[len(backwards)-1-i]]
	}
	for i, from := range order[:lefts] {
		rows[i] = rows[from]
	}
	copy(rows[lefts:], others)
}

// shelf is memory for permutations of a block.
type shelf struct {
	members  []member
	hessians []float32
	wide     []uint64
	narrow   []uint32
}

func newShelf(size int) shelf {
	return shelf{make([]member, size), make([]float32, size), make([]uint64, size), make([]uint32, size)}
}

// moveRows permutes the gradients and hessians of rows a to b-1.
func (p *partition) moveRows(a, b, lefts int, s *shelf) {
	permute(p.members[a:b], p.order[a:b], lefts, s.members)
	if p.hessians != nil {
		permute(p.hessians[a:b], p.order[a:b], lefts, s.hessians)
	}
}

// moveCodes permutes the codes of octets, unless they stay.
func (p *partition) moveCodes(octets []octet, a, b, lefts int, s *shelf) {
	for _, o := range octets {
		switch {
		case p.fetch:
		case o.wide != nil:
			permute(o.wide[a:b], p.order[a:b], lefts, s.wide)
		default:
			permute(o.narrow[a:b], p.order[a:b], lefts, s.narrow)
		}
	}
}

// reset starts a tree in a block: its rows get their derivatives, and those
// that are taken, all if taken is nil, come first. It returns how many these
// are.
func (p *partition) reset(b int, g *gradients, taken []uint8, s *shelf) int {
	from, to := p.block(b)
	gradient := g.gradient[from:to]
	for j, m := range p.members[from:to] {
		p.members[from+j] = m.with(nearest(float64(float64(gradient[m.row()]) * g.units.fine)))
	}
	if p.hessians != nil {
		hessian := g.hessian[from:to]
		for j, m := range p.members[from:to] {
			p.hessians[from+j] = hessian[m.row()]
		}
	}
	if taken == nil {
		return to - from
	}
	lefts := markRows(p.order[from:to], p.members[from:to], taken[from:to])
	p.moveRows(from, to, lefts, s)
	p.moveCodes(p.octets, from, to, lefts, s)
	return lefts
}

// coarse returns the sums over a stretch of a block.
func (p *partition) coarse(s stretch, b int, u *units) totals {
	from, to := p.within(s, b)
	t := totals{rows: int64(to - from)}
	for _, m := range p.members[from:to] {
		t.gradient += m.coarse(u.drop)
	}
	t.hessian = t.rows
	if p.hessians != nil {
		t.hessian = 0
		perUnit := 1 / u.hessian
		for _, h := range p.hessians[from:to] {
			t.hessian += nearest(float64(float64(h) * perUnit))
		}
	}
	return t
}

// leafSum is exact sums of the rows of a leaf, in fine units.
type leafSum struct{ gradient, hessian whole }

// addFine adds the rows of a stretch in a block to a sum.
func (p *partition) addFine(sum *leafSum, s stretch, b int, u *units) {
	from, to := p.within(s, b)
	var g, h int64 // a block can't overflow them
	for _, m := range p.members[from:to] {
		g += m.fine()
	}
	sum.gradient.add(g)
	if p.hessians == nil {
		return
	}
	perUnit := fineTop / hessianTop / u.hessian
	for _, v := range p.hessians[from:to] {
		h += nearest(float64(float64(v) * perUnit))
	}
	sum.hessian.add(h)
}
