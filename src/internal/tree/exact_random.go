package tree

import "math"

// nanKey is the key of NaN, above all others.
const nanKey = math.MaxInt64

// exactKey returns an integer that compares as v does. Searching a node for its
// lowest and highest value takes comparisons whose outcome can't be predicted;
// on integers they compile to conditional moves.
func exactKey(v float64) int64 {
	if v != v {
		return nanKey
	}
	k := int64(math.Float64bits(v + 0)) // −0 + 0 is 0
	return k ^ (k >> 63 & math.MaxInt64)
}

// exactValue is the inverse of exactKey.
func exactValue(k int64) float64 {
	return math.Float64frombits(uint64(k ^ (k >> 63 & math.MaxInt64)))
}

// randomSplit draws a threshold between the lowest and the highest value in
// the node, and a side for NaN, if there is one (Geurts, Ernst and Wehenkel
// 2006; scikit-learn for NaN). u is random.
func (g *exactGrower) randomSplit(l *exactLevel, c *exactColumn, u uint64, rows []uint32) (s exactSplit, constant bool) {
	s.gain = noSplit
	low, high := spanOf(c.key, rows)
	missing := 0
	if high == nanKey {
		low, high, missing = spanWithout(c.key, rows)
	}
	if missing == len(rows) || low == high && missing == 0 {
		return s, true
	}
	s.threshold = between(exactValue(low), exactValue(high), float64(u>>11)/(1<<53))
	s.missingLeft = missing > 0 && u&1 == 1
	gain, n := g.tally.gain(l, c, s)
	if n >= g.set.minLeaf && len(rows)-n >= g.set.minLeaf {
		s.gain = gain
	}
	return s, false
}

// between returns a t with low <= t < high at the share u of the way.
func between(low, high, u float64) float64 {
	t := low + u*(high-low)
	if !(low <= t && t < high) {
		return low
	}
	return t
}

// keys returns which keys go left: those up to at, and also.
func (s *exactSplit) keys() (at, also int64) {
	at = exactKey(s.threshold)
	if s.missingLeft {
		return at, nanKey
	}
	return at, at
}

// spanOf returns the lowest and the highest key of the rows.
func spanOf(keys []int64, rows []uint32) (low, high int64) {
	low, high = math.MaxInt64, math.MinInt64
	for _, r := range rows {
		low, high = min(low, keys[r]), max(high, keys[r])
	}
	return low, high
}

// spanWithout is spanOf the rows that are not NaN, and counts those that are.
func spanWithout(keys []int64, rows []uint32) (low, high int64, missing int) {
	low, high = math.MaxInt64, math.MinInt64
	for _, r := range rows {
		if k := keys[r]; k != nanKey {
			low, high = min(low, k), max(high, k)
		} else {
			missing++
		}
	}
	return low, high, missing
}

// sumLeft returns the sum over the rows that go left, and their number. The
// others are masked, since which ones they are can't be predicted. Rows take
// turns with two sums: one addition needn't wait for the other.
func sumLeft(keys []int64, rows []uint32, stat []moment, at, also int64) (left moment, n int) {
	var odd moment
	if len(rows)%2 == 1 {
		odd, n = masked(keys, rows[0], stat, at, also)
		rows = rows[1:]
	}
	for i := 0; i+1 < len(rows); i += 2 {
		a, na := masked(keys, rows[i], stat, at, also)
		b, nb := masked(keys, rows[i+1], stat, at, also)
		left.wy += a.wy
		left.w += a.w
		odd.wy += b.wy
		odd.w += b.w
		n += na + nb
	}
	return moment{left.wy + odd.wy, left.w + odd.w}, n
}

// masked returns a row's moment and 1 if it goes left, else zeros.
func masked(keys []int64, row uint32, stat []moment, at, also int64) (moment, int) {
	k, v := keys[row], &stat[row]
	isLeft := uint64(0)
	if k <= at {
		isLeft = 1
	}
	if k == also {
		isLeft = 1
	}
	return moment{
		math.Float64frombits(math.Float64bits(v.wy) & -isLeft),
		math.Float64frombits(math.Float64bits(v.w) & -isLeft),
	}, int(isLeft)
}
