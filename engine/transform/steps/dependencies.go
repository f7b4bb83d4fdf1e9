package steps

import (
	"slices"

	"example.com/engine/transform"
)

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
