package boost

import (
	"math"
	"sync/atomic"
)

// sliceRows is how many rows of a large node one task adds to a histogram.
const sliceRows = 1 << 12

// sum returns the totals of all rows of the tree.
func (g *grower) sum() totals {
	rows := g.rows.rows
	parts := make([]totals, (len(rows)+sliceRows-1)/sliceRows)
	g.pool.rows(len(rows), sliceRows, func(from, to, _ int) {
		t := totals{rows: int64(to - from)}
		for _, m := range rows[from:to] {
			t.gradient += int64(m.gradient)
		}
		t.hessian = t.rows
		if h := g.gradients.hessian; h != nil {
			t.hessian = 0
			for _, m := range rows[from:to] {
				t.hessian += int64(h[m.row])
			}
		}
		parts[from/sliceRows] = t
	})
	var t totals
	for _, p := range parts {
		t = t.plus(p)
	}
	return t
}

// evaluate finds the best splits of the children of a split. It takes over the
// histogram of their parent.
func (g *grower) evaluate(parent, left, right *leafNode) {
	if g.maxLeaves > 0 && len(g.leaves)+len(g.queue)+2 >= g.maxLeaves {
		left.split, right.split = false, false
	}
	if !left.split && !right.split {
		g.release(parent.histogram)
		return
	}
	large, small := left, right
	if left.total.rows < right.total.rows {
		large, small = right, left
	}
	small.histogram, large.histogram = g.histogram(), parent.histogram
	g.findSplits(small, large)
}

// region is the parallel work that evaluates the children of a split. Workers
// take slices of rows until none is left, and then features of octets whose
// slices have all been added up. Nobody waits for anybody: who adds the last
// slice to an octet also sees to its features, unless others were faster.
type region struct {
	slices, groups int            // of rows, of octets
	next           atomic.Int32   // slice
	pending        []atomic.Int32 // by octet: slices to come, and 1 until they are added up
	feature        []atomic.Int32 // by octet: the next to scan
	parts          []*histogram   // by slice but the first: its own sums
	found          [2][]choice    // by child and slot
}

func newRegion(d *binned) *region {
	r := &region{pending: make([]atomic.Int32, len(d.octets)), feature: make([]atomic.Int32, len(d.octets))}
	for i := range r.found {
		r.found[i] = make([]choice, len(d.used))
	}
	return r
}

// start divides the work on rows into slices of rows and groups of octets.
// Neither number changes a result.
func (r *region) start(rows, workers int, hessians bool) {
	r.slices, r.groups = 1, 1
	if workers > 1 {
		r.slices = max(1, min(rows/sliceRows, 2*workers))
		r.groups = min(len(r.pending), max(1, 4*workers/r.slices))
	}
	for len(r.parts) < r.slices-1 {
		r.parts = append(r.parts, newHistogram(len(r.pending), hessians))
	}
	for _, found := range r.found {
		clear(found) // a feature that is not drawn finds nothing
	}
	r.next.Store(0)
	for o := range r.pending {
		r.pending[o].Store(int32(r.slices) + 1)
		r.feature[o].Store(0)
	}
}

// findSplits builds the histogram of the smaller child from its rows, turns
// the parent's into that of the larger child, and finds the best splits of
// both. The root is a smaller child alone.
func (g *grower) findSplits(small, large *leafNode) {
	r := g.region
	r.start(small.to-small.from, g.pool.workers, g.gradients.hessian != nil)
	g.pool.run(g.pool.workers, func(_, _ int) {
		for t := int(r.next.Add(1)) - 1; t < r.slices*r.groups; t = int(r.next.Add(1)) - 1 {
			g.addSlice(small, t/r.groups, t%r.groups)
		}
		for o := range r.pending {
			if r.pending[o].Load() > 0 {
				continue
			}
			for k := int(r.feature[o].Add(1)) - 1; k < g.octets[o].width; k = int(r.feature[o].Add(1)) - 1 {
				g.scanFeature(o*octetWidth+k, small, large)
			}
		}
	})
	small.best = bestOf(r.found[0])
	if large != nil {
		large.best = bestOf(r.found[1])
	}
}

// addSlice sums up a slice of the rows for a group of octets. Whoever comes
// last to an octet adds up its slices.
func (g *grower) addSlice(l *leafNode, slice, group int) {
	r, part := g.region, l.histogram
	if slice > 0 {
		part = r.parts[slice-1]
	}
	rows := g.rows.rows[l.from:l.to]
	rows = rows[slice*len(rows)/r.slices : (slice+1)*len(rows)/r.slices]
	first, last := group*len(g.octets)/r.groups, (group+1)*len(g.octets)/r.groups
	part.set(g.octets, first, last, &g.gradients, rows)
	for o := first; o < last; o++ {
		if r.pending[o].Add(-1) > 1 {
			continue
		}
		for _, other := range r.parts[:r.slices-1] {
			l.histogram.add(o, other)
		}
		r.pending[o].Store(0)
	}
}

// scanFeature finds the best splits by the feature of a slot, once the
// histogram of the smaller child is there.
func (g *grower) scanFeature(slot int, small, large *leafNode) {
	if g.octets[slot/octetWidth].drawn>>(slot%octetWidth)&1 == 0 {
		return
	}
	g.region.found[0][slot] = g.bestSplit(small, slot)
	if large != nil {
		large.histogram.subtract(slot/octetWidth, slot%octetWidth, small.histogram)
		g.region.found[1][slot] = g.bestSplit(large, slot)
	}
}

// bestOf returns the choice of highest gain, the first on a tie.
func bestOf(choices []choice) choice {
	var best choice
	for _, c := range choices {
		if c.gain > best.gain {
			best = c
		}
	}
	return best
}

// bestSplit finds the best split of a node by the feature of a slot.
func (g *grower) bestSplit(l *leafNode, slot int) choice {
	if !l.split || l.allowed != nil && !l.allowed[slot] {
		return choice{}
	}
	c := g.candidate(l, slot)
	c.best.slot = slot
	if c.bins.codeOf != nil {
		c.findCategory()
	} else {
		c.findNumber()
	}
	return c.best
}

func (g *grower) candidate(l *leafNode, slot int) candidate {
	feature, o, k := g.used[slot], slot/octetWidth, slot%octetWidth
	c := candidate{
		splitRules: &g.rules,
		total:      l.total,
		bounds:     l.bounds,
		sums:       &l.histogram.sums[o][k],
		bins:       &g.bins[feature],
	}
	if c.bins.codeOf != nil {
		c.splitRules = &g.categories
	}
	if l.histogram.hessians != nil {
		c.hessians = &l.histogram.hessians[o][k]
	}
	if g.rules.monotone != nil {
		c.sign = g.rules.monotone[feature]
	}
	gradient, hessian := float64(l.total.gradient), float64(l.total.hessian)
	score := g.rules.score(gradient, hessian, g.rules.value(gradient, hessian, l.bounds))
	// The last term is more than rounding can make a worthless split gain.
	c.base = score + g.rules.minGain + 1e-12*math.Abs(score)
	return c
}
