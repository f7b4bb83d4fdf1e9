package forest

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// noSplit is the gain of what divides nothing.
var noSplit = math.Inf(-1)

// search returns the best split among the features drawn, the first drawn of
// equals, then the lowest cut.
func (g *grower) search(l *level, it item, total moment) (best split, ok bool) {
	rows := l.rows[it.from:it.to]
	g.draw.start(it)
	g.tallied = false
	best.gain = noSplit
	if l.up == nil && len(rows) >= hugeNode {
		return g.searchTogether(l, rows, total)
	}
	for {
		f, u, more := g.draw.next()
		if !more {
			break
		}
		g.draw.judge(f, g.evaluate(l, f, u, rows, total, &best))
		// Two rows part in one way only.
		if len(rows) == 2 && best.gain > noSplit {
			break
		}
	}
	return best, best.gain > noSplit
}

// evaluate replaces best by the best split of a feature if that gains more, and
// reports whether the rows do not differ in the feature. u is random.
func (g *grower) evaluate(l *level, f int, u uint64, rows []uint32, total moment, best *split) (constant bool) {
	c := l.column(f, &g.scratch)
	if g.set.fast(f, c) {
		cut := fastCut(c, rows, l.stat, &g.scratch, total)
		if cut.num < 0 {
			return true
		}
		if gain := cut.num / cut.den; gain > best.gain {
			*best = split{feature: f, gain: gain, cut: cut.code}
		}
		return false
	}
	if !g.tallied {
		g.tally.start(l, rows, total)
		g.tallied = true
	}
	if g.set.random {
		return g.randomSplit(l, f, c, u, rows, best)
	}
	s, constant := g.tallySplit(f, c)
	if s.gain > best.gain {
		*best = s
	}
	return constant
}

// fast reports whether fastCut will do for the feature.
func (s *trainingSet) fast(f int, c *column) bool {
	return !s.random && !c.missing && s.minLeaf <= 1 && !s.categorical[f] && !s.byClass()
}

// tallySplit returns the best split of a column by the tally.
func (g *grower) tallySplit(f int, c *column) (s split, constant bool) {
	s.feature, s.gain = f, noSplit
	g.list = g.tally.add(c, g.words[:wordsFor(c.card)], g.list[:0])
	defer g.tally.drop(g.list)
	if len(g.list) < 2 {
		return s, true
	}
	codes, nan := g.list, uint32(noCode)
	if last := len(g.list) - 1; c.missing && g.list[last] == uint32(c.card-1) {
		codes, nan = codes[:last], g.list[last]
	}
	inSets := g.set.categorical[f] && g.set.classes <= 2
	if inSets {
		codes = g.byMean(codes)
	}
	// NaN right first: it stays where sending it left is no better.
	best := g.tally.best(codes, noCode, g.set.minLeaf)
	if nan != noCode {
		if also := g.tally.best(codes, nan, g.set.minLeaf); also.length > 0 && (best.length == 0 || also.gain > best.gain) {
			best, s.missingLeft = also, true
		}
	}
	if best.length == 0 {
		return s, false
	}
	s.gain = best.gain
	if inSets {
		s.set = slices.Clone(codes[:best.length])
	} else if s.cut = uint32(c.present()); best.length < len(codes) {
		s.cut = codes[best.length]
	}
	return s, false
}

// byMean returns the codes by rising mean target: some prefix of that order is
// the best of all subsets (Fisher 1958; Breiman et al. 1984, section 4.2.2).
func (g *grower) byMean(codes []uint32) []uint32 {
	means := make(map[uint32]float64, len(codes))
	for _, code := range codes {
		means[code] = g.tally.mean(code)
	}
	sorted := slices.Clone(codes)
	slices.SortStableFunc(sorted, func(a, b uint32) int { return cmp.Compare(means[a], means[b]) })
	return sorted
}

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

// MaxFeatures is how many features a node draws: a number of them such as 9, a
// share such as 0.33 or 1.0, "sqrt", "log2", or "all". A whole number without a
// point is a count: 1 is one feature and 1.0 is all of them.
type MaxFeatures string

// UnmarshalText refuses what is none of these.
func (m *MaxFeatures) UnmarshalText(text []byte) error {
	*m = MaxFeatures(text)
	_, err := m.Of(1)
	return err
}

// MarshalText returns the text that UnmarshalText reads.
func (m MaxFeatures) MarshalText() ([]byte, error) { return []byte(m), nil }

// Of returns the number for so many features: at least 1, at most all.
func (m MaxFeatures) Of(features int) (int, error) {
	k, err := m.of(float64(features))
	return max(1, min(features, int(k))), err
}

func (m MaxFeatures) of(features float64) (float64, error) {
	switch m {
	case "sqrt":
		return math.Sqrt(features), nil
	case "log2":
		return math.Log2(features), nil
	case "all":
		return features, nil
	}
	v, err := strconv.ParseFloat(string(m), 64)
	switch count := !strings.ContainsAny(string(m), ".eE"); {
	case err != nil || !(v > 0) || !count && v > 1:
		return 0, fmt.Errorf("max_features: %q is not a count, a share up to 1.0, sqrt, log2 or all", string(m))
	case count:
		return v, nil
	}
	return v * features, nil
}
