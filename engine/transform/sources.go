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
		return Each(len(sig.In), func(int) int { return 1 })
	}
	all := make([]int, len(sig.In))
	for j := range all {
		all[j] = j
	}
	return slices.Repeat([][]int{all}, len(sig.Out))
}

// Each gives every column read so many columns made, in order.
func Each(read int, count func(j int) int) [][]int {
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
