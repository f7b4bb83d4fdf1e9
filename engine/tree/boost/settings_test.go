package boost

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

func TestMonotoneConstraintsHold(t *testing.T) {
	x, y := toy(11)
	for _, loss := range allLosses {
		b := quick()
		b.Loss, b.CategoricalFeatures = loss, nil
		b.MonotonicCst = []int{1, 0, -1}
		fitted(t, b, x, positive(y), nil)
		at := func(row []float64, feature int, v float64) float64 {
			row = slices.Clone(row)
			row[feature] = v
			p := []float64{0}
			b.Predict(p, mat.NewDense(1, len(row), row))
			return p[0]
		}
		for i := range 50 {
			row := x.RawRowView(i)
			for v := -3.0; v < 3; v += 0.1 {
				require.LessOrEqual(t, at(row, 0, v), at(row, 0, v+0.1), loss)
			}
			for v := 0.0; v < 4; v++ {
				require.GreaterOrEqual(t, at(row, 2, v), at(row, 2, v+1), loss)
			}
		}
	}
}

func TestEarlyStoppingKeepsTheBestRound(t *testing.T) {
	x, y := toy(12)
	b := quick()
	b.MaxIter, b.LearningRate, b.EarlyStopping, b.NIterNoChange = 400, 0.5, true, 5
	fitted(t, b, x, y, nil)
	best := b.Rounds()
	require.Less(t, best, 400)
	require.Len(t, b.TrainLoss, best+1)
	require.Len(t, b.ValidLoss, best+1+b.NIterNoChange)
	assert.Equal(t, slices.Min(b.ValidLoss), b.ValidLoss[best])
	assert.NoError(t, b.Check())
}

func TestWarmStartGoesOn(t *testing.T) {
	x, y := toy(13)
	b := quick()
	b.Subsample, b.MaxFeatures = 0.6, 0.5
	want := fitted(t, b, x, y, nil)
	c := quick()
	c.Subsample, c.MaxFeatures = 0.6, 0.5
	c.MaxIter, c.WarmStart = 5, true
	fitted(t, c, x, y, nil)
	c.MaxIter = b.MaxIter
	assert.Equal(t, want, fitted(t, c, x, y, nil))
	assert.Equal(t, b.TrainLoss, c.TrainLoss)
	narrow := mat.NewDense(len(y), 2, nil)
	assert.ErrorContains(t, c.Fit(t.Context(), narrow, y, nil, treetest.Rand()), "warm_start")
}

func TestMissingSideWithoutMissingRowsIsTheLarger(t *testing.T) {
	x := mat.NewDense(10, 1, []float64{0, 0, 0, 0, 0, 0, 0, 1, 1, 1})
	y := []float64{0, 0, 0, 0, 0, 0, 0, 5, 5, 5}
	b := quick()
	b.CategoricalFeatures, b.MinSamplesLeaf = nil, 1
	p := fitted(t, b, x, y, nil)
	got := []float64{9}
	b.Predict(got, mat.NewDense(1, 1, []float64{math.NaN()}))
	assert.Equal(t, p[0], got[0])
}

func TestUnseenCategoriesGoWithMissingOnes(t *testing.T) {
	x, y := toy(14)
	b := quick()
	fitted(t, b, x, y, nil)
	row := slices.Clone(x.RawRowView(0))
	predict := func(code float64) float64 {
		row[3] = code
		p := []float64{0}
		b.Predict(p, mat.NewDense(1, 5, row))
		return p[0]
	}
	want := predict(math.NaN())
	for _, code := range []float64{20, 31, 32, 1e6, -1, 2.5, math.Inf(1)} {
		assert.Equal(t, want, predict(code), "code %v", code)
	}
	differ := 0
	for code := range 20 {
		if predict(float64(code)) != want {
			differ++
		}
	}
	assert.Greater(t, differ, 5)
}

func TestSmallestData(t *testing.T) {
	for _, loss := range allLosses {
		b := quick()
		b.Loss, b.CategoricalFeatures, b.MinSamplesLeaf = loss, nil, 0
		p := fitted(t, b, mat.NewDense(1, 2, []float64{1, math.NaN()}), []float64{3}, nil)
		assert.InDelta(t, 3, p[0], 1e-9, loss)
		p = fitted(t, b, mat.NewDense(3, 1, []float64{1, 2, 3}), []float64{4, 4, 4}, nil)
		assert.InDeltaSlice(t, []float64{4, 4, 4}, p, 1e-9, loss)
		b.EarlyStopping = true
		p = fitted(t, b, mat.NewDense(2, 1, []float64{1, 2}), []float64{4, 4}, nil)
		assert.InDeltaSlice(t, []float64{4, 4}, p, 1e-9, loss)
	}
	x, y := toy(30)
	w := make([]float64, len(y)) // all but one row without weight
	w[7] = 1
	for _, v := range fitted(t, quick(), x, y, w) {
		assert.InDelta(t, y[7], v, 1e-9)
	}
	b := quick()
	assert.ErrorContains(t, b.Fit(t.Context(), &mat.Dense{}, nil, nil, treetest.Rand()), "0 rows")
}

func TestExtremeTargetsStayFinite(t *testing.T) {
	x, y := toy(15)
	scaled := make([]float64, len(y))
	for _, scale := range []float64{1e-300, 1e-30, 1e30} {
		for i := range scaled {
			scaled[i] = scale * y[i]
		}
		for i, v := range fitted(t, quick(), x, scaled, nil) {
			require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "scale %v, row %d", scale, i)
		}
	}
	scaled[3] = 1e150
	assert.ErrorContains(t, quick().Fit(t.Context(), x, scaled, nil, treetest.Rand()), "single precision")
}

func TestBadSettingsAreNamed(t *testing.T) {
	x, y := toy(16)
	check := func(want string, change func(b *Regressor)) {
		t.Helper()
		b := quick()
		change(b)
		assert.ErrorContains(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()), want)
	}
	check("no column 5", func(b *Regressor) { b.CategoricalFeatures = []int{5} })
	check("column 3 is categorical", func(b *Regressor) { b.MonotonicCst = []int{0, 0, 0, 1} })
	check("6 columns", func(b *Regressor) { b.MonotonicCst = make([]int, 6) })
	check("column 1, row", func(b *Regressor) { b.CategoricalFeatures = []int{1} })
	check("row 0 is", func(b *Regressor) { b.Loss, y[0] = "poisson", -1 })
	check("no \"cauchy\"", func(b *Regressor) { b.Loss = "cauchy" })
	assert.Panics(t, func() { _ = quick().Fit(t.Context(), x, y[1:], nil, treetest.Rand()) })
	assert.Panics(t, func() { quick().Predict(y, x) }, "before fit")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, quick().Fit(ctx, x, positive(y), nil, treetest.Rand()), context.Canceled)
}

func TestSavedTreesPredictTheSame(t *testing.T) {
	x, y := toy(17)
	b := quick()
	want := fitted(t, b, x, y, nil)
	head, err := json.Marshal(b)
	require.NoError(t, err)
	var c Regressor
	require.NoError(t, json.Unmarshal(head, &c))
	treetest.Copy(t, c.Arrays(), b.Arrays())
	require.NoError(t, c.Check())
	got := make([]float64, len(y))
	c.Predict(got, x)
	assert.Equal(t, want, got)
	assert.Equal(t, b.TrainLoss, c.TrainLoss)
}
