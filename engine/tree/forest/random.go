package forest

import (
	"math"

	"example.com/engine/radix"
	"example.com/engine/tree"
)

// randomSplit draws a threshold between the lowest and the highest value in
// the node, and a side for NaN, if there is one (Geurts, Ernst and Wehenkel
// 2006; scikit-learn for NaN). It replaces best if that gains more, and reports
// whether the rows do not differ in feature f. u is random.
func (g *grower) randomSplit(l *level, f int, c *column, u uint64, rows []uint32, best *split) (constant bool) {
	low, high := spanOf(c.key, rows)
	missing := 0
	if high == radix.NaNKey {
		low, high, missing = spanWithout(c.key, rows)
	}
	if missing == len(rows) || low == high && missing == 0 {
		return true
	}
	threshold := between(radix.Value(low), radix.Value(high), float64(u>>11)/(1<<53))
	missingLeft := missing > 0 && u&1 == 1
	most, shift := tree.LeftKeys(threshold, missingLeft)
	gain, n := g.tally.gain(l, c, most, shift)
	if gain > best.gain && n >= g.set.minLeaf && len(rows)-n >= g.set.minLeaf {
		*best = split{feature: f, gain: gain, threshold: threshold, missingLeft: missingLeft}
	}
	return false
}

// between returns a t with low <= t < high at the share u of the way.
func between(low, high, u float64) float64 {
	t := low + u*(high-low)
	if !(low <= t && t < high) {
		return low
	}
	return t
}

// spanOf returns the lowest and the highest key of the rows. Which of two is lower
// can't be predicted; on whole numbers min and max compile to conditional moves.
func spanOf(keys []uint64, rows []uint32) (low, high uint64) {
	low = math.MaxUint64
	for _, r := range rows {
		low, high = min(low, keys[r]), max(high, keys[r])
	}
	return low, high
}

// spanWithout is spanOf the rows that are not NaN, and counts those that are.
func spanWithout(keys []uint64, rows []uint32) (low, high uint64, missing int) {
	low = math.MaxUint64
	for _, r := range rows {
		if k := keys[r]; k != radix.NaNKey {
			low, high = min(low, k), max(high, k)
		} else {
			missing++
		}
	}
	return low, high, missing
}

// sumLeft returns the sum over the rows that go left, and their number. The
// others are masked, since which ones they are can't be predicted.
func sumLeft(keys []uint64, rows []uint32, stat []moment, most, shift uint64) (left moment, n int) {
	for _, r := range rows {
		v, isLeft := &stat[r], uint64(0)
		if keys[r]+shift <= most {
			isLeft = 1
		}
		left.wy += math.Float64frombits(math.Float64bits(v.wy) & -isLeft)
		left.w += math.Float64frombits(math.Float64bits(v.w) & -isLeft)
		n += int(isLeft)
	}
	return left, n
}

// sumLeftEven is sumLeft for rows that all weigh 1.
func sumLeftEven(keys []uint64, rows []uint32, stat []moment, most, shift uint64) (left moment, n int) {
	for _, r := range rows {
		isLeft := uint64(0)
		if keys[r]+shift <= most {
			isLeft = 1
		}
		left.wy += math.Float64frombits(math.Float64bits(stat[r].wy) & -isLeft)
		n += int(isLeft)
	}
	left.w = float64(n)
	return left, n
}
