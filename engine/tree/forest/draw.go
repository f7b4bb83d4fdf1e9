package forest

import (
	"math"

	"example.com/engine/radix"
	"example.com/engine/random"
	"example.com/engine/tree"
)

// draw picks the features that a node looks at, as scikit-learn does: as many
// as are wanted, without replacement, and more while all of them turned out
// constant. A feature found constant is so below, too, where it still counts
// as drawn but costs nothing.
//
// Each node has random numbers of its own, from its place in the tree, so that
// parts of a tree can grow at the same time.
type draw struct {
	all, features []int32
	want          int
	random        bool     // next is asked for random bits
	constant      []uint64 // bits by feature, one row a depth

	row     []uint64 // the node's row of constant
	left    int      // features not drawn yet
	visited int
	varying int // drawn and not constant
	state   uint64
}

func (d *draw) init(features, want int, random bool) {
	d.all, d.features = make([]int32, features), make([]int32, features)
	d.want, d.random = want, random
	for f := range d.all {
		d.all[f] = int32(f)
	}
	copy(d.features, d.all)
	d.constant = make([]uint64, wordsFor(features))
}

// start begins the draws of an item, whose constant features stand in the row
// of its depth, and copies that row to the next depth for its children.
func (d *draw) start(it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+2)*k {
		d.constant = append(d.constant, 0)
	}
	copy(d.constant[(depth+1)*k:], d.constant[depth*k:(depth+1)*k])
	d.row = d.constant[(depth+1)*k : (depth+2)*k]
	d.left, d.visited, d.varying, d.state = len(d.all), 0, 0, it.seed
	if d.want < len(d.all) {
		copy(d.features, d.all)
	}
}

// forget drops what is known of an item's constant features, for a tree that
// does not grow depth first, where another node of that depth may have written
// the row. They are found again.
func (d *draw) forget(it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+1)*k {
		d.constant = append(d.constant, 0)
	}
	clear(d.constant[depth*k : (depth+1)*k])
}

// next returns the next feature to look at, and 64 random bits for it. Where
// all are wanted, they come in their order, and ties go to the first.
func (d *draw) next() (feature int, u uint64, ok bool) {
	return d.nextIf(d.varying == 0)
}

// nextIf is next, but draws more than are wanted only if it is told to.
func (d *draw) nextIf(more bool) (feature int, u uint64, ok bool) {
	for d.left > 0 && (d.visited < d.want || more) {
		f := d.pick()
		d.visited++
		if d.row[f>>6]>>(f&63)&1 == 0 {
			if d.random {
				u = d.next64()
			}
			return f, u, true
		}
	}
	return 0, 0, false
}

func (d *draw) pick() int {
	d.left--
	if d.want >= len(d.all) {
		return len(d.all) - 1 - d.left
	}
	i := d.below(d.left + 1)
	f := d.features[i]
	d.features[i] = d.features[d.left]
	return int(f)
}

// judge says whether the feature last returned is constant in the node.
func (d *draw) judge(feature int, constant bool) {
	if constant {
		d.row[feature>>6] |= 1 << (feature & 63)
	} else {
		d.varying++
	}
}

func (d *draw) next64() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return random.Mix(d.state)
}

// below returns a number from 0 to n-1, n < 2³¹. Its bias is below n / 2³².
func (d *draw) below(n int) int { return int(d.next64() >> 32 * uint64(n) >> 32) }

// inherit takes over what another draw knows of an item's constant features.
func (d *draw) inherit(from *draw, it item) {
	k, depth := wordsFor(len(d.all)), int(it.depth)
	for len(d.constant) < (depth+1)*k {
		d.constant = append(d.constant, 0)
	}
	copy(d.constant[depth*k:(depth+1)*k], from.constant[depth*k:(depth+1)*k])
}

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
