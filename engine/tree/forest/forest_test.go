package forest

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/must"
	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// fitter is any of the six learners.
type fitter interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
	Arrays() map[string]any
	Check() error
	learned() *Fitted
}

func (f *Fitted) learned() *Fitted { return f }

func fitTrees(t testing.TB, f fitter, x *mat.Dense, y, w []float64) *tree.Ensemble {
	t.Helper()
	require.NoError(t, f.Fit(context.Background(), x, y, w, rand.New(rand.NewPCG(1, 2))))
	require.NoError(t, f.Check())
	return f.learned().Trees
}

// with returns a learner of the given settings.
func with[F any](f F, set func(F)) F {
	set(f)
	return f
}

// learners are all kinds, with settings that use as much as possible. The
// target of regressions is made of whole numbers.
func learners() map[string]func() fitter {
	return map[string]func() fitter{
		"forest": func() fitter {
			return with(NewRegressor(), func(f *Regressor) { f.NEstimators, f.MaxFeatures, f.OOBScore = 7, "2", true })
		},
		"forest of classes": func() fitter {
			return with(NewClassifier(), func(f *Classifier) {
				f.NEstimators, f.Criterion, f.OOBScore, f.MinSamplesLeaf = 7, entropy, true, 2
			})
		},
		"extra trees": func() fitter {
			return with(NewExtraRegressor(), func(f *ExtraRegressor) { f.NEstimators = 7 })
		},
		"extra trees of classes": func() fitter {
			return with(NewExtraClassifier(), func(f *ExtraClassifier) { f.NEstimators, f.Bootstrap = 7, true })
		},
		"tree":            func() fitter { return NewTreeRegressor() },
		"tree of classes": func() fitter { return NewTreeClassifier() },
	}
}

func targetFor(f fitter, y []float64) []float64 {
	switch f.(type) {
	case *Classifier, *ExtraClassifier, *TreeClassifier:
		return treetest.Classes(y, 3)
	}
	return y
}

func TestOutOfBagIsOfTheTreesThatDidNotDrawTheRow(t *testing.T) {
	x, y := treetest.Sample(60, 3, false, 4)
	f := NewRegressor()
	f.NEstimators, f.OOBScore = 5, true
	fitTrees(t, f, x, y, nil)
	set := must.Get((&growing{x: x, y: y, criterion: squaredError}).set(&f.GrowthSettings, nil))(t)
	b := newBagger(set, &f.Settings, rand.New(rand.NewPCG(1, 2)))
	missing := 0
	for i := range y {
		sum, votes := 0.0, 0
		for grown := range f.NEstimators {
			if b.counts(grown)[i] == 0 {
				sum += f.Trees.Values(f.Trees.LeafOf(grown, x.RawRowView(i)))[0]
				votes++
			}
		}
		if votes == 0 {
			missing++
			assert.True(t, math.IsNaN(f.Prediction[i]))
			continue
		}
		assert.Equal(t, sum/float64(votes), f.Prediction[i])
	}
	assert.NotZero(t, missing, "too many trees to test rows that every tree drew")
	assert.Greater(t, f.Score, 0.2)
	assert.Less(t, f.Score, 1.0)
}

func TestWeightsAreTheChancesOfADraw(t *testing.T) {
	n := 40
	x, y := treetest.Sample(n, 2, false, 5)
	w, total := make([]float64, n), 0.0
	for i := range w {
		w[i] = float64(i % 5)
		total += w[i]
	}
	f := NewRegressor()
	f.NEstimators = 3000
	set := must.Get((&growing{x: x, y: y, criterion: squaredError}).set(&f.GrowthSettings, w))(t)
	b := newBagger(set, &f.Settings, rand.New(rand.NewPCG(1, 2)))
	mean := make([]float64, n)
	for grown := range f.NEstimators {
		sum := 0.0
		for i, c := range b.counts(grown) {
			mean[i] += c / float64(f.NEstimators)
			sum += c
		}
		require.Equal(t, float64(n), sum)
	}
	for i, m := range mean {
		want := w[i] / total * float64(n)
		assert.InDelta(t, want, m, 5*math.Sqrt(want/float64(f.NEstimators)), "row %d", i)
	}
}

func TestForestsRefuseWhatTheyCannotDo(t *testing.T) {
	x, y := treetest.Sample(30, 2, false, 6)
	nan := append([]float64{math.NaN()}, y[1:]...)
	check := func(want string, y, w []float64, change func(*Regressor)) {
		t.Helper()
		f := NewRegressor()
		change(f)
		assert.EqualError(t, f.Fit(context.Background(), x, y, w, rand.New(rand.NewPCG(1, 2))), "forest: "+want)
	}
	none := func(*Regressor) {}
	check("row 0: target is NaN; leave out rows without a target", nan, nil, none)
	check("row 1: weight -1; want a number of at least 0", y, append([]float64{1, -1}, y[2:]...), none)
	check("all weights of 30 rows are 0", y, make([]float64, 30), none)
	check("n_estimators: 0 is less than 1", y, nil, func(f *Regressor) { f.NEstimators = 0 })
	check("min_samples_leaf: 0 is less than 1", y, nil, func(f *Regressor) { f.MinSamplesLeaf = 0 })
	check("oob_score: every tree sees all rows; set bootstrap: true", y, nil, func(f *Regressor) { f.OOBScore, f.Bootstrap = true, false })
	check(`max_features: "half" is not a count, a share up to 1.0, sqrt, log2 or all`, y, nil, func(f *Regressor) { f.MaxFeatures = "half" })
	check("categorical_features: 2 is not one of 2 columns", y, nil, func(f *Regressor) { f.CategoricalFeatures = []int{2} })
	check("row 0, column 1: "+jsonText(x.At(0, 1))+" is not a category code from 0 to 65535", y, nil, func(f *Regressor) { f.CategoricalFeatures = []int{1} })

	c := NewClassifier()
	c.Classes = 2
	assert.EqualError(t, c.Fit(context.Background(), x, append([]float64{2}, treetest.Classes(y, 2)[1:]...), nil, nil), "forest: row 0: target 2 is not a class code below 2")

	done, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, NewRegressor().Fit(done, x, y, nil, rand.New(rand.NewPCG(1, 2))), context.Canceled)
	assert.PanicsWithValue(t, "forest: predict before fit", func() { NewRegressor().Predict(y, x) })
}

func jsonText(v float64) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func TestMaxFeatures(t *testing.T) {
	for text, want := range map[string]int{
		"9": 9, "1": 1, "30": 20, "1.0": 20, "0.33": 6, "0.001": 1, "sqrt": 4, "log2": 4, "all": 20,
	} {
		var m MaxFeatures
		require.NoError(t, m.UnmarshalText([]byte(text)))
		got := must.Get(m.Of(20))(t)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1", "1.5", "NaN", "auto", "0.0"} {
		var m MaxFeatures
		assert.Error(t, m.UnmarshalText([]byte(text)), text)
	}
}
