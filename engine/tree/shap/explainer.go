// Package shap divides the predictions of trees among the features: exact Shapley
// values by path-dependent TreeSHAP.
package shap

import (
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
	"example.com/engine/radix"
	"example.com/engine/tree"
)

// Explainer divides predictions among the features by path-dependent TreeSHAP
// (Lundberg, Erion and others 2020, algorithm 2): exact Shapley values of what
// the trees predict if some features are unknown. For each row and output,
//
//	base + Σ contributions = prediction
//
// of a boosting classifier: the raw one, before the sigmoid or softmax. It is
// safe for concurrent use.
type Explainer struct {
	ensemble *tree.Ensemble
	features int
	scale    float64
	base     []float64 // by output
	trees    []layout
	rules    [][]lane // by the number of points
	scratch  sync.Pool
}

// New explains base + scale · Σ trees, of rows with that many features. base has a
// number for each output. It takes a pass over the trees: make it once.
func New(e *tree.Ensemble, features int, scale float64, base []float64) *Explainer {
	x := &Explainer{
		ensemble: e, features: features, scale: scale,
		base: append([]float64(nil), base...), trees: make([]layout, len(e.Roots)),
	}
	parallel.For(len(e.Roots), func(i int) { x.trees[i] = newLayout(e, int(e.Roots[i])) })
	splits, points := 0, 0
	for i := range x.trees {
		t := &x.trees[i]
		if e.LeafSize == 1 {
			t.output = i % e.Outputs
		}
		splits, points = max(splits, len(t.splits)), max(points, t.points)
		x.addMeans(t)
	}
	for n := range points + 1 {
		x.rules = append(x.rules, quadrature(n))
	}
	x.scratch.New = func() any { return newScratch(features, splits) }
	return x
}

// addMeans adds what a tree predicts on average to the base.
func (x *Explainer) addMeans(t *layout) {
	reach := make([]float64, len(t.splits)+len(t.leaves))
	reach[0] = 1
	for i, n := range t.splits {
		reach[n.children[0]], reach[n.children[1]] = reach[i]*n.ratio, reach[i]*(1-n.ratio)
	}
	for i, at := range t.leaves {
		for k := range x.ensemble.LeafSize {
			x.base[t.output+k] += x.scale * reach[len(t.splits)+i] * x.ensemble.Value[int(at)+k]
		}
	}
}

// Outputs returns how many numbers are explained in a row.
func (x *Explainer) Outputs() int { return len(x.base) }

// Base returns the mean prediction, by output.
func (x *Explainer) Base() []float64 { return append([]float64(nil), x.base...) }

// Explain writes the contribution of each feature of the row to dst, feature by
// feature for each output in turn. It does not allocate once it is warm.
func (x *Explainer) Explain(dst, row []float64) {
	if len(row) != x.features || len(dst) != x.features*len(x.base) {
		panic(fmt.Sprintf("shap: %d contributions of a row of %d, want %d of %d", len(dst), len(row), x.features*len(x.base), x.features))
	}
	s := x.scratch.Get().(*scratch)
	x.explain(dst, row, s)
	x.scratch.Put(s)
}

// ExplainAll is Explain for each row of rows; dst has a row for each, of
// Outputs × columns. Rows are shared out over the processors.
func (x *Explainer) ExplainAll(dst, rows *mat.Dense) {
	n, _ := rows.Dims()
	if r, _ := dst.Dims(); r != n {
		panic(fmt.Sprintf("shap: contributions of %d rows, want %d", r, n))
	}
	parallel.Blocks(n, 16, func(from, to int) {
		for i := from; i < to; i++ {
			x.Explain(dst.RawRowView(i), rows.RawRowView(i))
		}
	})
}

func (x *Explainer) explain(dst, row []float64, s *scratch) {
	clear(dst)
	for f, v := range row {
		s.keys[f] = radix.Key(v)
	}
	for i := range x.trees {
		t := &x.trees[i]
		rule := x.rules[t.points]
		for i := range rule {
			t.down(x.ensemble, row, s, &rule[i])
			for k := range x.ensemble.LeafSize {
				at := (t.output + k) * x.features
				t.up(x.ensemble, dst[at:at+x.features], s, k)
			}
		}
	}
	for i := range dst {
		dst[i] *= x.scale
	}
}
