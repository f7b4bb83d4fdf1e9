package boost

import "math"

// divide moves the rows of a node to its children and adds up those of the
// smaller child, unless it is nil, while they are in the cache.
func (g *grower) divide(l, left, right, small *leafNode) {
	middle := make([]int32, len(l.from))
	left.stretch, right.stretch = stretch{l.from, middle}, stretch{middle, l.to}
	split, shift := g.column(l.best.slot)
	table := l.best.leftTable()
	g.eachBlock(l.total.rows, func(b int, t *part) {
		from, to := g.rows.within(l.stretch, b)
		lefts := g.rows.mark(split, from, to, shift, table)
		g.rows.moveRows(from, to, lefts, &t.shelf)
		middle[b] = l.from[b] + int32(lefts)
	}, func(b, first, last int, t *part) {
		from, to := g.rows.within(l.stretch, b)
		g.rows.moveCodes(g.octets[first:last], from, to, int(middle[b]-l.from[b]), &t.shelf)
		if small != nil {
			g.add(small, b, first, last, t)
		}
	})
}

// add adds the rows of a node in a block to octets first to last-1 of a part.
func (g *grower) add(l *leafNode, b, first, last int, t *part) {
	from, to := g.rows.within(l.stretch, b)
	t.add(&g.rows, &g.gradients.units, first, last, from, to)
}

// Less work than this many rows times octets is not worth waking others for.
// Tests make it small.
var aloneWork = 1 << 12

// eachBlock calls rows for each block, if it is not nil, and then octets for
// the same block and all octets, or groups of them where there are fewer blocks
// than workers. How the work is shared out changes no result.
func (g *grower) eachBlock(n int64, rows func(b int, t *part), octets func(b, first, last int, t *part)) {
	blocks, all := g.rows.blocks(), len(g.octets)
	both := func(b, worker int) {
		if rows != nil {
			rows(b, g.parts[worker])
		}
		octets(b, 0, all, g.parts[worker])
	}
	groups := min(all, (2*g.pool.workers-1)/blocks)
	switch {
	case int(n)*all < aloneWork:
		for b := range blocks {
			both(b, 0)
		}
	case groups <= 1 || g.pool.workers == 1:
		g.pool.run(blocks, both)
	default:
		if rows != nil {
			g.pool.run(blocks, func(b, worker int) { rows(b, g.parts[worker]) })
		}
		g.pool.run(blocks*groups, func(i, worker int) {
			b, group := i/groups, i%groups
			octets(b, group*all/groups, (group+1)*all/groups, g.parts[worker])
		})
	}
}

// findSplits finds the best splits of two children. The parts have the rows of
// the smaller one; the larger one has the histogram of the parent. The root is
// a smaller child alone.
func (g *grower) findSplits(small, large *leafNode) {
	small.histogram.swap(g.parts)
	g.pool.run(len(g.used), func(slot, _ int) { g.scanFeature(slot, small, large) })
	for _, t := range g.parts {
		t.taken()
	}
	small.best = bestOf(g.found[0])
	if large != nil {
		large.best = bestOf(g.found[1])
	}
}

// scanFeature finds the best splits by the feature of a slot.
func (g *grower) scanFeature(slot int, small, large *leafNode) {
	o, k := slot/octetWidth, slot%octetWidth
	g.found[0][slot], g.found[1][slot] = choice{}, choice{}
	if g.octets[o].drawn == 0 {
		return
	}
	small.histogram.take(g.parts, o, k) // if it is not drawn, too: others may have added to it
	if g.octets[o].drawn>>k&1 == 0 {
		return
	}
	g.found[0][slot] = g.bestSplit(small, slot)
	if large != nil {
		large.histogram.subtract(small.histogram, o, k)
		g.found[1][slot] = g.bestSplit(large, slot)
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
		bins:       &g.bins[feature],
	}
	c.sums, c.counts = l.histogram.of(o, k)
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
