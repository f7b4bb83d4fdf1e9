package boost

import (
	"container/heap"
	"math"

	"example.com/engine/tree"
)

// leafNode is a node of the growing tree that has not been split, or not yet.
type leafNode struct {
	node int // of the tree
	stretch
	depth int
	total totals
	bounds
	rules     *splitRules // of the split above
	value     float64     // in units, within bounds
	split     bool        // whether to look for a split
	allowed   []bool      // the slots to split by; nil for all
	histogram *histogram
	best      choice
}

// grower grows trees on the same rows. It splits the leaf of highest gain
// first, as LightGBM and scikit-learn do.
type grower struct {
	*binned
	pool  *pool
	rows  partition
	parts []*part // by worker

	maxLeaves, maxDepth int // 0 is no limit
	rules, categories   splitRules
	gradients           gradients
	drawFeatures        func() []bool // the slots that a node may split by; nil for all

	tree   *tree.Tree
	leaves []*leafNode // finished
	queue  leafQueue
	free   []*histogram
	found  [2][]choice // by child and slot
}

func newGrower(p *pool, d *binned, maxLeaves, maxDepth int, hessians bool) *grower {
	g := &grower{binned: d, pool: p, maxLeaves: maxLeaves, maxDepth: maxDepth, rows: *newPartition(d, hessians)}
	for range p.workers {
		g.parts = append(g.parts, newPart(len(d.octets), g.wide(d.n), hessians, g.rows.size))
	}
	for i := range g.found {
		g.found[i] = make([]choice, len(d.used))
	}
	return g
}

// grow returns the tree that fits the gradients, with leaf values in units;
// g.leaves are its leaves. Rows of which taken is 1 take part, or all if it is
// nil.
func (g *grower) grow(taken []uint8) *tree.Tree {
	g.tree, g.leaves, g.queue = tree.NewTree(1), g.leaves[:0], g.queue[:0]
	root := &leafNode{bounds: unbounded}
	root.stretch, root.total = g.reset(taken)
	g.open(root, &g.rules)
	if root.split && len(g.octets) > 0 {
		root.histogram = g.histogram(root.total.rows)
		g.eachBlock(root.total.rows, nil, func(b, first, last int, t *part) { g.add(root, b, first, last, t) })
		g.findSplits(root, nil)
	}
	g.enqueue(root)
	for len(g.queue) > 0 && !g.full() {
		g.split(heap.Pop(&g.queue).(*leafNode))
	}
	for _, l := range g.queue {
		g.finish(l)
	}
	return g.tree
}

// reset puts the rows that take part into one node and returns their sums.
func (g *grower) reset(taken []uint8) (stretch, totals) {
	blocks := g.rows.blocks()
	s, sums := stretch{make([]int32, blocks), make([]int32, blocks)}, make([]totals, blocks)
	g.pool.run(blocks, func(b, worker int) {
		s.to[b] = int32(g.rows.reset(b, &g.gradients, taken, &g.parts[worker].shelf))
		sums[b] = g.rows.coarse(s, b, &g.gradients.units)
	})
	var all totals
	for _, t := range sums {
		all = all.plus(t)
	}
	return s, all
}

// full reports whether the tree has all leaves that it may have.
func (g *grower) full() bool {
	return g.maxLeaves > 0 && len(g.leaves)+len(g.queue) >= g.maxLeaves
}

// open sets the value of a new leaf by the rules of the split above it, and
// whether it may be split.
func (g *grower) open(l *leafNode, rules *splitRules) {
	l.rules = rules
	l.value = rules.value(float64(l.total.gradient), float64(l.total.hessian), l.bounds)
	l.split = (g.maxDepth == 0 || l.depth < g.maxDepth) &&
		l.total.rows >= 2*g.rules.minRows &&
		float64(l.total.hessian) >= 2*g.rules.minHessian
	if l.split && g.drawFeatures != nil {
		l.allowed = g.drawFeatures()
	}
}

// finish makes a leaf final.
func (g *grower) finish(l *leafNode) {
	g.release(l.histogram)
	g.tree.Cover[l.node] = float32(l.total.rows)
	g.tree.Values(l.node)[0] = l.value
	g.leaves = append(g.leaves, l)
}

