package forest

import (
	"math"
	"math/bits"
)

// A tally collects the rows of a node by code, for splits that must look at
// more than the sums of a feature without NaN: rows counted, NaN sent either
// way, codes in another order, classes.
type tally interface {
	// start takes the rows of a node and their sum.
	start(l *level, rows []uint32, total moment)
	// add collects the rows by the codes of c and returns the codes there are,
	// rising. The words are zero before and after.
	add(c *column, words []uint64, list []uint32) []uint32
	// mean is the mean target of a code.
	mean(code uint32) float64
	// best returns the best prefix of the list to go left, the shortest of
	// equals, such that both sides have minLeaf rows; together with what is
	// collected under the code also, unless that is none.
	best(list []uint32, also uint32, minLeaf int) prefix
	// gain returns what it gains to send the keys left for which key + shift <=
	// most, and how many rows these are.
	gain(l *level, c *column, most, shift uint64) (gain float64, left int)
	// drop forgets what was collected under the codes.
	drop(list []uint32)
}

// prefix is a number of codes from the start of a list, and what is gained by
// sending them left. Gains compare within a node. Length 0 is no split.
type prefix struct {
	gain   float64
	length int
}

const noCode = math.MaxUint32

// momentTally is the tally of a regression.
type momentTally struct {
	rows   []uint32
	stat   []moment
	total  moment
	slots  []moment
	counts []uint32
	even   bool // all rows weigh 1
}

func (t *momentTally) start(l *level, rows []uint32, total moment) {
	t.rows, t.stat, t.total = rows, l.stat, total
}

func (t *momentTally) add(c *column, words []uint64, list []uint32) []uint32 {
	switch {
	case len(c.u8) > 0:
		addMoments(c.u8, t.rows, t.stat, words, t.slots)
		countCodes(c.u8, t.rows, t.counts)
	case len(c.u16) > 0:
		addMoments(c.u16, t.rows, t.stat, words, t.slots)
		countCodes(c.u16, t.rows, t.counts)
	default:
		addMoments(c.u32, t.rows, t.stat, words, t.slots)
		countCodes(c.u32, t.rows, t.counts)
	}
	return unpack(words, list)
}

func countCodes[C code](codes []C, rows, counts []uint32) {
	for _, r := range rows {
		counts[codes[r]]++
	}
}

// unpack appends the numbers of the bits that are on, rising, and turns them
// off.
func unpack(words []uint64, list []uint32) []uint32 {
	for i, word := range words {
		for ; word != 0; word &= word - 1 {
			list = append(list, uint32(i<<6+bits.TrailingZeros64(word)))
		}
		words[i] = 0
	}
	return list
}

func (t *momentTally) mean(code uint32) float64 { return t.slots[code].wy / t.slots[code].w }

func (t *momentTally) best(list []uint32, also uint32, minLeaf int) prefix {
	best := cut{num: -1, den: 1}
	var left moment
	n := 0
	take := func(code uint32) {
		left.wy += t.slots[code].wy
		left.w += t.slots[code].w
		n += int(t.counts[code])
	}
	if also != noCode {
		take(also)
	}
	for i, code := range list {
		take(code)
		if n < minLeaf || len(t.rows)-n < minLeaf {
			continue
		}
		d := left.wy*t.total.w - t.total.wy*left.w
		num, den := d*d, left.w*(t.total.w-left.w)
		if num*best.den > best.num*den && den > 0 {
			best = cut{num, den, uint32(i + 1)}
		}
	}
	return prefix{best.num / best.den, int(best.code)}
}

func (t *momentTally) gain(l *level, c *column, most, shift uint64) (gain float64, left int) {
	var sum moment
	if t.even {
		sum, left = sumLeftEven(c.key, t.rows, l.stat, most, shift)
	} else {
		sum, left = sumLeft(c.key, t.rows, l.stat, most, shift)
	}
	d := sum.wy*t.total.w - t.total.wy*sum.w
	return d * d / (sum.w * (t.total.w - sum.w)), left
}

func (t *momentTally) drop(list []uint32) {
	for _, code := range list {
		t.slots[code], t.counts[code] = moment{}, 0
	}
}
