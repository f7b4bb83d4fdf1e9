package forest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// singles are the trees that draw nothing.
func singles() map[string]func() fitter {
	all := learners()
	return map[string]func() fitter{"tree": all["tree"], "tree of classes": all["tree of classes"]}
}

func TestSingleTreesForgetTheOrderOfRows(t *testing.T) {
	x, y := treetest.Sample(400, 3, true, 11)
	order := rand.New(rand.NewPCG(3, 4)).Perm(len(y))
	x2, y2 := mat.NewDense(len(y), 3, nil), make([]float64, len(y))
	for i, r := range order {
		x2.SetRow(i, x.RawRowView(r))
		y2[i] = y[r]
	}
	for name, make := range singles() {
		f, g := make(), make()
		a, b := fitTrees(t, f, x, targetFor(f, y), nil), fitTrees(t, g, x2, targetFor(g, y2), nil)
		assert.Equal(t, bytesOf(t, f, a), bytesOf(t, g, b), name)
	}
}

func TestSingleTreesKeepTheirStructureUnderMonotoneTransforms(t *testing.T) {
	x, y := treetest.Sample(400, 3, true, 12)
	z := mat.DenseCopyOf(x)
	z.Apply(func(_, _ int, v float64) float64 { return math.Exp(v/20) - 7 }, z)
	for name, make := range singles() {
		f, g := make(), make()
		a, b := fitTrees(t, f, x, targetFor(f, y), nil), fitTrees(t, g, z, targetFor(g, y), nil)
		assert.Equal(t, a.Feature, b.Feature, name)
		assert.Equal(t, a.Left, b.Left, name)
		assert.Equal(t, a.Flags, b.Flags, name)
		assert.Equal(t, a.Cover, b.Cover, name)
		assert.Equal(t, a.Value, b.Value, name)
		assert.Equal(t, meansOf(f, x), meansOf(g, z), name)
	}
}

func TestSingleTreesTakeWeightsAsRepetitions(t *testing.T) {
	x, y := treetest.Sample(200, 3, true, 13)
	r := rand.New(rand.NewPCG(5, 6))
	w := make([]float64, len(y))
	var rows, y2 []float64
	for i := range w {
		w[i] = float64(r.IntN(4))
		for range int(w[i]) {
			rows, y2 = append(rows, x.RawRowView(i)...), append(y2, y[i])
		}
	}
	x2 := mat.NewDense(len(y2), 3, rows)
	for name, make := range singles() {
		f, g := make(), make()
		a, b := fitTrees(t, f, x, targetFor(f, y), w), fitTrees(t, g, x2, targetFor(g, y2), nil)
		// Sides of NaN where training had none go by the number of rows.
		a.Flags, b.Flags = nil, nil
		assert.Equal(t, bytesOf(t, f, a), bytesOf(t, g, b), name)
	}
}

func TestForestsPassOverUselessColumns(t *testing.T) {
	x, y := treetest.Sample(300, 3, true, 14)
	wide := mat.NewDense(300, 6, nil)
	for i := range 300 {
		wide.SetRow(i, append(append([]float64{}, x.RawRowView(i)...), 5, math.NaN(), math.Inf(-1)))
	}
	for name, make := range singles() {
		f, g := make(), make()
		a, b := fitTrees(t, f, x, targetFor(f, y), nil), fitTrees(t, g, wide, targetFor(g, y), nil)
		g.learned().Features = 3
		assert.Equal(t, bytesOf(t, f, a), bytesOf(t, g, b), name)
	}
	// Where only useless columns are drawn, more are drawn.
	f := NewRegressor()
	f.NEstimators, f.MaxFeatures, f.Bootstrap = 3, "1", false
	e := fitTrees(t, f, wide, y, nil)
	for _, root := range e.Roots {
		assert.False(t, e.IsLeaf(int(root)))
	}
}

