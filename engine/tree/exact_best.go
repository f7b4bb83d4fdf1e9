package tree

import (
	"container/heap"
	"context"
)

// exactCandidate is a node whose split is known and not made yet.
type exactCandidate struct {
	exactItem
	split    exactSplit
	total    moment
	decrease float64
}

// exactCandidates is a heap, the split that lowers the impurity most on top, of
// equals the node that was made first.
type exactCandidates []exactCandidate

func (c exactCandidates) Len() int      { return len(c) }
func (c exactCandidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c exactCandidates) Less(i, j int) bool {
	if c[i].decrease != c[j].decrease {
		return c[i].decrease > c[j].decrease
	}
	return c[i].node < c[j].node
}
func (c *exactCandidates) Push(x any) { *c = append(*c, x.(exactCandidate)) }
func (c *exactCandidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// growBest grows a tree of at most maxLeaves leaves, always by the split that
// lowers the impurity most. It stays on the first level, since subtrees do not
// end before others begin.
func (g *exactGrower) growBest(ctx context.Context, l *exactLevel, root exactItem, out *exactGrowth) {
	var open exactCandidates
	add := func(it exactItem) {
		rows := l.rows[it.from:it.to]
		total, pure := g.describe(l, rows, out, it.node)
		if pure || g.set.stops(it, len(rows)) {
			return
		}
		g.draw.forget(it)
		s, ok := g.search(l, it, total)
		if ok && g.set.enough(s, total, out.weight) {
			heap.Push(&open, exactCandidate{it, s, total, g.set.decrease(s, total)})
		}
	}
	add(root)
	for leaves := 1; leaves < g.set.maxLeaves && len(open) > 0 && ctx.Err() == nil; leaves++ {
		c := heap.Pop(&open).(exactCandidate)
		left, right := g.divide(l, c.exactItem, c.split, c.total, out)
		add(left)
		add(right)
	}
}
