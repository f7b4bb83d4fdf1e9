package boost

import (
	"math"

	"example.com/engine/tree"
)

// addTree grows the next tree from the derivatives by output c and the rows
// that are taken, nil for all, and adds it to all raw predictions.
func (r *boosting) addTree(c int, taken []uint8) {
	g := r.grower
	g.gradients = r.gradients[c]
	r.setRules()
	r.drawFeatures()
	t := g.grow(taken)
	u := &g.gradients.units
	for i, gain := range t.Gain {
		t.Gain[i] = float32(float64(gain) * u.gradient * u.gradient / u.hessian)
	}
	if l, ok := r.loss.(renewer); ok {
		r.renew(l, t)
	} else {
		r.setValues(t)
	}
	r.Trees.Append(t)
	r.apply(t, c)
	r.applyRaw(&r.valid, t, c)
}

// setValues gives the leaves their values from the exact sums of their rows,
// which don't depend on how coarse the units of the histograms are.
func (r *boosting) setValues(t *tree.Tree) {
	g := r.grower
	u, leaves := &g.gradients.units, g.leaves
	parts := make([][]leafSum, r.pool.workers)
	for w := range parts {
		parts[w] = make([]leafSum, len(leaves))
	}
	r.pool.run(g.rows.blocks(), func(b, worker int) {
		for i, l := range leaves {
			g.rows.addFine(&parts[worker][i], l.stretch, b, u)
		}
	})
	fine := math.Ldexp(1, rowBits-int(u.drop)) // a fine unit in coarse ones
	for i, l := range leaves {
		var sum leafSum
		for _, p := range parts {
			sum.gradient.include(p[i].gradient)
			sum.hessian.include(p[i].hessian)
		}
		hessian := float64(l.total.rows)
		if g.rows.hessians != nil {
			hessian = sum.hessian.float() * hessianTop / fineTop
		}
		value := l.rules.value(sum.gradient.float()*fine, hessian, l.bounds) * (u.gradient / u.hessian)
		t.Values(l.node)[0] = r.step(value)
	}
}

// step returns the share of a Newton step that the learning rate allows, or
// less, so that no leaf moves past its least loss: the log losses and Poisson's
// have |f”'| <= f” in the raw prediction, so f' has the same sign up to
// log(1 + |Newton step|) from here. See Bach, "Self-concordant analysis for
// logistic regression" (2010). It is shorter where the step is long, as in a
// leaf with the only event of many rows; at a learning rate of 0.1 from 36 on.
//
// Note: scikit-learn and LightGBM go the whole step and predict 24 and 4 times
// the mean of 20 events in 100,000 rows.
func (r *boosting) step(newton float64) float64 {
	step := r.LearningRate * newton
	if most := math.Log1p(math.Abs(newton)); !r.constantHessian() && math.Abs(step) > most {
		return math.Copysign(most, newton)
	}
	return step
}

// setRules translates the settings to the units of the tree.
func (r *boosting) setRules() {
	g := r.grower
	u := &g.gradients.units
	g.rules = splitRules{
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
// The leaves have the rows that took part; the others stand behind them in each
// block.
func (r *boosting) apply(t *tree.Tree, c int) {
	f, k, g := &r.train, r.outputs(), r.grower
	r.pool.run(g.rows.blocks(), func(b, _ int) {
		first, end := g.rows.block(b)
		took := 0
		for _, l := range g.leaves {
			value := t.Values(l.node)[0]
			from, to := g.rows.within(l.stretch, b)
			for _, m := range g.rows.members[from:to] {
				f.raw[(first+m.row())*k+c] += value
			}
			took += to - from
		}
		for _, m := range g.rows.members[first+took : end] {
			row := first + m.row()
			f.raw[row*k+c] += t.Values(t.Leaf(f.row(row)))[0]
		}
	})
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
