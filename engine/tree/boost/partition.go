package boost

import "slices"

// partitionBlock is how many rows of a node one task divides.
const partitionBlock = 1 << 13

// partition keeps the training rows of a tree in the order of its leaves: the
// rows of a node are a stretch of it, in rising order.
type partition struct {
	rows    []member
	scratch []member
	lefts   []int // by block: how many rows go left
}

// member is a row of a node with its gradient.
//
// Note: the gradients move with the rows, so that a histogram reads them in
// order. Fetched by the row instead, they make the fit of a million rows a
// tenth slower.
type member struct{ row, gradient int32 }

// reset puts the given rows into one node, all if rows is nil; gradient is of
// all rows.
func (p *partition) reset(pool *pool, gradient, rows []int32) {
	if n := len(gradient); p.scratch == nil {
		p.scratch, p.rows = make([]member, n), make([]member, n)
	}
	if rows != nil {
		p.rows = p.rows[:len(rows)]
		for i, row := range rows {
			p.rows[i] = member{row, gradient[row]}
		}
		return
	}
	p.rows = p.rows[:len(gradient)]
	pool.rows(len(gradient), partitionBlock, func(a, b, _ int) {
		for i := a; i < b; i++ {
			p.rows[i] = member{int32(i), gradient[i]}
		}
	})
}

// within returns the part of a stretch, whose rows rise, from row a to b-1.
func within(stretch []member, a, b int) []member {
	byRow := func(m member, row int) int { return int(m.row) - row }
	from, _ := slices.BinarySearchFunc(stretch, a, byRow)
	to, _ := slices.BinarySearchFunc(stretch, b, byRow)
	return stretch[from:to]
}

// split moves the rows of a stretch that go left before the others, keeping
// the order within both, and returns where the others start. A row goes left
// if left of its code is 1.
func (p *partition) split(pool *pool, from, to int, o *octet, shift uint, left *[256]uint8) (middle int) {
	rows, scratch := p.rows[from:to], p.scratch[from:to]
	blocks := (len(rows) + partitionBlock - 1) / partitionBlock
	if blocks <= 1 {
		n := o.divide(scratch, rows, shift, left)
		gather(rows, scratch, n, 0, n)
		return from + n
	}
	p.lefts = slices.Grow(p.lefts[:0], blocks)[:blocks]
	pool.rows(len(rows), partitionBlock, func(a, b, _ int) {
		p.lefts[a/partitionBlock] = o.divide(scratch[a:b], rows[a:b], shift, left)
	})
	starts, total := make([]int, blocks), 0 // of the lefts of each block
	for b, n := range p.lefts {
		starts[b] = total
		total += n
	}
	pool.rows(len(rows), partitionBlock, func(a, b, _ int) {
		k := a / partitionBlock
		gather(rows, scratch[a:b], p.lefts[k], starts[k], total+a-starts[k])
	})
	return from + total
}

// divide copies rows to dst, those that go left from the front and the others
// from the back, and returns how many went left.
func (o *octet) divide(dst, rows []member, shift uint, left *[256]uint8) int {
	if o.wide != nil {
		return divide(dst, rows, o.wide, shift, left)
	}
	return divide(dst, rows, o.narrow, shift, left)
}

// divide has no branch that depends on the data.
func divide[W uint32 | uint64](dst, rows []member, words []W, shift uint, left *[256]uint8) int {
	shift &= 63
	l, r := 0, len(dst)-1
	for _, m := range rows {
		dst[l], dst[r] = m, m
		goes := int(left[uint8(words[m.row]>>shift)])
		l += goes
		r -= 1 - goes
	}
	return l
}

// gather copies what divide left in a block: lefts to dst[l:], the others, in
// their old order, to dst[r:].
func gather(dst, block []member, lefts, l, r int) {
	copy(dst[l:], block[:lefts])
	others := block[lefts:]
	dst = dst[r : r+len(others)]
	for i, row := range others {
		dst[len(dst)-1-i] = row
	}
}
