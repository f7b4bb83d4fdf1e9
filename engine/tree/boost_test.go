package tree

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// toy is 600 rows of five features: two numbers, one of them with gaps, one of
// few values, codes 0 to 19, and noise; and a target that depends on the
// first four.
func toy(seed uint64) (x *mat.Dense, y []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	const n = 600
	x, y = mat.NewDense(n, 5, nil), make([]float64, n)
	for i := range n {
		a, b, c, k := rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(5)), rng.IntN(20)
		y[i] = 3*a + b*c + float64(k*7%20)/4 + 0.2*rng.NormFloat64()
		if rng.IntN(6) == 0 {
			y[i] += 2 - b*c
			b = math.NaN()
		}
		x.SetRow(i, []float64{a, b, c, float64(k), rng.Float64()})
	}
	return x, y
}

// quick returns settings that fit toy in few rounds and use most of what there
// is.
func quick() *BoostingRegressor {
	b := NewBoostingRegressor()
	b.MaxIter, b.LearningRate, b.MaxLeafNodes, b.MinSamplesLeaf = 12, 0.3, 9, 3
	b.CategoricalFeatures = []int{3}
	return b
}

func fitted(t testing.TB, b *BoostingRegressor, x *mat.Dense, y, w []float64) []float64 {
	t.Helper()
	require.NoError(t, b.Fit(context.Background(), x, y, w, newRand()))
	p := make([]float64, len(y))
	b.Predict(p, x)
	return p
}

// permuted returns the given rows of x and y.
func permuted(x *mat.Dense, y []float64, order []int) (*mat.Dense, []float64) {
	_, p := x.Dims()
	px, py := mat.NewDense(len(order), p, nil), make([]float64, len(order))
	for i, o := range order {
		px.SetRow(i, x.RawRowView(o))
		py[i] = y[o]
	}
	return px, py
}

var allLosses = []string{"squared_error", "absolute_error", "huber", "quantile", "poisson"}

func TestRowOrderChangesNothing(t *testing.T) {
	x, y := toy(1)
	order := rand.New(rand.NewPCG(9, 9)).Perm(len(y))
	for _, loss := range []string{"squared_error", "absolute_error", "quantile", "poisson"} {
		b := quick()
		b.Loss = loss
		target := positive(y)
		want := fitted(t, b, x, target, nil)
		px, py := permuted(x, target, order)
		got := fitted(t, b, px, py, nil)
		for i, o := range order {
			require.Equal(t, want[o], got[i], loss)
		}
	}
}

func positive(y []float64) []float64 {
	p := slices.Clone(y)
	for i := range p {
		p[i] += 20
	}
	return p
}

func TestFeatureOrderChangesNothing(t *testing.T) {
	x, y := toy(2)
	order := []int{4, 2, 0, 3, 1}
	want := fitted(t, quick(), x, y, nil)
	moved := mat.NewDense(len(y), 5, nil)
	for i := range y {
		for j, o := range order {
			moved.Set(i, j, x.At(i, o))
		}
	}
	assert.Equal(t, want, fitted(t, quick(), moved, y, nil)) // codes are still in column 3
}

func TestMonotoneTransformsChangeNothing(t *testing.T) {
	x, y := toy(3)
	want := fitted(t, quick(), x, y, nil)
	bent := mat.DenseCopyOf(x)
	for i := range y {
		bent.Set(i, 0, math.Exp(x.At(i, 0)))
		bent.Set(i, 1, math.Pow(x.At(i, 1), 3))
		bent.Set(i, 2, 100-1/(1+x.At(i, 2)))
	}
	assert.Equal(t, want, fitted(t, quick(), bent, y, nil))
}

// TestUselessFeaturesChangeNothing adds columns of one value and of none.
func TestUselessFeaturesChangeNothing(t *testing.T) {
	x, y := toy(4)
	want := fitted(t, quick(), x, y, nil)
	wide := mat.NewDense(len(y), 8, nil)
	for i := range y {
		row := append(slices.Clone(x.RawRowView(i)), 7, math.NaN(), 0)
		wide.SetRow(i, row)
	}
	b := quick()
	b.CategoricalFeatures = []int{3, 7}
	assert.Equal(t, want, fitted(t, b, wide, y, nil))
}

