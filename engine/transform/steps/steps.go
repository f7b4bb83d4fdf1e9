// Package steps holds the transformers that come with the engine, a file each.
// Importing it registers them with package transform, whose comment says what a
// transformer is.
//
// Each has the name, the settings and the edge cases of the scikit-learn one;
// where it departs, its comment says so.
package steps

import (
	"maps"
	"math"
	"slices"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// epsilon is the gap between 1 and the next float64.
const epsilon = 0x1p-52

// sum adds v with Neumaier's compensation, nulls left out, and counts the
// numbers. Its error does not grow with the length.
func sum(v []float64) (total float64, n int) {
	lost := 0.0
	for _, x := range v {
		if x != x {
			continue
		}
		n++
		t := total + x
		if math.Abs(total) >= math.Abs(x) {
			lost += total - t + x
		} else {
			lost += x - t + total
		}
		total = t
	}
	return total + lost, n
}

// moments returns the mean and the population variance of the numbers in v and
// how many there are, all 0 if none. The variance takes a second pass.
//
// Note: there is no correction for the rounding of the mean (Chan, Golub &
// LeVeque 1983). The mean is right to its last bit, and a variance that this
// would matter to counts as constant.
func moments(v []float64) (mean, variance float64, n int) {
	total, n := sum(v)
	if n == 0 {
		return 0, 0, 0
	}
	mean = total / float64(n)
	squares := 0.0
	for _, x := range v {
		if x == x {
			d := x - mean
			squares += float64(d * d) // not fused, so the same on every machine
		}
	}
	return mean, squares / float64(n), n
}

// isConstant tells whether a variance is within the rounding error of a
// constant column's, by scikit-learn's bound.
func isConstant(mean, variance float64, n int) bool {
	bound := float64(n) * mean * epsilon
	return variance <= float64(float64(n)*epsilon*variance)+float64(bound*bound)
}

// observed returns a copy of v without nulls.
func observed(v []float64) []float64 {
	out := make([]float64, 0, len(v))
	for _, x := range v {
		if x == x {
			out = append(out, x)
		}
	}
	return out
}

// linspace returns n numbers from a to b in equal steps, as numpy's.
func linspace(a, b float64, n int) []float64 {
	out := make([]float64, n)
	step := (b - a) / float64(max(1, n-1))
	for i := range out {
		out[i] = float64(float64(i)*step) + a
	}
	if n > 1 {
		out[n-1] = b
	}
	return out
}

func allNull(c *table.Column) bool {
	for i := range c.Len() {
		if !c.IsNull(i) {
			return false
		}
	}
	return true
}

// mostFrequent returns the value that stands most often in v, the least of
// several. It sorts v, which must hold numbers only and not be empty.
func mostFrequent(v []float64) float64 {
	slices.Sort(v)
	best, count := v[0], 0
	for i := 0; i < len(v); {
		n := 1
		for i+n < len(v) && v[i+n] == v[i] {
			n++
		}
		if n > count {
			best, count = v[i], n
		}
		i += n
	}
	return best
}

// mostFrequentText is mostFrequent for a category or a text, nulls left out.
func mostFrequentText(c *table.Column) string {
	v, counts := countTexts(c)
	best := 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	return v[best]
}

// countTexts returns the distinct values of a category or a text, sorted and
// without null, and how often each stands there.
func countTexts(c *table.Column) (values []string, counts []int) {
	count := map[string]int{}
	if c.Kind == table.Category {
		perCode := make([]int, len(c.Levels))
		for _, code := range c.Codes {
			if code >= 0 {
				perCode[code]++
			}
		}
		for code, n := range perCode {
			if n > 0 {
				count[c.Levels[code]] += n
			}
		}
	}
	for _, s := range c.Texts {
		if s != "" {
			count[s]++
		}
	}
	values = slices.Sorted(maps.Keys(count))
	for _, s := range values {
		counts = append(counts, count[s])
	}
	return values, counts
}

// Dependencies tells which column each one made comes from.
func (s *SimpleImputer) Dependencies() [][]int {
	out := transform.Each(len(s.In), func(j int) int {
		if s.Fills[j].Drop {
			return 0
		}
		return 1
	})
	for _, j := range s.Indicators {
		out = append(out, []int{j})
	}
	return out
}

// Dependencies tells which column each one made comes from. A column of zeros
// alone, of a category that is given and never seen, has a slot too.
func (e *OneHotEncoder) Dependencies() [][]int {
	out := make([][]int, len(e.Out))
	for j, code := range e.Encodings {
		for _, slot := range append([]int{code.Unknown}, code.Slots...) {
			if slot >= 0 {
				out[slot] = []int{j}
			}
		}
	}
	return out
}

// Dependencies tells which column each one made comes from.
func (d *KBinsDiscretizer) Dependencies() [][]int {
	return transform.Each(len(d.In), func(j int) int {
		if d.Encode == "ordinal" {
			return 1
		}
		return len(d.Edges[j]) + 1
	})
}

// Dependencies tells which column each one made comes from.
func (e *TargetEncoder) Dependencies() [][]int {
	return transform.Each(len(e.In), func(int) int { return len(e.TargetMean) })
}

// Dependencies are those in By. Neighbours are found by some columns; the others' values are those of the
// neighbours, not of the row.
func (t *NeighborMean) Dependencies() [][]int {
	var by []int
	for j, f := range t.In {
		if slices.Contains(t.By, f.Name) {
			by = append(by, j)
		}
	}
	return slices.Repeat([][]int{by}, len(t.Out))
}
