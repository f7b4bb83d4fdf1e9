package boost

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
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
func quick() *Regressor {
	b := NewRegressor()
	b.MaxIter, b.LearningRate, b.MaxLeafNodes, b.MinSamplesLeaf = 12, 0.3, 9, 3
	b.CategoricalFeatures = []int{3}
	return b
}

func fitted(t testing.TB, b *Regressor, x *mat.Dense, y, w []float64) []float64 {
	t.Helper()
	require.NoError(t, b.Fit(context.Background(), x, y, w, treetest.Rand()))
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
	for _, loss := range allLosses {
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
		r.Fitted = Fitted{}
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
	fit := func(processors int) *Regressor {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		b := NewRegressor()
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
			for grown := range b.Trees.Trees() {
				got[0] += b.Trees.Values(b.Trees.LeafOf(grown, x.RawRowView(i)))[0]
			}
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
