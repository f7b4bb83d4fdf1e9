package forest

import (
	"context"
	"math"

	"example.com/engine/random"
	"example.com/engine/tree"
)

// item is a node that waits to be looked at: rows [from, to) of its level.
type item struct {
	node     int32
	from, to int32
	depth    int32
	seed     uint64 // of the node's own random numbers
}

// split is how a node is divided.
type split struct {
	feature     int
	gain        float64 // compares within the node
	cut         uint32  // codes below go left
	threshold   float64 // x <= threshold goes left; for random thresholds
	set         []uint32
	missingLeft bool // where the node has NaN in this feature
}

// scratch is the memory that a grower works in.
type scratch struct {
	words []uint64 // bits by code; zero between uses
	used  []uint64 // bits by word
	below []uint32 // codes in the words before, by word
	slots []moment // sums by code; zero between uses
	list  []uint32
	spare []uint32
	tally tally

	tallied bool // the tally has the rows of the node
}

// grower grows one tree, or a part of one, at a time.
type grower struct {
	set  *trainingSet
	pool *pool
	scratch
	draw         draw
	stack        []item
	middle, near level
	room         int // for nodes: some more than the last tree had
}

func newGrower(s *trainingSet, p *pool) *grower {
	card := 64
	for i := range s.columns {
		card = max(card, s.columns[i].card)
	}
	n := len(s.y)
	g := &grower{set: s, pool: p, scratch: scratch{
		words: make([]uint64, wordsFor(card)),
		used:  make([]uint64, wordsFor(wordsFor(card))),
		below: make([]uint32, wordsFor(card)),
		slots: make([]moment, card),
		spare: make([]uint32, n),
	}}
	g.draw.init(len(s.columns), s.maxFeatures, s.random)
	if s.byClass() {
		g.tally = newClassTally(s, n, card)
	} else {
		g.tally = &momentTally{slots: g.slots, counts: make([]uint32, card), even: s.even}
	}
	return g
}

// grow grows the subtree of an item of level l, depth first, into out.
func (g *grower) grow(ctx context.Context, l *level, root item, out *growth) {
	base := len(g.stack)
	g.stack = append(g.stack, root)
	for len(g.stack) > base {
		it := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		m := int(it.to - it.from)
		if sub := l.narrower(m, &g.middle, &g.near); sub != nil {
			sub.load(l, l.rows[it.from:it.to])
			it.from, it.to = 0, int32(m)
			g.grow(ctx, sub, it, out)
			continue
		}
		if m >= bigNode && ctx.Err() != nil {
			g.stack = g.stack[:base]
			return
		}
		g.visit(ctx, l, it, out)
	}
}

// visit makes the item's node a leaf, and a split if one is allowed and found.
func (g *grower) visit(ctx context.Context, l *level, it item, out *growth) {
	rows := l.rows[it.from:it.to]
	total, pure := g.describe(l, rows, out, it.node)
	if pure || g.set.stops(it, len(rows)) {
		return
	}
	s, ok := g.search(l, it, total)
	if !ok || !g.set.enough(s, total, out.weight) {
		return
	}
	left, right := g.divide(l, it, s, total, out)
	if right.to-right.from >= bigNode && l.up == nil && g.fork(ctx, l, right, out) {
		g.stack = append(g.stack, left)
		return
	}
	g.stack = append(g.stack, right, left)
}

// stops reports whether a node of that many rows is a leaf for its place.
func (s *trainingSet) stops(it item, rows int) bool {
	return s.maxDepth > 0 && int(it.depth) >= s.maxDepth || rows < s.minSplit || rows < 2*s.minLeaf
}

// enough reports whether a split of a tree of that weight lowers the impurity
// enough.
func (s *trainingSet) enough(by split, total moment, weight float64) bool {
	return s.minImpurityDecrease == 0 || s.decrease(by, total) >= s.minImpurityDecrease*weight
}

// decrease is by how much a split lowers the weighted impurity.
func (s *trainingSet) decrease(by split, total moment) float64 {
	switch {
	case s.byClass():
		return by.gain * s.unit
	case s.classes > 0:
		return 2 * by.gain / total.w * s.unit
	}
	return by.gain / total.w * s.unit * s.scale * s.scale
}

// divide sorts the rows by side, writes the split and returns the children.
func (g *grower) divide(l *level, it item, s split, total moment, out *growth) (left, right item) {
	rows := l.rows[it.from:it.to]
	c := l.column(s.feature, &g.scratch)
	n := g.partition(c, rows, s)
	node := growthNode{feature: int32(s.feature), gain: g.set.decrease(s, total), set: -1}
	if !c.hasMissing(rows) {
		s.missingLeft = n > len(rows)-n
	}
	if s.missingLeft {
		node.flags |= tree.MissingLeft
	}
	switch {
	case s.set != nil:
		out.addSet(&node, l, rows[:n], rows[n:], s)
	case g.set.random:
		node.threshold = s.threshold
	default:
		node.low, node.high = l.bounds(s, c, rows[:n], rows[n:])
	}
	at := out.split(it.node, node)
	middle := it.from + int32(n)
	left = item{at, it.from, middle, it.depth + 1, random.Mix(it.seed + 1)}
	right = item{at + 1, middle, it.to, it.depth + 1, random.Mix(it.seed + 2)}
	return left, right
}

// describe writes weight and values of a node. Pure says that all targets of
// the node are the same.
func (g *grower) describe(l *level, rows []uint32, out *growth, node int32) (total moment, pure bool) {
	pure = true
	for _, r := range rows[1:] {
		if l.y[r] != l.y[rows[0]] {
			pure = false
			break
		}
	}
	v := out.value(node)
	if l.class != nil {
		total = moment{w: classShares(l, rows, v)}
	} else {
		total = sumRows(l.stat, rows)
		g.set.mean(v, total)
		if pure && g.set.classes == 0 {
			v[0] = g.set.target[l.row(rows[0])]
		}
	}
	n := &out.nodes[node]
	n.cover = total.w * g.set.unit
	if g.set.keepImpurity {
		n.impurity = g.set.impurity(l, rows, v, total)
	}
	return total, pure
}

func sumRows(stat []moment, rows []uint32) moment {
	var s moment
	for _, r := range rows {
		s.wy += stat[r].wy
		s.w += stat[r].w
	}
	return s
}

// mean writes the value of a node: the mean target, or the share of each of
// two classes.
func (s *trainingSet) mean(v []float64, total moment) {
	if s.classes > 0 {
		v[0], v[1] = (total.w-total.wy)/total.w, total.wy/total.w
		return
	}
	v[0] = total.wy/total.w*s.scale + s.shift
}

// classShares writes the share of each class and returns the weight.
func classShares(l *level, rows []uint32, v []float64) (weight float64) {
	for _, r := range rows {
		v[l.class[r]] += l.stat[r].w
		weight += l.stat[r].w
	}
	for k := range v {
		v[k] /= weight
	}
	return weight
}

// impurity of a node: variance, Gini or entropy in bits.
func (s *trainingSet) impurity(l *level, rows []uint32, v []float64, total moment) float64 {
	if s.classes == 0 {
		mean, squares := total.wy/total.w, 0.0
		for _, r := range rows {
			d := l.y[r] - mean
			squares += l.stat[r].w * d * d
		}
		return squares / total.w * s.scale * s.scale
	}
	even, bits := 1.0, 0.0
	for _, p := range v {
		even -= p * p
		if p > 0 {
			bits -= p * math.Log2(p)
		}
	}
	if s.criterion == entropy {
		return bits
	}
	return even
}
