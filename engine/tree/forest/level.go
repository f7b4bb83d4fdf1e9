package forest

import (
	"math/bits"
	"slices"
)

// A level holds rows in a form in which the nodes of a subtree are cheap to
// split. The first level is the training set itself. When a node has few
// enough rows, they move to a level of their own, in which they are numbered
// from 0, stand side by side, and have codes that are dense again:
//
//	rows of the node   codes     present codes of a node are
//	all                32 bits   a bit set of all distinct values
//	≤ 16,384           16 bits   a bit set of 256 words at most
//	≤ 64               8 bits    one word, in a register
//
// A split sorts nothing: it sets the bit of each row's code and adds the row
// to the slot of that code, then walks the bits from low to high.
type level struct {
	set     *trainingSet
	up      *level   // nil for the first level
	parents []uint32 // row number in up, for each row
	rows    []uint32 // order of the rows: a node is a range of it
	stat    []moment // by row
	y       []float64
	class   []uint16
	columns []column
}

const (
	middleRows = 1 << 14
	narrowRows = 64
	// Where thresholds are random nothing is ranked, and a level is only a copy
	// that stays in the nearest cache.
	nearRows = 256
)

// narrower returns which of the two smaller levels a node of m rows of this
// level belongs on, or nil if it belongs here.
func (l *level) narrower(m int, middle, near *level) *level {
	size, least := len(l.stat), narrowRows
	if l.set.random {
		least = nearRows
	}
	switch {
	case m <= least && size > least:
		return near
	case m <= middleRows && size > 4*middleRows:
		return middle
	}
	return nil
}

// load makes l the level of those rows of up.
func (l *level) load(up *level, rows []uint32) {
	l.set, l.up = up.set, up
	l.parents = append(l.parents[:0], rows...)
	l.rows, l.stat, l.y, l.class = l.rows[:0], l.stat[:0], l.y[:0], l.class[:0]
	for i, r := range rows {
		l.rows = append(l.rows, uint32(i))
		l.stat = append(l.stat, up.stat[r])
		l.y = append(l.y, up.y[r])
		if up.class != nil {
			l.class = append(l.class, up.class[r])
		}
	}
	l.columns = slices.Grow(l.columns[:0], len(up.columns))[:len(up.columns)]
	for f := range l.columns {
		l.columns[f].ready = false
	}
}

// row returns the number that row r has in the training set.
func (l *level) row(r uint32) int {
	for ; l.up != nil; l = l.up {
		r = l.parents[r]
	}
	return int(r)
}

// column returns feature f in the codes of this level. On the first level all
// are ready; on others, a column is made when a node first asks for it.
func (l *level) column(f int, s *scratch) *column {
	c := &l.columns[f]
	if !c.ready {
		l.make(c, l.up.column(f, s), s)
		c.ready = true
	}
	return c
}

func (l *level) make(c *column, up *column, s *scratch) {
	switch {
	case up.key != nil:
		c.missing = up.missing
		c.key = slices.Grow(c.key[:0], len(l.parents))[:len(l.parents)]
		for i, r := range l.parents {
			c.key[i] = up.key[r]
		}
	case len(up.u8) > 0:
		rerank(c, up, up.u8, l.parents, s)
	case len(up.u16) > 0:
		rerank(c, up, up.u16, l.parents, s)
	default:
		rerank(c, up, up.u32, l.parents, s)
	}
}

// rerank gives the rows codes that leave out the values that none of them has:
// the new code of a value is the number of smaller ones that are present.
func rerank[C code](c, up *column, codes []C, rows []uint32, s *scratch) {
	words, below := s.words[:wordsFor(up.card)], s.below
	used := s.used[:wordsFor(len(words))]
	for _, r := range rows {
		v := uint32(codes[r])
		words[v>>6] |= 1 << (v & 63)
		used[v>>12] |= 1 << (v >> 6 & 63)
	}
	count := uint32(0)
	for j, u := range used {
		for ; u != 0; u &= u - 1 {
			i := j<<6 + bits.TrailingZeros64(u)
			below[i] = count
			count += uint32(bits.OnesCount64(words[i]))
		}
	}
	last := up.card - 1
	c.card, c.missing = int(count), up.missing && words[last>>6]>>(last&63)&1 != 0
	c.u8, c.u16 = c.u8[:0], c.u16[:0]
	if c.card <= 1<<8 {
		c.u8 = ranksOf(c.u8, codes, rows, words, below)
	} else {
		c.u16 = ranksOf(c.u16, codes, rows, words, below)
	}
	for j, u := range used {
		for ; u != 0; u &= u - 1 {
			words[j<<6+bits.TrailingZeros64(u)] = 0
		}
		used[j] = 0
	}
}

func ranksOf[D, C code](dst []D, codes []C, rows []uint32, words []uint64, below []uint32) []D {
	for _, r := range rows {
		v := codes[r]
		smaller := words[v>>6] & (1<<(v&63) - 1)
		dst = append(dst, D(below[v>>6]+uint32(bits.OnesCount64(smaller))))
	}
	return dst
}

// wordsFor is how many words hold a bit for each code.
func wordsFor(codes int) int { return (codes + 63) / 64 }
