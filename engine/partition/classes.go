package partition

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"example.com/engine/selection"
	"example.com/engine/table"
)

// Classes sorts rows into numbered classes.
type Classes struct {
	Codes []int    // of each row
	Names []string // of each class, by its number
}

// distinct makes a class of each value, in the order of the values, and a last
// one of null, which may have no rows.
func distinct(c *table.Column) *Classes {
	switch c.Kind {
	case table.Float:
		return number(c, func(i int) float64 { return c.Floats[i] })
	case table.Category:
		return number(c, func(i int) string { return c.Levels[c.Codes[i]] })
	case table.Time:
		return number(c, func(i int) int64 { return c.Times[i] })
	default:
		return number(c, func(i int) string { return c.Texts[i] })
	}
}

func number[K cmp.Ordered](c *table.Column, at func(i int) K) *Classes {
	first := map[K]int{} // row of each value
	for i := range c.Len() {
		if c.IsNull(i) {
			continue
		}
		if _, ok := first[at(i)]; !ok {
			first[at(i)] = i
		}
	}
	out, code := &Classes{Codes: make([]int, c.Len())}, make(map[K]int, len(first))
	for _, v := range slices.Sorted(maps.Keys(first)) {
		code[v] = len(out.Names)
		out.Names = append(out.Names, c.String(first[v]))
	}
	for i := range out.Codes {
		out.Codes[i] = len(out.Names)
		if !c.IsNull(i) {
			out.Codes[i] = code[at(i)]
		}
	}
	out.Names = append(out.Names, "null")
	return out
}

// binned makes a class of each interval between edges, which ascend: open
// below and closed above, as in pandas.cut. What is not above the first edge
// and what is above the last are classes too, and so is null.
func binned(v, edges []float64) *Classes {
	last := len(edges) - 1
	out := &Classes{Codes: selection.Bin(v, edges), Names: []string{"up to " + shortest(edges[0])}}
	for i, hi := range edges[1:] {
		out.Names = append(out.Names, fmt.Sprintf("%s to %s", shortest(edges[i]), shortest(hi)))
	}
	out.Names = append(out.Names, "above "+shortest(edges[last]), "null")
	for i, x := range v {
		if math.IsNaN(x) {
			out.Codes[i] = last + 2
		}
	}
	return out
}

// separateNulls gives each null of the column, which distinct has put into
// one class, a class of its own.
func (c *Classes) separateNulls(col *table.Column) {
	first := true
	for i := range c.Codes {
		if !col.IsNull(i) {
			continue
		}
		if !first {
			c.Codes[i] = len(c.Names)
			c.Names = append(c.Names, "null")
		}
		first = false
	}
}

// sizes counts the rows of each class, or of them those that are marked.
func (c *Classes) sizes(marked []bool) []int {
	n := make([]int, len(c.Names))
	for i, code := range c.Codes {
		if marked == nil || marked[i] {
			n[code]++
		}
	}
	return n
}

func shortest(v float64) string { return string(table.AppendFloat(nil, v)) }
