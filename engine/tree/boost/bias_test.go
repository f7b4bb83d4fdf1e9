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

// skewed is a portfolio: a claim on one row in a hundred, of lognormal amount;
// counts of claims; and an event on 3 rows in 100,000, though at least on 20.
func skewed(n int, loss string) (x *mat.Dense, y []float64) {
	rng := rand.New(rand.NewPCG(uint64(n), 17))
	x, y = mat.NewDense(n, 5, nil), make([]float64, n)
	for i := range n {
		row := x.RawRowView(i)
		for f := range row {
			row[f] = rng.NormFloat64()
		}
		risk := math.Exp(0.6*row[0] + 0.3*row[1]*row[2])
		switch loss {
		case "log_loss":
			if rng.Float64() < max(3e-5, 20/float64(n))*risk {
				y[i] = 1
			}
		case "poisson":
			for rng.Float64() < min(0.01*risk, 0.5) {
				y[i]++
			}
		default:
			if rng.Float64() < 0.01*risk {
				y[i] = math.Exp(7 + 0.3*row[3] + 1.8*rng.NormFloat64())
			}
		}
	}
	return x, y
}

// fitLoss fits by a loss and returns the model and what it predicts.
func fitLoss(t *testing.T, loss string, x *mat.Dense, y, w []float64, set func(s *Settings)) (*Fitted, []float64) {
	t.Helper()
	p := make([]float64, len(y))
	if loss == "log_loss" {
		b := NewClassifier()
		set(&b.Settings)
		require.NoError(t, b.Fit(context.Background(), x, y, w, treetest.Rand()))
		proba := mat.NewDense(len(y), 2, nil)
		b.PredictProba(proba, x)
		mat.Col(p, 1, proba)
		return &b.Fitted, p
	}
	b := NewRegressor()
	b.Loss = loss
	set(&b.Settings)
	require.NoError(t, b.Fit(context.Background(), x, y, w, treetest.Rand()))
	b.Predict(p, x)
	return &b.Fitted, p
}

// meanRatio returns the mean prediction over the mean target.
func meanRatio(p, y, w []float64) float64 {
	var predicted, target float64
	for i := range y {
		predicted += weightAt(w, i) * p[i]
		target += weightAt(w, i) * y[i]
	}
	return predicted / target
}

func asSet(*Settings) {}

// resize makes a size of the package small until the test ends.
func resize(t *testing.T, size *int, to int) {
	was := *size
	*size = to
	t.Cleanup(func() { *size = was })
}

// TestLeavesDontDependOnTheUnits rounds the gradients of histograms to so few
// units that most of them become 0, as all of those of common rows did with
// eight million rows. Leaves must have the means of their rows nevertheless.
func TestLeavesDontDependOnTheUnits(t *testing.T) {
	x, y := skewed(20_000, "squared_error")
	w := make([]float64, len(y))
	for i := range w {
		w[i] = float64(1 + i%3)
	}
	for _, bits := range []int{30, 8, 5, 3} {
		resize(t, &coarseBits, bits)
		for _, weights := range [][]float64{nil, w} {
			b, _ := fitLoss(t, "squared_error", x, y, weights, asSet)
			b.unbalance() // it is the trees that must have the mean
			p := make([]float64, len(y))
			b.raw(p, x)
			assert.InDelta(t, 1, meanRatio(p, y, weights), 1e-6, "%d bits", bits)
			for i := range b.TrainLoss[1:] {
				require.LessOrEqual(t, b.TrainLoss[i+1], b.TrainLoss[i]*(1+1e-9), "%d bits, round %d", bits, i)
			}
		}
	}
}

// TestSizesChangeNothing makes the limits small that many rows reach: packed
// histograms overflow to wide ones, and codes move with their rows.
func TestSizesChangeNothing(t *testing.T) {
	narrow, y := toy(21)
	x := mat.NewDense(len(y), 35, nil) // five octets
	for i := range y {
		for f := range 35 {
			x.Set(i, f, narrow.At(i, f%5))
		}
	}
	for _, loss := range []string{"squared_error", "poisson", "huber"} {
		for _, share := range []float64{1, 0.6} {
			fit := func() []float64 {
				b := quick()
				b.Loss, b.Subsample, b.MaxFeatures = loss, share, 0.6
				return fitted(t, b, x, positive(y), nil)
			}
			want := fit()
			t.Run(loss, func(t *testing.T) {
				resize(t, &fetchBytes, 0)
				require.True(t, slices.Equal(want, fit()), "codes that move")
				resize(t, &aloneWork, 0)
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(5))
				require.True(t, slices.Equal(want, fit()), "octets shared out")
				resize(t, &smallestBlock, 100)
				require.True(t, slices.Equal(want, fit()), "six blocks")
				resize(t, &chunkLimit, 64)
				resize(t, &packedRows, 64)
				require.True(t, slices.Equal(want, fit()), "wide histograms")
			})
		}
	}
}

