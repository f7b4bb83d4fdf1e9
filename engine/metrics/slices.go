package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"example.com/engine/quantile"
)

// Group is a part of the rows with a name.
type Group struct {
	Name string
	Rows []int
}

// ByCategory groups rows by the code of a category, in the order of the codes;
// levels[code] names it. Rows with a negative code form a last group of the
// name null. Categories without rows are left out.
func ByCategory[C ~int | ~int32](codes []C, levels []string) []Group {
	groups := make([]Group, len(levels)+1)
	for k, level := range levels {
		groups[k].Name = level
	}
	groups[len(levels)].Name = "null"
	for i, c := range codes {
		k := int(c)
		if k < 0 {
			k = len(levels)
		}
		groups[k].Rows = append(groups[k].Rows, i)
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Rows) == 0 })
}

// ByBins groups rows by a number, as the target, into bins of as many rows
// each, as far as ties allow, and names them by their edges: [119600, 179700).
// The last bin includes its upper edge. Rows of NaN form a last group of the
// name null.
func ByBins(v []float64, bins int) []Group {
	sorted := slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	slices.Sort(sorted)
	var edges []float64
	for k := 0; k <= bins && len(sorted) > 0; k++ {
		edges = append(edges, quantile.Linear(sorted, float64(k)/float64(bins)))
	}
	edges = slices.Compact(edges)
	last := max(1, len(edges)-1)
	groups := make([]Group, last+1)
	groups[last].Name = "null"
	for k := range last {
		groups[k].Name = binName(edges, k)
	}
	for i, x := range v {
		k := last
		if !math.IsNaN(x) {
			above, found := slices.BinarySearch(edges, x)
			if !found {
				above--
			}
			k = min(above, last-1)
		}
		groups[k].Rows = append(groups[k].Rows, i)
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Rows) == 0 })
}

func binName(edges []float64, k int) string {
	switch {
	case len(edges) == 0:
		return ""
	case len(edges) == 1:
		return rounded(edges[0])
	case k == len(edges)-2:
		return "[" + rounded(edges[k]) + ", " + rounded(edges[k+1]) + "]"
	}
	return "[" + rounded(edges[k]) + ", " + rounded(edges[k+1]) + ")"
}

// rounded prints six significant digits without an exponent.
func rounded(x float64) string {
	six, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	return strconv.FormatFloat(six, 'f', -1, 64)
}

// Slice is a metric on a part of the rows.
type Slice struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
	Interval
}

// Slices measures each group of at least least rows, the worst first; groups
// on which the metric is undefined come last, and ties stay in their order.
// small names the groups with fewer rows, on which a metric says little.
func (b Bootstrap) Slices(ctx context.Context, d Data, m Metric, groups []Group, least int, seed uint64) (measured []Slice, small []Group, err error) {
	d.check()
	for _, g := range groups {
		if len(g.Rows) < least {
			small = append(small, g)
			continue
		}
		intervals, err := b.Intervals(ctx, d.Take(g.Rows), []Metric{m}, seed)
		if err != nil {
			return nil, nil, err
		}
		measured = append(measured, Slice{Name: g.Name, Rows: len(g.Rows), Interval: intervals[0]})
	}
	slices.SortStableFunc(measured, func(a, b Slice) int { return m.worstFirst(a.Estimate, b.Estimate) })
	return measured, small, nil
}

// worstFirst orders two values of the metric, NaN last.
func (m Metric) worstFirst(a, b float64) int {
	switch {
	case math.IsNaN(a) || math.IsNaN(b):
		return cmp.Compare(b, a) // NaN is below all others in cmp's order
	case m.Greater:
		return cmp.Compare(a, b)
	}
	return cmp.Compare(b, a)
}
