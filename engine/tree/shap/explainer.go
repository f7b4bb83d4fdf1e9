// Package shap divides the predictions of trees among the features: exact Shapley
// values by path-dependent TreeSHAP.
package shap

import (
	"fmt"
	"math"
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

// newLayout lists splits and leaves of the tree from a root.
func newLayout(e *tree.Ensemble, root int) layout {
	b := builder{ensemble: e}
	b.list(root)
	for i := range b.splits {
		for k, c := range b.splits[i].children {
			if c < 0 { // leaves were numbered from −1 down
				b.splits[i].children[k] = int32(len(b.splits)) - 1 - c
			}
		}
	}
	b.points = max(1, (b.most+1)/2)
	return b.layout
}

type builder struct {
	layout
	ensemble *tree.Ensemble
	parents  []step // by split
	most     int    // features on a path
}

// step is a node on the way down.
type step struct {
	node     int32 // in the ensemble
	parent   int32 // a split, or −1
	side     uint8 // of the parent
	features int32 // on the path to the node
}

// list goes depth first, the left child before the right one.
func (b *builder) list(root int) {
	stack := []step{{node: int32(root), parent: -1}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		number := int32(len(b.splits))
		if b.ensemble.IsLeaf(int(s.node)) {
			b.leaves = append(b.leaves, b.ensemble.Left[s.node])
			b.most = max(b.most, int(s.features))
			number = -int32(len(b.leaves))
		} else {
			features := s.features
			if b.add(s) {
				features++
			}
			left := b.ensemble.Left[s.node]
			stack = append(stack, step{left + 1, number, 1, features}, step{left, number, 0, features})
		}
		if s.parent >= 0 {
			b.splits[s.parent].children[s.side] = number
		}
	}
}

// add lists a split and reports whether its feature is new on the path.
func (b *builder) add(s step) bool {
	e, left := b.ensemble, int(b.ensemble.Left[s.node])
	n := split{node: s.node, feature: e.Feature[s.node], above: -1, ratio: 0.5}
	n.categorical = e.Flags[s.node]&tree.Categorical != 0
	most, shift := tree.LeftKeys(e.Threshold[s.node], e.Flags[s.node]&tree.MissingLeft != 0)
	n.most, n.shift = most, uint8(shift)
	if weight := float64(e.Cover[left]) + float64(e.Cover[left+1]); weight > 0 {
		n.ratio = float64(e.Cover[left]) / weight
	}
	passed := 1.0 // by all splits by the feature above
	for at := s; at.parent >= 0; at = b.parents[at.parent] {
		if above := &b.splits[at.parent]; above.feature == n.feature {
			n.above, n.side, above.repeats = at.parent, at.side, true
			passed = above.shares[n.side]
			break
		}
	}
	n.shares = [2]float64{passed * n.ratio, passed * (1 - n.ratio)}
	b.splits, b.parents = append(b.splits, n), append(b.parents, s)
	return n.above < 0
}

// legendre returns points and weights such that Σ w·f(u) is the integral of f
// from 0 to 1 for every polynomial f of degree 2n − 1 (Gauss and Legendre).
func legendre(n int) (points, weights []float64) {
	points, weights = make([]float64, n), make([]float64, n)
	for i := range n {
		// A start by Abramowitz and Stegun 22.16.6, then Newton's method.
		x := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var slope float64
		for range 100 {
			value, below := 1.0, 0.0
			for k := 1; k <= n; k++ {
				value, below = (float64(2*k-1)*x*value-float64(k-1)*below)/float64(k), value
			}
			slope = float64(n) * (x*value - below) / (x*x - 1)
			step := value / slope
			x -= step
			if math.Abs(step) < 1e-16 {
				break
			}
		}
		points[i], weights[i] = (1-x)/2, 1/((1-x*x)*slope*slope)
	}
	return points, weights
}

// lane is a part of a quadrature: points u, 1 − u, and weights.
type lane struct{ points, rest, weights lanes }

// quadrature returns a quadrature of n points. What is left of the last lanes is
// the point 1 with weight 0.
func quadrature(n int) []lane {
	points, weights := legendre(n)
	rule := make([]lane, (n+laneWidth-1)/laneWidth)
	for i := range len(rule) * laneWidth {
		r, k := &rule[i/laneWidth], i%laneWidth
		r.points[k] = 1
		if i < n {
			r.points[k], r.rest[k], r.weights[k] = points[i], 1-points[i], weights[i]
		}
	}
	return rule
}