// TestMeansAreBalanced holds what keeps the trees alone from the mean: a share
// of the rows, penalties, a constraint, early stopping, a link.
func TestMeansAreBalanced(t *testing.T) {
	for _, loss := range []string{"squared_error", "poisson", "log_loss"} {
		x, y := skewed(4000, loss)
		for name, set := range map[string]func(s *Settings){
			"subsample": func(s *Settings) { s.Subsample = 0.3 },
			"penalties": func(s *Settings) { s.L1, s.L2 = 3, 30 },
			"monotone":  func(s *Settings) { s.MonotonicCst = []int{1, 0, -1} },
			"few":       func(s *Settings) { s.MaxIter = 3 },
		} {
			_, p := fitLoss(t, loss, x, y, nil, set)
			assert.InDelta(t, 1, meanRatio(p, y, nil), 1e-6, "%s, %s", loss, name)
		}
	}
}

// TestRareEventsDontDiverge has 20 events in 100,000 rows, on which whole
// Newton steps end at 24 times the mean in scikit-learn and at 4 times in
// LightGBM, with a loss above the constant's.
func TestRareEventsDontDiverge(t *testing.T) {
	x, y := skewed(60_000, "log_loss")
	b, _ := fitLoss(t, "log_loss", x, y, nil, asSet)
	for i := range b.TrainLoss[1:] {
		require.LessOrEqual(t, b.TrainLoss[i+1], b.TrainLoss[i], "round %d", i)
	}
	b.unbalance()
	p := make([]float64, len(y))
	b.raw(p, x)
	for i := range p {
		p[i] = sigmoid(p[i])
	}
	assert.InDelta(t, 1, meanRatio(p, y, nil), 0.2)
}

func TestRisingLossNamesTheSetting(t *testing.T) {
	x, y := toy(22)
	b := quick()
	b.LearningRate = 2.5
	err := b.Fit(t.Context(), x, y, nil, treetest.Rand())
	require.ErrorContains(t, err, "training loss rose")
	assert.ErrorContains(t, err, "learning_rate: 2.5 goes too far")
	assert.ErrorContains(t, err, "write learning_rate: 0.625")
}

// TestHealthyFitsDontRise fits by all losses at rates and shares in use.
func TestHealthyFitsDontRise(t *testing.T) {
	for seed := range uint64(3) {
		x, y := toy(seed)
		for _, loss := range allLosses {
			for _, rate := range []float64{0.05, 0.3, 1} {
				for _, share := range []float64{1, 0.5} {
					b := quick()
					b.Loss, b.LearningRate, b.Subsample, b.MaxIter = loss, rate, share, 40
					assert.NoError(t, b.Fit(t.Context(), x, positive(y), nil, treetest.Rand()), "%s, %v, %v", loss, rate, share)
				}
			}
		}
		for _, edges := range [][]float64{{0}, {-3, 0, 3}, {-9, 9}} {
			x, y := classified(seed, edges...)
			for _, rate := range []float64{0.05, 0.3, 1} {
				b := NewClassifier()
				b.LearningRate, b.MaxIter = rate, 40
				assert.NoError(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()), "%v, %v", edges, rate)
			}
		}
	}
}

func TestRowsUpToTwoBillion(t *testing.T) {
	assert.NoError(t, checkRows(1<<31-1))
	assert.ErrorContains(t, checkRows(1<<31), "2147483648 rows: want 1 to 2147483647, since rows are numbered in 32 bits")
	// As many rows as there may be, of the largest derivatives, don't overflow.
	var bin, all int64 = 1 << coarseBits, math.MaxInt32
	assert.Equal(t, all, all*bin/bin)
	assert.Equal(t, all, all*hessianTop/hessianTop)
	most := int64(packedRows) << coarseBits
	gradient, rows := unpack(-most<<packedShift + int64(packedRows))
	assert.Equal(t, -most, gradient)
	assert.EqualValues(t, packedRows, rows)
	gradient, rows = unpack(most<<packedShift + int64(packedRows))
	assert.Equal(t, most, gradient)
	assert.EqualValues(t, packedRows, rows)
	var sum whole
	for range 1000 {
		sum.add(math.MaxInt64)
		sum.add(math.MinInt64 + 2)
	}
	assert.EqualValues(t, 1000, sum.float())
}
