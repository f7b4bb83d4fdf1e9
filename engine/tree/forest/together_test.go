package forest

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// What several processors find together is what one finds, with constant
// columns known from above and found, and fewer columns wanted than there are.
func TestSearchingTogetherIsSearching(t *testing.T) {
	x, y := treetest.Sample(100, 6, true, 20)
	for i := range 100 {
		x.Set(i, 3, 1)
		x.Set(i, 4, 1)
		x.Set(i, 2, x.At(i, 0)) // for ties
	}
	settings := defaultGrowth()
	for _, want := range []MaxFeatures{"1", "2", "4", "all"} {
		settings.MaxFeatures = want
		set, err := (&growing{x: x, y: y, criterion: squaredError}).set(&settings, nil)
		require.NoError(t, err)
		for seed := range uint64(50) {
			it := item{to: 100, seed: seed}
			one, several := newPool(set), newPool(set)
			g, h := <-one.free, <-several.free
			l := set.level(nil)
			total := sumRows(l.stat, l.rows)
			g.draw.forget(it)
			h.draw.forget(it)
			g.draw.constant[0], h.draw.constant[0] = 1<<3, 1<<3
			a, _ := g.search(l, it, total)
			h.draw.start(it)
			b, _ := h.searchTogether(l, l.rows, total)
			assert.Equal(t, a, b)
			assert.Equal(t, g.draw.constant, h.draw.constant)
			assert.Equal(t, g.draw.state, h.draw.state)
		}
	}
}

func TestScaleOfTargetsAndWeightsDoesNotMatter(t *testing.T) {
	x, y := treetest.Sample(300, 3, true, 18)
	w, y2, w2 := slices.Repeat([]float64{1}, 300), make([]float64, 300), make([]float64, 300)
	for i := range y {
		w[i] = float64(1 + i%3)
		y2[i], w2[i] = math.Ldexp(y[i], 480), math.Ldexp(w[i], -700)
	}
	f, g := NewTreeRegressor(), NewTreeRegressor()
	a, b := fitTrees(t, f, x, y, w), fitTrees(t, g, x, y2, w2)
	assert.Equal(t, a.Feature, b.Feature)
	assert.Equal(t, a.Threshold, b.Threshold)
	for i := range a.Value {
		assert.Equal(t, math.Ldexp(a.Value[i], 480), b.Value[i])
	}
}

func TestContributionsOfForestsAddUpToThePrediction(t *testing.T) {
	x, y := treetest.Sample(1000, 12, true, 21)
	some := mat.DenseCopyOf(x.Slice(0, 40, 0, 12))
	for name, make := range learners() {
		f := make()
		fitTrees(t, f, x, targetFor(f, y), nil)
		treetest.CheckSums(t, name, f.learned().Explainer(), some, f.learned().predict)
	}
}

// BenchmarkForest grows 100 trees on 16,512 rows of 24 columns, of which a node
// draws 9.
func BenchmarkForest(b *testing.B) {
	x, y := treetest.Sample(16_512, 24, false, 1)
	f := NewRegressor()
	f.MaxFeatures = "9"
	b.Run("forest", func(b *testing.B) {
		for b.Loop() {
			fitTrees(b, f, x, y, nil)
		}
	})
	e := NewExtraRegressor()
	e.MaxFeatures = "9"
	b.Run("extra", func(b *testing.B) {
		for b.Loop() {
			fitTrees(b, e, x, y, nil)
		}
	})
}