func TestSingleTreesForgetTheOrderOfColumns(t *testing.T) {
	x, y := treetest.Sample(300, 3, false, 15)
	back := mat.NewDense(300, 3, nil)
	for i := range 300 {
		y[i] += float64(i) / 1000
		back.SetRow(i, []float64{x.At(i, 2), x.At(i, 1), x.At(i, 0)})
	}
	f, g := NewTreeRegressor(), NewTreeRegressor()
	f.MinSamplesLeaf, g.MinSamplesLeaf = 5, 5
	fitTrees(t, f, x, y, nil)
	fitTrees(t, g, back, y, nil)
	assert.InDeltaSlice(t, meansOf(f, x), meansOf(g, back), 1e-12)
}

func TestForestsOfDegenerateDataAreLeaves(t *testing.T) {
	x, y := treetest.Sample(50, 2, true, 16)
	same := slices.Repeat([]float64{2}, 50)
	for name, make := range learners() {
		for what, c := range map[string]struct {
			x *mat.Dense
			y []float64
		}{
			"one row":          {mat.DenseCopyOf(x.Slice(0, 1, 0, 2)), targetFor(make(), y[:1])},
			"one target":       {x, same},
			"equal rows":       {mat.NewDense(50, 2, nil), targetFor(make(), y)},
			"nothing is known": {mat.NewDense(50, 2, slices.Repeat([]float64{math.NaN()}, 100)), targetFor(make(), y)},
		} {
			f := make()
			switch f := f.(type) { // every tree draws the one row
			case *Regressor:
				f.OOBScore = false
			case *Classifier:
				f.OOBScore = false
			}
			e := fitTrees(t, f, c.x, c.y, nil)
			assert.Len(t, e.Feature, len(e.Roots), "%s, %s", name, what)
			for _, v := range meansOf(f, c.x) {
				assert.False(t, math.IsNaN(v), "%s, %s", name, what)
			}
		}
	}
}

// The first level, the narrow ones and the order of growth must not matter: a
// tree grown best first stays on the first level.
func TestLevelsGiveTheTreeOfTheFirst(t *testing.T) {
	for _, n := range []int{63, 64, 65, 300, 5000, 70_000} {
		for name, make := range singles() {
			x, y := treetest.Sample(n, 3, true, uint64(n))
			f, g := make(), make()
			leaf := 1
			if n > 1000 {
				leaf = n / 1000
			}
			switch f := f.(type) {
			case *TreeRegressor:
				f.MinSamplesLeaf = leaf
				g.(*TreeRegressor).MinSamplesLeaf = leaf
				g.(*TreeRegressor).MaxLeafNodes = n
			case *TreeClassifier:
				f.MinSamplesLeaf = leaf
				g.(*TreeClassifier).MinSamplesLeaf = leaf
				g.(*TreeClassifier).MaxLeafNodes = n
			}
			a, b := fitTrees(t, f, x, targetFor(f, y), nil), fitTrees(t, g, x, targetFor(g, y), nil)
			assert.Equal(t, outline(a, 0), outline(b, 0), "%s, %d rows", name, n)
		}
	}
}

// outline is a tree as text that does not depend on the numbers of nodes.
func outline(e *tree.Ensemble, node int) string {
	if e.IsLeaf(node) {
		return fmt.Sprint(e.Values(node), e.Cover[node])
	}
	left := int(e.Left[node])
	return fmt.Sprintf("(%d %v %d %v %s %s)", e.Feature[node], e.Threshold[node], e.Flags[node], e.Cover[node], outline(e, left), outline(e, left+1))
}

