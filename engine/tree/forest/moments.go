package forest

import "math/bits"

// cut is the best place found to divide the codes of a feature: those below
// code go left. What it gains is num / den, times a factor that is the same
// for all cuts of a node; comparing two cuts by products saves the divisions.
// num < 0 says that there is no cut.
type cut struct {
	num, den float64
	code     uint32
}

// Dividing a node of weight W and sum S into a left part of weight l and sum s
// and the rest lowers the sum of squares by (s·W − S·l)² / (W·l·(W−l)).
//
// Note: tried on 10,400 of 16,512 rows with as many distinct values, ns a row:
// the slots of addMoments and scanMoments 5.6, unique positions in place of
// codes and a look-up of the row at each 6.2, unpacking all bits to a list
// first 6.2, a second level of bits that says which words are set 7.3, and
// sorting (scikit-learn's way) above 60. With 50 distinct values the slots
// need 2.5 and the positions 5.0. Sparse words cost 9 at 64 rows, which is
// what the narrow levels are for: 2.5 to 3.5 at any number of rows.

// addMoments adds each row to the slot of its code, and sets the code's bit.
func addMoments[C code](codes []C, rows []uint32, stat []moment, words []uint64, slots []moment) {
	for _, r := range rows {
		c, v := codes[r], &stat[r]
		words[c>>6] |= 1 << (c & 63)
		slot := &slots[c]
		slot.wy += v.wy
		slot.w += v.w
	}
}

// scanMoments returns the best cut, the lowest of equals, and leaves words and
// slots at zero.
func scanMoments(words []uint64, slots []moment, total moment) cut {
	best := cut{num: -1, den: 1}
	var left moment
	for i, word := range words {
		if word == 0 {
			continue
		}
		words[i] = 0
		for ; word != 0; word &= word - 1 {
			c := i<<6 + bits.TrailingZeros64(word)
			d := left.wy*total.w - total.wy*left.w
			num, den := d*d, left.w*(total.w-left.w)
			if num*best.den > best.num*den && den > 0 {
				best = cut{num, den, uint32(c)}
			}
			slot := &slots[c]
			left.wy += slot.wy
			left.w += slot.w
			*slot = moment{}
		}
	}
	return best
}

// wordMoments is addMoments and scanMoments for at most 64 codes.
func wordMoments[C code](codes []C, rows []uint32, stat []moment, slots *[64]moment, total moment) cut {
	var word uint64
	for _, r := range rows {
		c, v := codes[r]&63, &stat[r]
		word |= 1 << c
		slot := &slots[c]
		slot.wy += v.wy
		slot.w += v.w
	}
	best := cut{num: -1, den: 1}
	var left moment
	for ; word != 0; word &= word - 1 {
		c := bits.TrailingZeros64(word) & 63
		d := left.wy*total.w - total.wy*left.w
		num, den := d*d, left.w*(total.w-left.w)
		if num*best.den > best.num*den && den > 0 {
			best = cut{num, den, uint32(c)}
		}
		left.wy += slots[c].wy
		left.w += slots[c].w
		slots[c] = moment{}
	}
	return best
}

// fastCut returns the best cut of a column without NaN, for nodes whose
// children may have any number of rows.
func fastCut(c *column, rows []uint32, stat []moment, s *scratch, total moment) cut {
	if c.card <= 64 && len(c.u8) > 0 {
		return wordMoments(c.u8, rows, stat, (*[64]moment)(s.slots), total)
	}
	words := s.words[:wordsFor(c.card)]
	s.addMoments(c, rows, stat, words)
	return scanMoments(words, s.slots, total)
}

func (s *scratch) addMoments(c *column, rows []uint32, stat []moment, words []uint64) {
	switch {
	case len(c.u8) > 0:
		addMoments(c.u8, rows, stat, words, s.slots)
	case len(c.u16) > 0:
		addMoments(c.u16, rows, stat, words, s.slots)
	default:
		addMoments(c.u32, rows, stat, words, s.slots)
	}
}
