package boost

import (
	"slices"

	"example.com/engine/tree"
)

// addTree grows the next tree from the quantised derivatives by output c and
// the given rows, nil for all, and adds it to all raw predictions.
func (r *boosting) addTree(c int, rows []int32) {
	g := r.grower
	g.gradients = r.quantised[c]
	r.setRules(c)
	r.drawFeatures()
	t := g.grow(rows)
	u := r.scale[c]
	for i := range t.Value {
		t.Value[i] *= r.LearningRate * u.gradient / u.hessian
	}
	for i, gain := range t.Gain {
		t.Gain[i] = float32(float64(gain) * u.gradient * u.gradient / u.hessian)
	}
	if l, ok := r.loss.(renewer); ok {
		r.renew(l, t)
	}
	r.Trees.Append(t)
	r.apply(t, c, rows)
	r.applyRaw(&r.valid, t, c)
}

// setRules translates the settings to the units of the tree.
func (r *boosting) setRules(c int) {
	u, g := r.scale[c], r.grower
	g.rules = splitRules{
		packing:    g.gradients.packing,
		l1:         r.L1 / u.gradient,
		l2:         r.L2 / u.hessian,
		minRows:    int64(max(1, r.MinSamplesLeaf)),
		minHessian: r.MinHessian / u.hessian,
		minGain:    r.MinGain * u.hessian / (u.gradient * u.gradient),
		catSmooth:  r.CatSmooth,
		catPull:    r.CatSmooth / u.hessian,
		monotone:   r.monotone(r.Features),
	}
	g.categories = g.rules
	g.categories.l2 += r.CatL2 / u.hessian
}

// apply adds a tree to the raw predictions by output c of the training rows.
// Rows that took part stand in the leaves; those of a leaf rise, so that the
// part of a leaf that is in a block of rows is found by bisection.
func (r *boosting) apply(t *tree.Tree, c int, sampled []int32) {
	f, k := &r.train, r.outputs()
	rows, leaves := r.grower.rows.rows, r.grower.leaves
	r.pool.rows(f.len(), applyBlock, func(from, to, _ int) {
		for _, l := range leaves {
			value := t.Values(l.node)[0]
			for _, m := range within(rows[l.from:l.to], from, to) {
				f.raw[int(m.row)*k+c] += value
			}
		}
		if sampled != nil {
			r.applyRest(t, c, sampled, from, to)
		}
	})
}

// applyRest adds a tree to the rows of a block that did not take part.
func (r *boosting) applyRest(t *tree.Tree, c int, sampled []int32, from, to int) {
	f, k := &r.train, r.outputs()
	next, _ := slices.BinarySearch(sampled, int32(from))
	for i := from; i < to; i++ {
		if next < len(sampled) && int(sampled[next]) == i {
			next++
			continue
		}
		f.raw[i*k+c] += t.Values(t.Leaf(f.row(i)))[0]
	}
}

// applyRaw adds a tree to the raw predictions by output c of rows held out.
func (r *boosting) applyRaw(f *fitRows, t *tree.Tree, c int) {
	k := r.outputs()
	r.pool.rows(f.len(), deriveBlock, func(from, to, _ int) {
		for i := from; i < to; i++ {
			f.raw[i*k+c] += t.Values(t.Leaf(f.row(i)))[0]
		}
	})
}
