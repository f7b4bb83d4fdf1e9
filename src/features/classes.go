package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"example.com/engine/selection"
	"example.com/engine/table"
)

// classes sorts rows into numbered classes.
type classes struct {
	codes []int // of each row
	names []string
}

// distinct makes a class of each value, in the order of the values, and a last
// one of null, which may have no rows.
func distinct(c *table.Column) *classes {
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

func number[K cmp.Ordered](c *table.Column, at func(i int) K) *classes {
	first := map[K]int{} // row of each value
	for i := range c.Len() {
		if c.IsNull(i) {
			continue
		}
		if _, ok := first[at(i)]; !ok {
			first[at(i)] = i
		}
	}
	out, code := &classes{codes: make([]int, c.Len())}, make(map[K]int, len(first))
	for _, v := range slices.Sorted(maps.Keys(first)) {
		code[v] = len(out.names)
		out.names = append(out.names, c.String(first[v]))
	}
	for i := range out.codes {
		out.codes[i] = len(out.names)
		if !c.IsNull(i) {
			out.codes[i] = code[at(i)]
		}
	}
	out.names = append(out.names, "null")
	return out
}

// binned makes a class of each interval between edges, which ascend: open
// below and closed above, as in pandas.cut. What is not above the first edge
// and what is above the last are classes too, and so is null.
func binned(v, edges []float64) *classes {
	last := len(edges) - 1
	out := &classes{codes: selection.Bin(v, edges), names: []string{"up to " + shortest(edges[0])}}
	for i, hi := range edges[1:] {
		out.names = append(out.names, fmt.Sprintf("%s to %s", shortest(edges[i]), shortest(hi)))
	}
	out.names = append(out.names, "above "+shortest(edges[last]), "null")
	for i, x := range v {
		if math.IsNaN(x) {
			out.codes[i] = last + 2
		}
	}
	return out
}

// separateNulls gives each null of the column, which distinct has put into
// one class, a class of its own.
func (c *classes) separateNulls(col *table.Column) {
	first := true
	for i := range c.codes {
		if !col.IsNull(i) {
			continue
		}
		if !first {
			c.codes[i] = len(c.names)
			c.names = append(c.names, "null")
		}
		first = false
	}
}

// sizes counts the rows of each class.
func (c *classes) sizes() []int {
	n := make([]int, len(c.names))
	for _, code := range c.codes {
		n[code]++
	}
	return n
}

// within counts the marked rows of each class.
func (c *classes) within(marked []bool) []int {
	n := make([]int, len(c.names))
	for i, code := range c.codes {
		if marked[i] {
			n[code]++
		}
	}
	return n
}

func shortest(v float64) string { return string(table.AppendFloat(nil, v)) }
