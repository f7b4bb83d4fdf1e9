package tree

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// fitter is any of the six learners.
type fitter interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
	Arrays() map[string]any
	Check() error
}

func fitTrees(t testing.TB, f fitter, x *mat.Dense, y, w []float64) *Ensemble {
	t.Helper()
	require.NoError(t, f.Fit(context.Background(), x, y, w, rand.New(rand.NewPCG(1, 2))))
	require.NoError(t, f.Check())
	return learned(f).Trees
}

func learned(f fitter) *Averaged {
	if w, ok := f.(struct {
		fitter
		*ForestSettings
	}); ok {
		f = w.fitter
	}
	switch f := f.(type) {
	case *ForestRegressor:
		return &f.Averaged
	case *ForestClassifier:
		return &f.Averaged
	case *ExtraTreesRegressor:
		return &f.Averaged
	case *ExtraTreesClassifier:
		return &f.Averaged
	case *DecisionTreeRegressor:
		return &f.Averaged
	case *DecisionTreeClassifier:
		return &f.Averaged
	}
	panic("test: unknown learner")
}

// learners are all kinds, with settings that use as much as possible. The
// target of regressions is made of whole numbers.
func learners() map[string]func() fitter {
	return map[string]func() fitter{
		"forest": func() fitter {
			f := NewForestRegressor()
			f.NEstimators, f.MaxFeatures, f.OOBScore = 7, "2", true
			return f
		},
		"forest of classes": func() fitter {
			f := NewForestClassifier()
			f.NEstimators, f.Criterion, f.OOBScore, f.MinSamplesLeaf = 7, entropy, true, 2
			return f
		},
		"extra trees": func() fitter {
			f := NewExtraTreesRegressor()
			f.NEstimators = 7
			return f
		},
		"extra trees of classes": func() fitter {
			f := NewExtraTreesClassifier()
			f.NEstimators, f.Bootstrap = 7, true
			return f
		},
		"tree":            func() fitter { return NewDecisionTreeRegressor() },
		"tree of classes": func() fitter { return NewDecisionTreeClassifier() },
	}
}

// treeSample returns n rows of p columns: values with ties in the first, NaN in
// the last if asked for, and a whole target that depends on both.
func treeSample(n, p int, nan bool, seed uint64) (x *mat.Dense, y []float64) {
	r := rand.New(rand.NewPCG(seed, 7))
	x, y = mat.NewDense(n, p, nil), make([]float64, n)
	for i := range n {
		for j := range p {
			x.Set(i, j, r.Float64()*100)
		}
		x.Set(i, 0, math.Floor(x.At(i, 0)))
		y[i] = math.Floor(x.At(i, 0)/10 + 4*math.Sin(x.At(i, p-1)/9) + 3*r.NormFloat64())
		if nan && r.IntN(5) == 0 {
			x.Set(i, p-1, math.NaN())
		}
	}
	return x, y
}

// classesOf cuts a target into k classes.
func classesOf(y []float64, k int) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = float64((int(v) + 100) % k)
	}
	return out
}

func targetFor(f fitter, y []float64) []float64 {
	switch f.(type) {
	case *ForestClassifier, *ExtraTreesClassifier, *DecisionTreeClassifier:
		return classesOf(y, 3)
	}
	return y
}

func TestOutOfBagIsOfTheTreesThatDidNotDrawTheRow(t *testing.T) {
	x, y := treeSample(60, 3, false, 4)
	f := NewForestRegressor()
	f.NEstimators, f.OOBScore = 5, true
	fitTrees(t, f, x, y, nil)
	set, err := (&growing{x: x, y: y, criterion: squaredError}).set(&f.GrowthSettings, nil)
	require.NoError(t, err)
	b := newBagger(set, &f.ForestSettings, rand.New(rand.NewPCG(1, 2)))
	missing := 0
	for i := range y {
		sum, votes := 0.0, 0
		for tree := range f.NEstimators {
			if b.counts(tree)[i] == 0 {
				sum += f.Trees.Values(f.Trees.LeafOf(tree, x.RawRowView(i)))[0]
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
	x, y := treeSample(n, 2, false, 5)
	w, total := make([]float64, n), 0.0
	for i := range w {
		w[i] = float64(i % 5)
		total += w[i]
	}
	f := NewForestRegressor()
	f.NEstimators = 3000
	set, err := (&growing{x: x, y: y, criterion: squaredError}).set(&f.GrowthSettings, w)
	require.NoError(t, err)
	b := newBagger(set, &f.ForestSettings, rand.New(rand.NewPCG(1, 2)))
	mean := make([]float64, n)
	for tree := range f.NEstimators {
		sum := 0.0
		for i, c := range b.counts(tree) {
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
	x, y := treeSample(30, 2, false, 6)
	nan := append([]float64{math.NaN()}, y[1:]...)
	check := func(want string, y, w []float64, change func(*ForestRegressor)) {
		t.Helper()
		f := NewForestRegressor()
		change(f)
		assert.EqualError(t, f.Fit(context.Background(), x, y, w, rand.New(rand.NewPCG(1, 2))), "tree: "+want)
	}
	none := func(*ForestRegressor) {}
	check("row 0: target is NaN; leave out rows without a target", nan, nil, none)
	check("row 1: weight -1; want a number of at least 0", y, append([]float64{1, -1}, y[2:]...), none)
	check("all weights of 30 rows are 0", y, make([]float64, 30), none)
	check("n_estimators: 0 is less than 1", y, nil, func(f *ForestRegressor) { f.NEstimators = 0 })
	check("min_samples_leaf: 0 is less than 1", y, nil, func(f *ForestRegressor) { f.MinSamplesLeaf = 0 })
	check("oob_score: every tree sees all rows; set bootstrap: true", y, nil, func(f *ForestRegressor) { f.OOBScore, f.Bootstrap = true, false })
	check(`max_features: "half" is not a count, a share up to 1.0, sqrt, log2 or all`, y, nil, func(f *ForestRegressor) { f.MaxFeatures = "half" })
	check("categorical_features: 2 is not one of 2 columns", y, nil, func(f *ForestRegressor) { f.CategoricalFeatures = []int{2} })
	check("row 0, column 1: "+jsonText(x.At(0, 1))+" is not a category code from 0 to 65535", y, nil, func(f *ForestRegressor) { f.CategoricalFeatures = []int{1} })

	c := NewForestClassifier()
	c.Classes = 2
	assert.EqualError(t, c.Fit(context.Background(), x, append([]float64{2}, classesOf(y, 2)[1:]...), nil, nil), "tree: row 0: target 2 is not a class code below 2")

	done, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, NewForestRegressor().Fit(done, x, y, nil, rand.New(rand.NewPCG(1, 2))), context.Canceled)
	assert.PanicsWithValue(t, "tree: predict before fit", func() { NewForestRegressor().Predict(y, x) })
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
		got, err := m.Of(20)
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1", "1.5", "NaN", "auto", "0.0"} {
		var m MaxFeatures
		assert.Error(t, m.UnmarshalText([]byte(text)), text)
	}
}
