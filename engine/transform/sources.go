package transform

import (
	"slices"
)

// Depender is a transformer whose columns made are not one for one those read,
// and of which some are made from less than all of them.
type Depender interface {
	// Dependencies returns for each column made the places of the columns read that it
	// depends on.
	Dependencies() [][]int
}

// Sources returns for each column made, in the order of NamesOut, the names of
// the columns read that it depends on, in the order in which they are read. A
// column made that depends on none is an empty list. It is nil before Fit.
func (c *ColumnTransformer) Sources() [][]string {
	if c.In == nil {
		return nil
	}
	out := make([][]string, 0, len(c.Out))
	for i := range c.parts {
		p := &c.parts[i]
		for _, places := range dependencies(p.t) {
			from := make([]int, len(places))
			for k, j := range places {
				from[k] = p.in[j]
			}
			slices.Sort(from)
			of := make([]string, 0, len(from))
			for _, j := range slices.Compact(from) {
				of = append(of, c.In[j].Name)
			}
			out = append(out, of)
		}
	}
	return out
}

// dependencies is Dependencies for any transformer. One that does not tell depends on
// the column of the same place, if it makes columns of the names that it reads,
// and else on all.
func dependencies(t Rowwise) [][]int {
	if m, ok := t.(Depender); ok {
		return m.Dependencies()
	}
	sig := t.signature()
	if slices.Equal(names(sig.In), names(sig.Out)) {
		return each(len(sig.In), func(int) int { return 1 })
	}
	all := make([]int, len(sig.In))
	for j := range all {
		all[j] = j
	}
	return slices.Repeat([][]int{all}, len(sig.Out))
}

// each gives every column read so many columns made, in order.
func each(read int, count func(j int) int) [][]int {
	out := [][]int{}
	for j := range read {
		out = append(out, slices.Repeat([][]int{{j}}, count(j))...)
	}
	return out
}

// Dependencies goes through the steps.
func (p Pipeline) Dependencies() [][]int {
	var out [][]int
	for i, s := range p {
		step := dependencies(s.Transformer.(Rowwise))
		if i == 0 {
			out = step
			continue
		}
		next := make([][]int, len(step))
		for k, places := range step {
			for _, j := range places {
				next[k] = append(next[k], out[j]...)
			}
			slices.Sort(next[k])
			next[k] = slices.Compact(next[k])
		}
		out = next
	}
	return out
}

// Dependencies tells which column each one made comes from.
func (s *SimpleImputer) Dependencies() [][]int {
	out := each(len(s.In), func(j int) int {
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
	return each(len(d.In), func(j int) int {
		if d.Encode == "ordinal" {
			return 1
		}
		return len(d.Edges[j]) + 1
	})
}

// Dependencies tells which column each one made comes from.
func (e *TargetEncoder) Dependencies() [][]int {
	return each(len(e.In), func(int) int { return len(e.TargetMean) })
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
