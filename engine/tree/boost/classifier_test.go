package boost

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

// classified returns toy with its target cut into classes.
func classified(seed uint64, edges ...float64) (*mat.Dense, []float64) {
	x, y := toy(seed)
	for i, v := range y {
		k, _ := slices.BinarySearch(edges, v)
		y[i] = float64(k)
	}
	return x, y
}

func quickClassifier() *Classifier {
	b := NewClassifier()
	b.Settings = quick().Settings
	return b
}

func probabilities(t *testing.T, b *Classifier, x *mat.Dense, y []float64) *mat.Dense {
	t.Helper()
	require.NoError(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()))
	p := mat.NewDense(len(y), b.Classes, nil)
	b.PredictProba(p, x)
	return p
}

func TestClassesAreLearned(t *testing.T) {
	for _, edges := range [][]float64{{2}, {0, 2, 5}} {
		x, y := classified(21, edges...)
		b := quickClassifier()
		p := probabilities(t, b, x, y)
		require.Equal(t, len(edges)+1, b.Classes)
		right, loss := 0, 0.0
		for i := range y {
			row := p.RawRowView(i)
			require.InDelta(t, 1, sumOf(row), 1e-12)
			if slices.Max(row) == row[int(y[i])] {
				right++
			}
			loss -= math.Log(row[int(y[i])])
		}
		assert.Greater(t, right, len(y)*9/10)
		assert.InEpsilon(t, b.TrainLoss[b.MaxIter], loss/float64(len(y)), 1e-9)
	}
}

func TestProbabilitiesHaveTheBitsOfRows(t *testing.T) {
	for _, edges := range [][]float64{{2}, {0, 2, 5}} {
		x, y := classified(22, edges...)
		b := quickClassifier()
		want := probabilities(t, b, x, y)
		one, row := mat.NewDense(1, b.Classes, nil), mat.NewDense(1, 5, nil)
		wide := mat.NewDense(len(y), b.Classes+2, nil)
		part := wide.Slice(0, len(y), 1, 1+b.Classes).(*mat.Dense)
		b.PredictProba(part, x)
		for i := range y {
			row.SetRow(0, x.RawRowView(i))
			b.PredictProba(one, row)
			require.Equal(t, want.RawRowView(i), one.RawRowView(0))
			require.Equal(t, want.RawRowView(i), part.RawRowView(i))
		}
		assert.Zero(t, testing.AllocsPerRun(10, func() { b.PredictProba(one, row) }))
	}
}

func TestOneClassAlone(t *testing.T) {
	x, y := classified(23, 1e9)
	p := probabilities(t, quickClassifier(), x, y)
	for i := range y {
		require.InDelta(t, 1, p.At(i, 0), 1e-9)
	}
}

func TestClassesBeyondTheTrainingRows(t *testing.T) {
	x, y := classified(24, 2)
	b := quickClassifier()
	b.Classes = 4
	p := probabilities(t, b, x, y)
	for i := range y {
		require.Less(t, p.At(i, 3), 1e-3)
	}
	b.Classes = 1
	assert.ErrorContains(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()), "class code below 1")
}

func TestHeldOutRowsAreDrawnByClass(t *testing.T) {
	y := append(slices.Repeat([]float64{0}, 90), slices.Repeat([]float64{1}, 10)...)
	train, valid, err := holdOut(t.Context(), mat.NewDense(100, 1, nil), y, nil, 2, 0.2, treetest.Rand())
	require.NoError(t, err)
	assert.Equal(t, 20, valid.len())
	assert.Equal(t, 2.0, sumOf(valid.y))
	assert.Equal(t, 8.0, sumOf(train.y))
	assert.True(t, slices.IsSorted(train.rows))
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(slices.Concat(train.rows, valid.rows)))), 100)
}

func TestContributionsAddUpToThePrediction(t *testing.T) {
	x, y := treetest.Sample(1000, 12, true, 21)
	some := mat.DenseCopyOf(x.Slice(0, 40, 0, 12))
	b := NewRegressor()
	b.Loss, b.MaxLeafNodes = "absolute_error", 63
	require.NoError(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()))
	treetest.CheckSums(t, "numbers", b.Explainer(), some, b.Predict)
	c := NewClassifier()
	c.MaxIter = 5
	require.NoError(t, c.Fit(t.Context(), x, treetest.Classes(y, 3), nil, treetest.Rand()))
	treetest.CheckSums(t, "classes", c.Explainer(), some, c.raw)
}

// BenchmarkExplain explains one row of 500 trees of 31 leaves.
func BenchmarkExplain(b *testing.B) {
	x, y := treetest.Sample(16_000, 24, false, 1)
	m := NewRegressor()
	m.MaxIter, m.LearningRate = 500, 0.06
	require.NoError(b, m.Fit(b.Context(), x, y, nil, treetest.Rand()))
	e, dst := m.Explainer(), make([]float64, 24)
	i := 0
	for b.Loop() {
		e.Explain(dst, x.RawRowView(i%16_000))
		i++
	}
}

func TestImportanceIsThatOfLightGBM(t *testing.T) {
	var fixture struct {
		X       [][]treetest.Number
		Targets map[string][]float64
		Cases   []struct {
			Settings json.RawMessage
			Gain     []float64
			Splits   []int
		}
	}
	treetest.ReadJSON(t, "boosting.json", &fixture)
	compared := 0
	for _, c := range fixture.Cases {
		if c.Gain == nil {
			continue
		}
		b := NewRegressor()
		require.NoError(t, json.Unmarshal(c.Settings, b))
		require.NoError(t, b.Fit(t.Context(), treetest.Matrix(fixture.X), fixture.Targets["number"], nil, treetest.Rand()))
		got := b.Trees.Importance(b.Features)
		assert.Equal(t, c.Splits, got.Splits)
		// LightGBM's own gains carry single precision.
		assert.InEpsilonSlice(t, c.Gain, got.Gain, 1e-4)
		compared++
	}
	assert.Equal(t, 2, compared)
}
