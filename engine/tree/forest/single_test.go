package forest

//go:generate python3 testdata/forest.py

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// referenceTree is a tree of scikit-learn.
type referenceTree struct {
	Feature     []int
	Threshold   []treetest.Number // NaN for +Inf
	Left, Right []int
	MissingLeft []int `json:"missing_left"`
	Cover       []float64
	Impurity    []float64
	Value       [][]float64
}

type referenceCase struct {
	Name     string
	Classes  int
	Settings struct {
		Criterion           string  `json:"criterion"`
		MaxDepth            int     `json:"max_depth"`
		MinSamplesLeaf      int     `json:"min_samples_leaf"`
		MaxLeafNodes        int     `json:"max_leaf_nodes"`
		MinImpurityDecrease float64 `json:"min_impurity_decrease"`
	}
	X          [][]treetest.Number
	Y, W       []float64
	Tree       referenceTree
	Probe      [][]treetest.Number
	Predicted  [][]float64
	Text       string
	ShortText  string `json:"short_text"`
	Alphas     []float64
	Impurities []float64
	CCPAlpha   float64 `json:"ccp_alpha"`
	Pruned     *referenceTree
}

type referenceForests struct {
	Cases   []referenceCase
	HeldOut struct {
		Columns []string
		Scores  map[string]struct {
			Settings      map[string]any
			Score, Spread float64
			OOB           float64
		}
	} `json:"held_out"`
}

func readReference(t testing.TB) referenceForests {
	t.Helper()
	var f referenceForests
	treetest.ReadJSON(t, "forest.json", &f)
	require.NotEmpty(t, f.Cases)
	return f
}

// settings returns the case's, with the defaults.
func (c *referenceCase) settings() SingleSettings {
	s := SingleSettings{GrowthSettings: defaultGrowth()}
	s.MaxDepth, s.MaxLeafNodes = c.Settings.MaxDepth, c.Settings.MaxLeafNodes
	s.MinSamplesLeaf = max(1, c.Settings.MinSamplesLeaf)
	s.MinImpurityDecrease = c.Settings.MinImpurityDecrease
	return s
}

// growing returns what the case has to learn.
func (c *referenceCase) growing() growing {
	g := growing{x: treetest.Matrix(c.X), y: c.Y, classes: c.Classes, criterion: squaredError, impurity: true}
	if c.Classes > 0 {
		g.criterion = gini
	}
	if c.Settings.Criterion != "" {
		g.criterion = c.Settings.Criterion
	}
	return g
}

func TestTreeIsThatOfScikitLearn(t *testing.T) {
	for _, c := range readReference(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			s, g := c.settings(), c.growing()
			grown := must.Get(s.grow(context.Background(), g, c.W, nil))(t)
			sameTree(t, c.Tree, grown, nil)

			var a Fitted
			require.NoError(t, a.fitSingle(context.Background(), &s, g, c.W, nil))
			for i, want := range c.Predicted {
				got := make([]float64, len(want))
				a.predict(got, treetest.Matrix(c.Probe[i:i+1]))
				assert.InDeltaSlice(t, want, got, 1e-12*math.Abs(want[0])+1e-12, "row %d", i)
			}
			missing := strings.NewReplacer(" <= inf", " not missing", " >  inf", " missing")
			assert.Equal(t, missing.Replace(c.Text), a.Trees.Text(tree.Rules{Decimals: 2, MaxDepth: 10, Weights: true}))
			assert.Equal(t, c.ShortText, a.Trees.Text(tree.Rules{Decimals: 4, MaxDepth: 1}))
		})
	}
}

func TestPruningIsThatOfScikitLearn(t *testing.T) {
	pruned := 0
	for _, c := range readReference(t).Cases {
		if c.Pruned == nil {
			continue
		}
		pruned++
		t.Run(c.Name, func(t *testing.T) {
			s, g := c.settings(), c.growing()
			grown := must.Get(s.grow(context.Background(), g, c.W, nil))(t)
			p := newPruner(grown)
			alphas, impurities := []float64{0}, []float64{p.below[0]}
			for l, ok := p.next(); ok; l, ok = p.next() {
				p.fold(l.node)
				alphas, impurities = append(alphas, l.alpha), append(impurities, p.below[0])
			}
			require.Len(t, alphas, len(c.Alphas))
			scale := c.Impurities[len(c.Impurities)-1]
			assert.InDeltaSlice(t, c.Alphas, alphas, 1e-10*scale)
			assert.InDeltaSlice(t, c.Impurities, impurities, 1e-10*scale)
			sameTree(t, *c.Pruned, grown, newPruner(grown).upTo(c.CCPAlpha))
		})
	}
	require.NotZero(t, pruned)
}

// sameTree compares a tree, as it grew and as it is kept, with a reference.
func sameTree(t *testing.T, want referenceTree, grown *growth, cut []bool) {
	t.Helper()
	kept := grown.tree(cut)
	e := tree.NewEnsemble(kept.LeafSize, kept.LeafSize)
	e.Append(kept)
	require.NoError(t, e.Check(1<<20))
	require.Equal(t, len(want.Feature), kept.Nodes())
	var walk func(ref int, node, at int32)
	walk = func(ref int, node, at int32) {
		n := &grown.nodes[node]
		assert.InDelta(t, want.Cover[ref], n.cover, 1e-9, "cover of node %d", ref)
		assert.InDelta(t, want.Cover[ref], kept.Cover[at], 1e-9)
		assert.InDelta(t, want.Impurity[ref], n.impurity, 1e-11*(1+want.Impurity[0]), "impurity of node %d", ref)
		assert.InDeltaSlice(t, want.Value[ref], grown.value(node), 1e-12*(1+math.Abs(want.Value[0][0])), "value of node %d", ref)
		if want.Left[ref] < 0 {
			require.True(t, kept.IsLeaf(int(at)), "node %d", ref)
			assert.Equal(t, grown.value(node), kept.Values(int(at)))
			return
		}
		require.Equal(t, want.Feature[ref], int(kept.Feature[at]), "feature of node %d", ref)
		threshold := float64(want.Threshold[ref])
		if math.IsNaN(threshold) {
			threshold = math.Inf(1)
		}
		require.Equal(t, threshold, kept.Threshold[at], "threshold of node %d", ref)
		assert.Equal(t, want.MissingLeft[ref] != 0, kept.Flags[at]&tree.MissingLeft != 0, "side of NaN at node %d", ref)
		l, r := want.Left[ref], want.Right[ref]
		decrease := want.Cover[ref]*want.Impurity[ref] - want.Cover[l]*want.Impurity[l] - want.Cover[r]*want.Impurity[r]
		assert.InEpsilon(t, decrease, kept.Gain[at], 1e-6, "gain of node %d", ref)
		walk(l, n.left, kept.Left[at])
		walk(r, n.left+1, kept.Left[at]+1)
	}
	walk(0, 0, 0)
}