// A stump on a column of codes must find the best of all ways to part them, by
// trying all.
func TestSetsOfCodesAreTheBestOfAllSubsets(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		const codes, n = 7, 60
		x, y, w := mat.NewDense(n, 1, nil), make([]float64, n), make([]float64, n)
		for i := range n {
			c := r.IntN(codes)
			x.Set(i, 0, float64(c*c)) // gaps between the codes
			y[i] = math.Round(float64(c*3%codes) + 2*r.NormFloat64())
			w[i] = float64(1 + r.IntN(3))
			if seed%2 == 1 && c == 6 {
				x.Set(i, 0, math.NaN())
			}
		}
		grown := NewTreeRegressor()
		grown.MaxDepth, grown.CategoricalFeatures = 1, []int{0}
		e := fitTrees(t, grown, x, y, w)
		assert.InEpsilon(t, bestDecrease(x, y, w, variance), float64(e.Gain[0]), 1e-6, "seed %d", seed)
		checkSides(t, e, x, y, w)

		for i := range y {
			y[i] = float64(max(0, min(1, int(y[i])-2)))
		}
		classes := NewTreeClassifier()
		classes.MaxDepth, classes.CategoricalFeatures, classes.Criterion = 1, []int{0}, entropy
		e = fitTrees(t, classes, x, y, w)
		assert.InEpsilon(t, bestDecrease(x, y, w, binaryEntropy), float64(e.Gain[0]), 1e-6, "seed %d", seed)
	}
}

func variance(sum, squares, weight float64) float64 { return squares - sum*sum/weight }

func binaryEntropy(sum, _, weight float64) float64 {
	h := 0.0
	for _, v := range []float64{sum, weight - sum} {
		if v > 0 {
			h -= v * math.Log2(v/weight)
		}
	}
	return h
}

// bestDecrease tries all subsets of the values, NaN among them.
func bestDecrease(x *mat.Dense, y, w []float64, impurity func(sum, squares, weight float64) float64) float64 {
	number := map[float64]int{}
	group := make([]int, len(y))
	for i := range y {
		v := x.At(i, 0)
		if v != v {
			v = -1
		}
		if _, ok := number[v]; !ok {
			number[v] = len(number)
		}
		group[i] = number[v]
	}
	best := 0.0
	for set := range 1 << len(number) {
		var side [2][3]float64
		for i := range y {
			s := &side[set>>group[i]&1]
			s[0] += w[i] * y[i]
			s[1] += w[i] * y[i] * y[i]
			s[2] += w[i]
		}
		if bits.OnesCount(uint(set)) == 0 || bits.OnesCount(uint(set)) == len(number) {
			continue
		}
		a, b := side[0], side[1]
		all := impurity(a[0]+b[0], a[1]+b[1], a[2]+b[2])
		best = max(best, all-impurity(a[0], a[1], a[2])-impurity(b[0], b[1], b[2]))
	}
	return best
}

// checkSides routes the rows and compares the leaves with their means.
func checkSides(t *testing.T, e *tree.Ensemble, x *mat.Dense, y, w []float64) {
	t.Helper()
	require.NotZero(t, e.Flags[0]&tree.Categorical)
	var sum, weight [3]float64
	for i := range y {
		leaf := e.LeafOf(0, x.RawRowView(i))
		sum[leaf] += w[i] * y[i]
		weight[leaf] += w[i]
	}
	for leaf := 1; leaf <= 2; leaf++ {
		assert.InDelta(t, weight[leaf], e.Cover[leaf], 1e-9)
		assert.InDelta(t, sum[leaf]/weight[leaf], e.Values(leaf)[0], 1e-9)
	}
}

func TestCodesNeverSeenGoWhereNaNGoes(t *testing.T) {
	x := mat.NewDense(10, 1, []float64{0, 0, 0, 2, 2, 2, 2, 5, 5, 5})
	y := []float64{1, 1, 1, 9, 9, 9, 9, 1, 1, 1}
	f := NewTreeRegressor()
	f.CategoricalFeatures = []int{0}
	fitTrees(t, f, x, y, nil)
	got := make([]float64, 6)
	f.Predict(got, mat.NewDense(6, 1, []float64{0, 2, 5, 1, 99, math.NaN()}))
	// More rows have codes 0 and 5.
	assert.Equal(t, []float64{1, 9, 1, 1, 1, 1}, got)
	assert.Equal(t, "|--- town not in {Bern} or missing\n|   |--- value: [1]\n|--- town in {Bern}\n|   |--- value: [9]\n",
		f.Text(tree.Rules{Features: []string{"town"}, Levels: [][]string{{"Aarau", "Chur", "Bern"}}, Missing: true}))
}
