package forest

import (
	"example.com/engine/radix"
	"example.com/engine/tree"
)

// partition moves the rows that go left to the front, both sides in their old
// order, and returns how many there are.
func (g *grower) partition(c *column, rows []uint32, s split) int {
	switch {
	case c.key != nil:
		most, shift := tree.LeftKeys(s.threshold, s.missingLeft)
		return divideKeys(c.key, rows, g.spare, most, shift)
	case s.set != nil:
		return g.divideSet(c, rows, s)
	}
	also := uint32(noCode)
	if s.missingLeft {
		also = uint32(c.card - 1)
	}
	switch {
	case len(c.u8) > 0:
		return divideCodes(c.u8, rows, g.spare, s.cut, also)
	case len(c.u16) > 0:
		return divideCodes(c.u16, rows, g.spare, s.cut, also)
	}
	return divideCodes(c.u32, rows, g.spare, s.cut, also)
}

// divideCodes sends codes below cut, and the code also, left. Every row is
// written to both sides and one of the two counts, since which one it is can't
// be predicted.
func divideCodes[C code](codes []C, rows, spare []uint32, cut, also uint32) int {
	left, right := 0, 0
	for _, r := range rows {
		c := uint32(codes[r])
		rows[left], spare[right] = r, r
		isLeft := 0
		if c < cut {
			isLeft = 1
		}
		if c == also {
			isLeft = 1
		}
		left += isLeft
		right += 1 - isLeft
	}
	copy(rows[left:], spare[:right])
	return left
}

func divideKeys(keys []uint64, rows, spare []uint32, most, shift uint64) int {
	left, right := 0, 0
	for _, r := range rows {
		rows[left], spare[right] = r, r
		isLeft := 0
		if keys[r]+shift <= most {
			isLeft = 1
		}
		left += isLeft
		right += 1 - isLeft
	}
	copy(rows[left:], spare[:right])
	return left
}

func (g *grower) divideSet(c *column, rows []uint32, s split) int {
	words := g.words[:wordsFor(c.card)]
	for _, code := range s.set {
		words[code>>6] |= 1 << (code & 63)
	}
	if s.missingLeft {
		words[(c.card-1)>>6] |= 1 << ((c.card - 1) & 63)
	}
	left, right := 0, 0
	for _, r := range rows {
		rows[left], g.spare[right] = r, r
		code := c.code(r)
		isLeft := int(words[code>>6] >> (code & 63) & 1)
		left += isLeft
		right += 1 - isLeft
	}
	copy(rows[left:], g.spare[:right])
	clear(words)
	return left
}

// code returns the code of a row, for where speed is not needed.
func (c *column) code(r uint32) uint32 {
	switch {
	case len(c.u8) > 0:
		return uint32(c.u8[r])
	case len(c.u16) > 0:
		return uint32(c.u16[r])
	}
	return c.u32[r]
}

// hasMissing reports whether a row is NaN in the column.
func (c *column) hasMissing(rows []uint32) bool {
	for i := 0; c.missing && i < len(rows); i++ {
		if c.key != nil && c.key[rows[i]] == radix.NaNKey || c.key == nil && c.code(rows[i]) == uint32(c.card-1) {
			return true
		}
	}
	return false
}

// bounds returns the rows of the training set between whose values a split
// lies, or noRow as the higher one if only NaN is on the right.
func (l *level) bounds(s split, c *column, left, right []uint32) (low, high int32) {
	if s.cut == uint32(c.present()) {
		return noRow, noRow
	}
	var a, b uint32
	switch {
	case len(c.u8) > 0:
		a, b = beside(c.u8, left, right, s.cut)
	case len(c.u16) > 0:
		a, b = beside(c.u16, left, right, s.cut)
	default:
		a, b = beside(c.u32, left, right, s.cut)
	}
	return int32(l.row(a)), int32(l.row(b))
}

const noRow = -1

// beside returns a row with the highest code below cut and one with cut.
func beside[C code](codes []C, left, right []uint32, cut uint32) (low, high uint32) {
	highest := -1
	for _, r := range left {
		if c := int(codes[r]); c > highest && uint32(c) < cut {
			highest, low = c, r
		}
	}
	for _, r := range right {
		if uint32(codes[r]) == cut {
			return low, r
		}
	}
	panic("forest: no row at the cut")
}

// midpoint returns a t with low <= t < high, halfway if that is possible.
func midpoint(low, high float64) float64 {
	t := low/2 + high/2
	if !(low <= t && t < high) {
		return low
	}
	return t
}
