package tree

import "math"

// sliceRows is how many rows of a large node one task adds to a histogram.
const sliceRows = 1 << 13

// sum returns the totals of all rows of the tree.
func (g *grower) sum() totals {
	rows := g.rows.rows
	parts := make([]totals, (len(rows)+sliceRows-1)/sliceRows)
	g.pool.rows(len(rows), sliceRows, func(from, to, _ int) {
		t := totals{rows: int64(to - from)}
		for _, i := range rows[from:to] {
			t.gradient += int64(g.gradients.gradient[i])
		}
		t.hessian = t.rows
		if h := g.gradients.hessian; h != nil {
			t.hessian = 0
			for _, i := range rows[from:to] {
				t.hessian += int64(h[i])
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

// findSplits builds the histogram of the smaller child from its rows, turns
// the parent's into that of the larger child, and finds the best splits of
// both. The root is a smaller child alone.
//
// A task is a slice of the rows and a quad of features. Whichever task of a
// quad ends last does the rest for the quad, so a split has one region of
// parallel work.
func (g *grower) findSplits(small, large *leafNode) {
	rows := g.rows.rows[small.from:small.to]
	quads := len(g.quads)
	slices, groups := g.shares(len(rows))
	for q := range g.pending {
		g.pending[q].Store(int32(slices))
	}
	g.pool.run(groups*slices, func(task, _ int) {
		s, k := task/groups, task%groups
		h := small.histogram
		if s > 0 {
			h = g.parts[s-1]
		}
		first, last := k*quads/groups, (k+1)*quads/groups
		for q := first; q < last; q++ {
			h.clear(q)
		}
		h.addRows(g.quads, first, last, &g.gradients, rows[s*len(rows)/slices:(s+1)*len(rows)/slices])
		for q := first; q < last; q++ {
			if g.pending[q].Add(-1) == 0 {
				g.finishQuad(q, small, large, slices)
			}
		}
	})
	small.best = bestOf(g.found[0])
	if large != nil {
		large.best = bestOf(g.found[1])
	}
}

// finishQuad does what is left when all slices of the rows have been added.
func (g *grower) finishQuad(q int, small, large *leafNode, slices int) {
	for _, part := range g.parts[:slices-1] {
		small.histogram.add(q, part)
	}
	g.found[0][q] = g.bestSplit(small, q)
	if large != nil {
		large.histogram.subtract(q, small.histogram)
		g.found[1][q] = g.bestSplit(large, q)
	}
}

// shares returns into how many slices of rows and groups of quads to divide
// the work on a node, and sees to the histograms that slices need. Neither
// number changes a result.
func (g *grower) shares(rows int) (slices, groups int) {
	if g.pool.workers == 1 {
		return 1, 1
	}
	slices = max(1, min(rows/sliceRows, 2*g.pool.workers))
	groups = min(len(g.quads), max(1, 4*g.pool.workers/slices))
	for len(g.parts) < slices-1 {
		g.parts = append(g.parts, newHistogram(len(g.quads), g.gradients.hessian != nil))
	}
	return slices, groups
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

// bestSplit finds the best split of a node by a feature of a quad, the first
// feature on a tie.
func (g *grower) bestSplit(l *leafNode, q int) choice {
	var best choice
	if !l.split {
		return best
	}
	quad := g.quads[q]
	for k, f := range g.used[quad.first : quad.first+quad.width] {
		slot := quad.first + k
		if l.allowed != nil && !l.allowed[slot] {
			continue
		}
		c := g.candidate(l, f, q, k)
		c.best.gain = best.gain
		if c.bins.codeOf != nil {
			c.findCategory()
		} else {
			c.findNumber()
		}
		if c.best.gain > best.gain {
			best = c.best
			best.slot = slot
		}
	}
	return best
}

func (g *grower) candidate(l *leafNode, feature, q, k int) candidate {
	c := candidate{
		splitRules: &g.rules,
		total:      l.total,
		bounds:     l.bounds,
		sums:       &l.histogram.sums[q][k],
		bins:       &g.bins[feature],
	}
	if c.bins.codeOf != nil {
		c.splitRules = &g.categories
	}
	if l.histogram.hessians != nil {
		c.hessians = &l.histogram.hessians[q][k]
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