func TestWeightsOfBoostingAreRepetitions(t *testing.T) {
	x, y := toy(5)
	rng := rand.New(rand.NewPCG(5, 5))
	w := make([]float64, len(y))
	var rows []int
	for i := range w {
		w[i] = float64(1 + rng.IntN(3))
		rows = append(rows, slices.Repeat([]int{i}, int(w[i]))...)
	}
	rx, ry := permuted(x, y, rows)
	for _, loss := range []string{"squared_error", "poisson", "absolute_error", "quantile"} {
		b := quick()
		b.Loss, b.MaxBins, b.MinSamplesLeaf, b.MinHessian = loss, 20, 0, 0
		// Rows have to weigh the same wherever rows are counted, and the median
		// of an even number of rows interpolates, which that of weights does not.
		b.CategoricalFeatures, b.Quantile = nil, 0.37
		weighted := fitted(t, b, x, positive(y), w)
		r := *b
		r.Boosted = Boosted{}
		repeated := fitted(t, &r, rx, positive(ry), slices.Repeat([]float64{1}, len(ry)))
		for i, row := range rows {
			require.InEpsilon(t, weighted[row], repeated[i], 1e-6, loss)
		}
	}
}

func TestWeightsOfOneChangeNothing(t *testing.T) {
	x, y := toy(6)
	want := fitted(t, quick(), x, y, nil)
	got := fitted(t, quick(), x, y, slices.Repeat([]float64{1}, len(y)))
	assert.InEpsilonSlice(t, want, got, 1e-6)
}

// TestProcessorsChangeNothing also covers every way to draw at random.
func TestProcessorsChangeNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	n := 40_000
	x, y := mat.NewDense(n, 6, nil), make([]float64, n)
	for i := range n {
		row := x.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64()
		}
		y[i] = row[0]*row[1] + row[2]
	}
	fit := func(processors int) *BoostingRegressor {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		b := NewBoostingRegressor()
		b.MaxIter, b.EarlyStopping = 6, true
		b.Subsample, b.FeatureFraction, b.MaxFeatures = 0.7, 0.8, 0.7
		fitted(t, b, x, y, nil)
		return b
	}
	one := fit(1)
	for _, processors := range []int{2, 3} {
		more := fit(processors)
		assert.Equal(t, one.Trees.Threshold, more.Trees.Threshold)
		assert.Equal(t, one.Trees.Value, more.Trees.Value)
		assert.Equal(t, one.TrainLoss, more.TrainLoss)
		assert.Equal(t, one.ValidLoss, more.ValidLoss)
	}
}

func TestBatchesHaveTheBitsOfRows(t *testing.T) {
	x, y := toy(7)
	for _, categories := range [][]int{nil, {3}} {
		b := quick()
		b.CategoricalFeatures = categories
		want := fitted(t, b, x, y, nil)
		row := mat.NewDense(1, 5, nil)
		got := make([]float64, 1)
		for i := range y {
			row.SetRow(0, x.RawRowView(i))
			b.Predict(got, row)
			require.Equal(t, want[i], got[0])
			got[0] = b.Base[0]
			b.Trees.addRowAny(got, x.RawRowView(i))
			require.Equal(t, want[i], got[0])
		}
		assert.Zero(t, testing.AllocsPerRun(10, func() { b.Predict(got, row) }))
	}
}

// TestTrainingEndsWhereItPredicts compares the loss that training tracked with
// that of the predictions, which come from the thresholds of the trees.
func TestTrainingEndsWhereItPredicts(t *testing.T) {
	x, y := toy(8)
	for _, share := range []float64{1, 0.5} {
		b := quick()
		b.Subsample = share
		p := fitted(t, b, x, y, nil)
		loss := 0.0
		for i := range y {
			loss += (y[i] - p[i]) * (y[i] - p[i]) / 2
		}
		require.Len(t, b.TrainLoss, b.MaxIter+1)
		assert.InEpsilon(t, b.TrainLoss[b.MaxIter], loss/float64(len(y)), 1e-12)
		assert.Less(t, b.TrainLoss[b.MaxIter], 0.2*b.TrainLoss[0])
	}
}

