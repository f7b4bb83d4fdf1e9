package boost

import (
	"slices"

	"example.com/engine/quantile"
	"example.com/engine/tree"
)

// renew gives each leaf the constant of least loss for the residuals of its
// rows, times the learning rate.
func (r *boosting) renew(l renewer, t *tree.Tree) {
	leaves := r.grower.leaves
	values := make([]float64, len(leaves))
	r.pool.run(len(leaves), func(i, _ int) {
		values[i] = r.renewed(l, leaves[i].stretch)
	})
	for i, leaf := range leaves {
		t.Values(leaf.node)[0] = values[i]
	}
	if r.grower.rules.monotone != nil {
		r.renewMonotone(l, t, 0, stretches(t, leaves), unbounded)
	}
}

// renewed returns the value for the rows of a node.
func (r *boosting) renewed(l renewer, s stretch) float64 {
	f, p := &r.train, &r.grower.rows
	var residual, w []float64
	for b := range s.from {
		first, _ := p.block(b)
		from, to := p.within(s, b)
		for _, m := range p.members[from:to] {
			i := first + m.row()
			residual = append(residual, f.y[i]-f.raw[i])
			if f.w != nil {
				w = append(w, f.w[i])
			}
		}
	}
	return r.LearningRate * l.renew(residual, w)
}

// stretches returns the rows of each node of a tree with those leaves.
func stretches(t *tree.Tree, leaves []*leafNode) []stretch {
	s := make([]stretch, t.Nodes())
	for _, l := range leaves {
		s[l.node] = l.stretch
	}
	for i := t.Nodes() - 1; i >= 0; i-- {
		if !t.IsLeaf(i) {
			left := t.Left[i]
			s[i] = stretch{s[left].from, s[left+1].to}
		}
	}
	return s
}

// renewMonotone brings renewed leaves within the bounds that constrained
// splits above them leave: as in growing, the middle between the values that
// the two children of the split would take as leaves.
func (r *boosting) renewMonotone(l renewer, t *tree.Tree, node int, s []stretch, b bounds) {
	if t.IsLeaf(node) {
		v := t.Values(node)
		v[0] = min(max(v[0], b.lower), b.upper)
		return
	}
	left := int(t.Left[node])
	inLeft, inRight := b, b
	if sign := r.grower.rules.monotone[t.Feature[node]]; sign != 0 {
		middle := 0.0
		for child := left; child <= left+1; child++ {
			v := r.renewed(l, s[child])
			middle += min(max(v, b.lower), b.upper) / 2
		}
		if sign > 0 {
			inLeft.upper, inRight.lower = middle, middle
		} else {
			inLeft.lower, inRight.upper = middle, middle
		}
	}
	r.renewMonotone(l, t, left, s, inLeft)
	r.renewMonotone(l, t, left+1, s, inRight)
}

// percentile returns a quantile of v, which it reorders. Without weights it
// interpolates linearly between the two values next to rank level·(n-1), as
// numpy.percentile does; with weights it is the first value whose cumulated
// weight reaches level of the whole, as scikit-learn's _weighted_percentile.
// It is 0 if v is empty or has no weight.
func percentile(v, w []float64, level float64) float64 {
	if len(v) == 0 {
		return 0
	}
	if w != nil {
		return weightedPercentile(v, w, level)
	}
	return quantile.LinearOf(v, level)
}

func weightedPercentile(v, w []float64, level float64) float64 {
	v, w = (&columnSample{column: v, weights: w}).sort()
	if len(v) == 0 {
		return 0
	}
	return quantile.InvertedCDF(v, w, level)
}

// copies returns copies to reorder; of nil, nil.
func copies(y, w []float64) (v, u []float64) {
	return slices.Clone(y), slices.Clone(w)
}
