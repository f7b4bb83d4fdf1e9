package forest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

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
	w, y2, w2 := repeated(300, 1), make([]float64, 300), make([]float64, 300)
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
		treetest.CheckSums(t, name, learned(f).Explainer(), some, learned(f).predict)
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
