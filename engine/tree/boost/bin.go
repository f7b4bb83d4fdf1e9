package boost

import (
	"fmt"
	"math"
	"slices"

	"example.com/engine/quantile"
	"example.com/engine/radix"
)

const (
	maxBins     = 255 // codes 0…254 are numbers or categories
	missingCode = 255 // NaN, and categories without a bin of their own

	// Categories are codes below this, so that a set of them stays small.
	maxCategories = 1 << 16

	// largestEdge keeps edges finite, so that only a split of missing values
	// from all others has the threshold +Inf.
	largestEdge = 1e300
)

// bins maps the values of one feature to codes of one byte, in the order of
// the values.
//
// A number has code i iff edges[i-1] < x <= edges[i]. If a column has at most
// the wanted number of distinct values, the edges are the midpoints between
// neighbours; otherwise they are quantiles: edge i is the value at rank
// n·i/bins of the sorted column, or, if that rank is an integer, the midpoint
// of the two values around it. Equal edges are one. Both are the rules of
// scikit-learn's _BinMapper (numpy's averaged_inverted_cdf), bit for bit.
//
// A category has a bin of its own. If there are more categories than bins,
// the most frequent keep theirs (the lower code first on a tie) and the rest
// is treated as missing.
type bins struct {
	edges      []float64 // numbers: rising, one fewer than bins; nil if there are none
	categories []int32   // categories: the code of each bin, rising
	codeOf     []uint8   // categories: the bin of each code
	missing    bool      // a training row holds the missing code
}

// count returns the number of bins without the one of missing values.
func (b *bins) count() int {
	switch {
	case b.codeOf != nil:
		return len(b.categories)
	case b.edges == nil:
		return 0
	}
	return len(b.edges) + 1
}

// constant reports whether every training row has the same code.
func (b *bins) constant() bool { return b.count() == 0 || b.count() == 1 && !b.missing }

// code returns the bin of a value.
func (b *bins) code(x float64) uint8 {
	switch {
	case x != x:
		return missingCode
	case b.codeOf == nil:
		i, _ := slices.BinarySearch(b.edges, x)
		return uint8(i)
	case x >= 0 && x < float64(len(b.codeOf)):
		return b.codeOf[int(x)]
	}
	return missingCode
}

// edgeKeys returns the edges as whole numbers in the same order.
func (b *bins) edgeKeys() []uint64 {
	keys := make([]uint64, len(b.edges))
	for i, e := range b.edges {
		keys[i] = radix.Key(e)
	}
	return keys
}

// codesOf writes the bins of numbers to codes, as code does, from the keys of
// the edges.
func codesOf(codes *[4]uint8, edges []uint64, x *[4]float64) {
	i0, i1, i2, i3 := radix.Below(edges, radix.Key(x[0]), radix.Key(x[1]), radix.Key(x[2]), radix.Key(x[3]))
	*codes = [4]uint8{uint8(i0), uint8(i1), uint8(i2), uint8(i3)}
	for j, v := range x {
		if v != v {
			codes[j] = missingCode
		}
	}
}

// columnSample is memory for finding the bins of one column after the other.
type columnSample struct {
	column, weights []float64 // of the sampled rows; weights may be nil
	sorter          radix.Sorter
	sorted          []float64
}

// take reads the sampled rows of feature f, and their weights, unless w is nil.
func (c *columnSample) take(r rowsOf, f int, w []float64, sample []int32) {
	c.column, c.weights = slices.Grow(c.column[:0], len(sample)), nil
	for _, row := range sample {
		c.column = append(c.column, r.row(int(row))[f])
	}
	if w == nil {
		return
	}
	for _, row := range sample {
		c.weights = append(c.weights, w[row])
	}
}

// numericBins returns the bins of a sample of a column and of the weights of
// its rows, or nil. A NaN in the sample is left out.
func (c *columnSample) numericBins(most int) bins {
	sorted, weights := c.sort()
	if len(sorted) == 0 {
		return bins{}
	}
	edges := midpoints(sorted, most)
	if edges == nil {
		edges = quantiles(sorted, weights, most)
	}
	return bins{edges: edges}
}

// sort returns in rising order the values that are numbers and have a weight
// above 0, and their weights, or nil.
func (c *columnSample) sort() (x, w []float64) {
	c.sorter.Reset(len(c.column))
	for i, v := range c.column {
		if v == v && weightAt(c.weights, i) > 0 {
			c.sorter.Add(radix.Key(v), uint32(i))
		}
	}
	keys, rows := c.sorter.Sort()
	c.sorted = slices.Grow(c.sorted[:0], len(c.column))[:len(keys)]
	for i, k := range keys {
		c.sorted[i] = radix.Value(k)
	}
	if c.weights == nil {
		return c.sorted, nil
	}
	w = make([]float64, len(c.sorted))
	for i, r := range rows {
		w[i] = c.weights[r]
	}
	return c.sorted, w
}

// midpoints returns the edges between neighbours of a sorted column, or nil if
// it has more than that many distinct values.
func midpoints(sorted []float64, most int) []float64 {
	edges := make([]float64, 0, most)
	for i := 1; i < len(sorted); i++ {
		if sorted[i-1] == sorted[i] {
			continue
		}
		if len(edges) == most-1 {
			return nil
		}
		edges = append(edges, middle(sorted[i-1], sorted[i]))
	}
	return slices.Clip(edges)
}

// middle returns an m with a <= m < b for a < b: their mean if it has that
// property, which rounding, overflow and infinities can take from it.
func middle(a, b float64) float64 {
	m := (a + b) / 2
	if math.IsInf(m, 1) && a < largestEdge {
		return largestEdge
	}
	if m >= a && m < b {
		return m
	}
	return a
}

// quantiles returns the edges of bins of about equal weight.
func quantiles(sorted, weights []float64, most int) []float64 {
	var cumulated []float64
	for i, w := range weights {
		if i > 0 {
			w += cumulated[i-1]
		}
		cumulated = append(cumulated, w)
	}
	edges := make([]float64, 0, most-1)
	step := 100 / float64(most)
	for i := 1; i < most; i++ {
		q := float64(i) * step / 100
		var edge float64
		if weights == nil {
			edge = quantile.AveragedInvertedCDF(sorted, q)
		} else {
			edge = quantile.AveragedCumulated(sorted, cumulated, q)
		}
		edges = append(edges, min(edge, largestEdge))
	}
	return slices.Clip(slices.Compact(edges))
}

// categoryBins returns the bins of a categorical column from how often each
// code occurs.
func categoryBins(counts []int, most int) bins {
	var seen []int32
	for c, n := range counts {
		if n > 0 {
			seen = append(seen, int32(c))
		}
	}
	if len(seen) > most {
		slices.SortStableFunc(seen, func(a, b int32) int { return counts[b] - counts[a] })
		seen = seen[:most]
		slices.Sort(seen)
	}
	b := bins{categories: seen, codeOf: make([]uint8, len(counts))}
	for i := range b.codeOf {
		b.codeOf[i] = missingCode
	}
	for i, c := range seen {
		b.codeOf[c] = uint8(i)
	}
	return b
}

// category returns the code that x stands for, or an error that says what is
// wrong with it. NaN is the caller's to treat.
func category(x float64) (int, error) {
	if !(x >= 0 && x < maxCategories) || x != math.Trunc(x) {
		return 0, fmt.Errorf("%v is no category: want a whole number from 0 to %d", x, maxCategories-1)
	}
	return int(x), nil
}
