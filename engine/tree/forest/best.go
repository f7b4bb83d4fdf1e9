package forest

import (
	"container/heap"
	"context"
)

// candidate is a node whose split is known and not made yet.
type candidate struct {
	item
	split    split
	total    moment
	decrease float64
}

// candidates is a heap, the split that lowers the impurity most on top, of
// equals the node that was made first.
type candidates []candidate

func (c candidates) Len() int      { return len(c) }
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c candidates) Less(i, j int) bool {
	if c[i].decrease != c[j].decrease {
		return c[i].decrease > c[j].decrease
	}
	return c[i].node < c[j].node
}
func (c *candidates) Push(x any) { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// growBest grows a tree of at most maxLeaves leaves, always by the split that
// lowers the impurity most. It stays on the first level, since subtrees do not
// end before others begin.
func (g *grower) growBest(ctx context.Context, l *level, root item, out *growth) {
	var open candidates
	add := func(it item) {
		rows := l.rows[it.from:it.to]
		total, pure := g.describe(l, rows, out, it.node)
		if pure || g.set.stops(it, len(rows)) {
			return
		}
		g.draw.forget(it)
		s, ok := g.search(l, it, total)
		if ok && g.set.enough(s, total, out.weight) {
			heap.Push(&open, candidate{it, s, total, g.set.decrease(s, total)})
		}
	}
	add(root)
	for leaves := 1; leaves < g.set.maxLeaves && len(open) > 0 && ctx.Err() == nil; leaves++ {
		c := heap.Pop(&open).(candidate)
		left, right := g.divide(l, c.item, c.split, c.total, out)
		add(left)
		add(right)
	}
}