// enqueue queues a leaf that has a split and finishes one that has not.
func (g *grower) enqueue(l *leafNode) {
	if l.best.gain > 0 {
		heap.Push(&g.queue, l)
		return
	}
	g.finish(l)
}

// split turns a leaf of the queue into a node with two leaves.
func (g *grower) split(l *leafNode) {
	node := g.addSplit(l)
	left := &leafNode{node: node, depth: l.depth + 1, bounds: l.bounds, total: l.best.left}
	right := &leafNode{node: node + 1, depth: l.depth + 1, bounds: l.bounds, total: l.total.minus(l.best.left)}
	rules := &g.rules
	if l.best.codes != nil {
		rules = &g.categories
	}
	g.open(left, rules)
	g.open(right, rules)
	g.constrain(l, left, right)
	if g.maxLeaves > 0 && len(g.leaves)+len(g.queue)+2 >= g.maxLeaves {
		left.split, right.split = false, false
	}
	if !left.split && !right.split {
		g.divide(l, left, right, nil)
		g.release(l.histogram)
	} else {
		small, large := left, right
		if right.total.rows <= left.total.rows {
			small, large = right, left
		}
		g.divide(l, left, right, small)
		small.histogram, large.histogram = g.histogram(small.total.rows), l.histogram
		g.findSplits(small, large)
	}
	g.enqueue(left)
	g.enqueue(right)
}

// leftTable returns 1 for each code that the split sends left.
func (c *choice) leftTable() *[256]uint8 {
	if c.codes != nil {
		return c.codes
	}
	table := new([256]uint8)
	for b := range c.bin + 1 {
		table[b] = 1
	}
	if c.missingLeft {
		table[missingCode] = 1
	}
	return table
}

// addSplit writes the split of a leaf to the tree.
func (g *grower) addSplit(l *leafNode) (left int) {
	f := g.used[l.best.slot]
	b := &g.bins[f]
	g.tree.Cover[l.node], g.tree.Gain[l.node] = float32(l.total.rows), float32(l.best.gain+g.rules.minGain)
	if l.best.codes == nil {
		threshold := math.Inf(1)
		if l.best.bin < len(b.edges) {
			threshold = b.edges[l.best.bin]
		}
		return g.tree.Split(l.node, f, threshold, l.best.missingLeft)
	}
	var apart []int // from the missing ones
	for bin, c := range b.categories {
		if (l.best.codes[bin] != 0) != l.best.missingLeft {
			apart = append(apart, int(c))
		}
	}
	return g.tree.SplitSet(l.node, f, apart, l.best.missingLeft)
}

// constrain narrows the bounds of the children of a split by a feature with a
// monotone constraint: their values stay on either side of the middle.
func (g *grower) constrain(l, left, right *leafNode) {
	if g.rules.monotone == nil {
		return
	}
	middle := (left.value + right.value) / 2
	switch sign := g.rules.monotone[g.used[l.best.slot]]; {
	case sign > 0:
		left.upper, right.lower = middle, middle
	case sign < 0:
		left.lower, right.upper = middle, middle
	}
}

// wide reports whether the histogram of that many rows can't be packed.
func (g *grower) wide(rows int) bool { return rows > packedRows }

// histogram returns a histogram for that many rows, to be overwritten.
func (g *grower) histogram(rows int64) *histogram {
	var h *histogram
	if n := len(g.free); n > 0 {
		h, g.free = g.free[n-1], g.free[:n-1]
	} else {
		h = newHistogram(len(g.octets), g.wide(g.n), g.rows.hessians != nil)
	}
	h.packed = !g.wide(int(rows))
	return h
}

// release gives a histogram back; nil is none.
func (g *grower) release(h *histogram) {
	if h != nil {
		g.free = append(g.free, h)
	}
}

// leafQueue is a heap of leaves, the highest gain first and the older node
// first on a tie.
type leafQueue []*leafNode

func (q leafQueue) Len() int { return len(q) }
func (q leafQueue) Less(i, j int) bool {
	if q[i].best.gain != q[j].best.gain {
		return q[i].best.gain > q[j].best.gain
	}
	return q[i].node < q[j].node
}
func (q leafQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *leafQueue) Push(x any)   { *q = append(*q, x.(*leafNode)) }
func (q *leafQueue) Pop() any {
	last := len(*q) - 1
	l := (*q)[last]
	*q = (*q)[:last]
	return l
}