func TestRandomThresholdsLieBetweenTheRowsOfANode(t *testing.T) {
	x, y := treetest.Sample(300, 3, true, 17)
	f := NewExtraRegressor()
	f.NEstimators, f.MinSamplesLeaf, f.MaxFeatures = 20, 3, "1"
	e := fitTrees(t, f, x, y, nil)
	spread, sides := map[float64]bool{}, map[uint8]int{}
	for grown, root := range e.Roots {
		rows := map[int][]int{}
		for i := range y {
			for node := int(root); ; node = e.Child(node, x.At(i, int(e.Feature[node]))) {
				rows[node] = append(rows[node], i)
				if e.IsLeaf(node) {
					break
				}
			}
		}
		spread[e.Threshold[root]] = true
		if e.Feature[root] == 2 {
			sides[e.Flags[root]&tree.MissingLeft]++
		}
		for node, at := range rows {
			require.GreaterOrEqual(t, len(at), 3, "tree %d", grown)
			if e.IsLeaf(node) {
				continue
			}
			low, high := math.Inf(1), math.Inf(-1)
			for _, i := range at {
				if v := x.At(i, int(e.Feature[node])); v == v {
					low, high = min(low, v), max(high, v)
				}
			}
			assert.True(t, low <= e.Threshold[node] && e.Threshold[node] < high || low == high)
		}
	}
	assert.Len(t, spread, 20, "thresholds at the root")
	assert.Len(t, sides, 2, "NaN goes to one side only")

	next := math.Nextafter(1, 2)
	assert.Equal(t, 1.0, between(1, next, 0.99))
	assert.Equal(t, -math.MaxFloat64, between(-math.MaxFloat64, math.Inf(1), 0.5))
}

func TestEqualSplitsGoToTheFirst(t *testing.T) {
	x := mat.NewDense(4, 2, []float64{0, 0, 1, 1, 2, 2, 3, 3})
	for name, make := range singles() {
		e := fitTrees(t, make(), x, []float64{0, 1, 1, 0}, nil)
		assert.Equal(t, int32(0), e.Feature[0], name)
		assert.Equal(t, 0.5, e.Threshold[0], name)
	}
	three := fitTrees(t, NewTreeClassifier(), mat.NewDense(3, 1, []float64{0, 1, 2}), []float64{0, 1, 2}, nil)
	assert.Equal(t, 0.5, three.Threshold[0])
	f := NewTreeRegressor()
	f.MinSamplesLeaf = 2 // by the tally
	six := mat.NewDense(6, 1, []float64{0, 0, 1, 1, 2, 2})
	assert.Equal(t, 0.5, fitTrees(t, f, six, []float64{0, 0, 1, 1, 0, 0}, nil).Threshold[0])

	// NaN lowers the error as much on the left: it stays right.
	x = mat.NewDense(3, 1, []float64{1, 2, math.NaN()})
	for _, f := range []fitter{NewTreeRegressor(), NewTreeClassifier()} {
		y := []float64{0, 2, 1}
		e := fitTrees(t, f, x, y, nil)
		assert.Zero(t, e.Flags[0]&tree.MissingLeft)
	}
}

// Gains and covers count what a tree drew, whatever rows weigh.
func TestGainsAreWhatSplitsTakeFromTheSquaredError(t *testing.T) {
	x, y := treetest.Sample(150, 3, false, 19)
	for _, w := range [][]float64{nil, slices.Repeat([]float64{1e-9}, 150)} {
		checkGains(t, x, y, w)
	}
}

func checkGains(t *testing.T, x *mat.Dense, y, w []float64) {
	t.Helper()
	f, g := NewRegressor(), NewExtraRegressor()
	f.NEstimators, g.NEstimators, g.Bootstrap = 2, 2, true
	for _, l := range []struct {
		fitter
		*Settings
	}{{f, &f.Settings}, {g, &g.Settings}} {
		e := fitTrees(t, l, x, y, w)
		set, err := (&growing{x: x, y: y, criterion: squaredError}).set(&l.GrowthSettings, w)
		require.NoError(t, err)
		bag := newBagger(set, l.Settings, rand.New(rand.NewPCG(1, 2)))
		for grown, root := range e.Roots {
			counts := bag.counts(grown)
			var sides [3]struct{ sum, squares, weight float64 }
			for i, c := range counts {
				k := e.Child(int(root), x.At(i, int(e.Feature[root]))) - int(e.Left[root])
				for _, k := range []int{k, 2} {
					sides[k].sum += c * y[i]
					sides[k].squares += c * y[i] * y[i]
					sides[k].weight += c
				}
			}
			var of [3]float64
			for k, s := range sides {
				of[k] = variance(s.sum, s.squares, s.weight)
			}
			assert.InEpsilon(t, of[2]-of[0]-of[1], e.Gain[root], 1e-6)
			assert.Equal(t, float32(sides[2].weight), e.Cover[root])
		}
	}
}