func TestLossesFall(t *testing.T) {
	x, y := toy(9)
	for _, loss := range allLosses {
		b := quick()
		b.Loss = loss
		fitted(t, b, x, positive(y), nil)
		last := b.TrainLoss[b.MaxIter]
		assert.Less(t, last, b.TrainLoss[0]-0.1*math.Abs(b.TrainLoss[0]-last), loss)
		assert.Less(t, last, b.TrainLoss[1], loss)
	}
}

func TestQuantileHoldsItsShareOfRows(t *testing.T) {
	x, y := toy(10)
	for _, level := range []float64{0.1, 0.5, 0.9} {
		b := quick()
		b.Loss, b.Quantile = "quantile", level
		p := fitted(t, b, x, y, nil)
		below := 0
		for i := range y {
			if y[i] <= p[i] {
				below++
			}
		}
		assert.InDelta(t, level, float64(below)/float64(len(y)), 0.08)
	}
}

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
	assert.ErrorContains(t, c.Fit(t.Context(), narrow, y, nil, newRand()), "warm_start")
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
	assert.ErrorContains(t, b.Fit(t.Context(), &mat.Dense{}, nil, nil, newRand()), "0 rows")
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
	assert.ErrorContains(t, quick().Fit(t.Context(), x, scaled, nil, newRand()), "single precision")
}

func TestBadSettingsAreNamed(t *testing.T) {
	x, y := toy(16)
	check := func(want string, change func(b *BoostingRegressor)) {
		t.Helper()
		b := quick()
		change(b)
		assert.ErrorContains(t, b.Fit(t.Context(), x, y, nil, newRand()), want)
	}
	check("no column 5", func(b *BoostingRegressor) { b.CategoricalFeatures = []int{5} })
	check("column 3 is categorical", func(b *BoostingRegressor) { b.MonotonicCst = []int{0, 0, 0, 1} })
	check("6 columns", func(b *BoostingRegressor) { b.MonotonicCst = make([]int, 6) })
	check("column 1, row", func(b *BoostingRegressor) { b.CategoricalFeatures = []int{1} })
	check("row 0 is", func(b *BoostingRegressor) { b.Loss, y[0] = "poisson", -1 })
	check("no \"cauchy\"", func(b *BoostingRegressor) { b.Loss = "cauchy" })
	assert.Panics(t, func() { _ = quick().Fit(t.Context(), x, y[1:], nil, newRand()) })
	assert.Panics(t, func() { quick().Predict(y, x) }, "before fit")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, quick().Fit(ctx, x, positive(y), nil, newRand()), context.Canceled)
}

func TestSavedTreesPredictTheSame(t *testing.T) {
	x, y := toy(17)
	b := quick()
	want := fitted(t, b, x, y, nil)
	head, err := json.Marshal(b)
	require.NoError(t, err)
	var c BoostingRegressor
	require.NoError(t, json.Unmarshal(head, &c))
	to := c.Arrays()
	for name, from := range b.Arrays() {
		switch from := from.(type) {
		case *[]float64:
			*to[name].(*[]float64) = *from
		case *[]float32:
			*to[name].(*[]float32) = *from
		case *[]int32:
			*to[name].(*[]int32) = *from
		case *[]uint32:
			*to[name].(*[]uint32) = *from
		case *[]uint8:
			*to[name].(*[]uint8) = *from
		default:
			t.Fatalf("%s is a %T", name, from)
		}
	}
	require.NoError(t, c.Check())
	got := make([]float64, len(y))
	c.Predict(got, x)
	assert.Equal(t, want, got)
	assert.Equal(t, b.TrainLoss, c.TrainLoss)
}
