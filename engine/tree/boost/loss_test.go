package boost

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/tree/treetest"
)

type lossFixture struct {
	Name              string
	Level, Delta      float64
	Y, W, Raw, Loss   []float64
	Gradient, Hessian [][]float64 // by output
	Start             []float64
	Start_weighted    []float64
}

func (f *lossFixture) make() loss {
	return map[string]loss{
		"squared_error":  squaredLoss{},
		"absolute_error": absoluteLoss{},
		"quantile":       quantileLoss{f.Level},
		"huber":          &huberLoss{f.Level, f.Delta},
		"poisson":        poissonLoss{},
		"log_loss":       logisticLoss{},
		"multinomial":    multinomialLoss{3},
	}[f.Name]
}

func readLosses(t *testing.T) []lossFixture {
	t.Helper()
	var fixture struct{ Losses []lossFixture }
	treetest.ReadJSON(t, "losses.json", &fixture)
	require.Len(t, fixture.Losses, 7)
	return fixture.Losses
}

func TestLossesAreThoseOfScikitLearn(t *testing.T) {
	for _, f := range readLosses(t) {
		t.Run(f.Name, func(t *testing.T) {
			l, n := f.make(), len(f.Y)
			k := l.outputs()
			for _, w := range [][]float64{nil, f.W} {
				d := make([]derivatives, k)
				for c := range d {
					d[c] = derivatives{make([]float32, n), make([]float32, n)}
				}
				sum, want := l.derive(d, f.Raw, f.Y, w), 0.0
				for i, v := range f.Loss {
					want += weightAt(w, i) * v
				}
				assert.InEpsilon(t, want, sum, 1e-12, "sum of losses")
				for c := range d {
					for i := range n {
						weight := weightAt(w, i)
						// Single precision has 24 bits.
						assertClose(t, weight*f.Gradient[c][i], float64(d[c].gradient[i]), 1e-7, "gradient")
						if !l.constantHessian() {
							assertClose(t, weight*f.Hessian[c][i], float64(d[c].hessian[i]), 1e-7, "hessian")
						}
					}
				}
			}
		})
	}
}

// assertClose compares relative to want, or absolutely below 1e-30, where
// single precision ends.
func assertClose(t *testing.T, want, got, tolerance float64, what string) {
	t.Helper()
	assert.LessOrEqual(t, math.Abs(want-got), tolerance*math.Abs(want)+1e-30, "%s: want %v, got %v", what, want, got)
}

func TestStartsAreThoseOfScikitLearn(t *testing.T) {
	p := newPool(t.Context())
	defer p.close()
	for _, f := range readLosses(t) {
		if f.Name == "huber" {
			continue // it starts at the median; scikit-learn's takes a further step
		}
		l := f.make()
		assert.InEpsilonSlice(t, f.Start, l.start(p, f.Y, nil), 1e-9, f.Name)
		assert.InEpsilonSlice(t, f.Start_weighted, l.start(p, f.Y, f.W), 1e-9, "%s, weights", f.Name)
	}
}

func TestHuberLeafIsThatOfScikitLearn(t *testing.T) {
	for _, f := range readLosses(t) {
		if f.Name != "huber" {
			continue
		}
		l := huberLoss{f.Level, f.Delta}
		assert.InEpsilon(t, f.Start[0], l.renew(slices.Clone(f.Y), nil), 1e-12)
		assert.InEpsilon(t, f.Start_weighted[0], l.renew(slices.Clone(f.Y), slices.Clone(f.W)), 1e-12)
	}
}

func TestStartOfOneClassIsFinite(t *testing.T) {
	p := newPool(t.Context())
	defer p.close()
	zeros := make([]float64, 10)
	for _, l := range []loss{logisticLoss{}, multinomialLoss{3}, poissonLoss{}} {
		for _, v := range l.start(p, zeros, nil) {
			assert.False(t, math.IsInf(v, 0) || math.IsNaN(v), "%T: %v", l, v)
		}
	}
}

func TestPercentileInterpolatesBetweenRanks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		v := make([]float64, 1+rng.IntN(100))
		for i := range v {
			v[i] = float64(rng.IntN(30))
		}
		level := rng.Float64()
		sorted := slices.Sorted(slices.Values(v))
		rank := level * float64(len(v)-1)
		i := int(rank)
		want := sorted[i]
		if i+1 < len(v) {
			want += (sorted[i+1] - sorted[i]) * (rank - float64(i))
		}
		assert.InDelta(t, want, percentile(v, nil, level), 1e-12)
	}
	assert.Zero(t, percentile(nil, nil, 0.5))
	assert.Equal(t, 3.0, percentile([]float64{5, 1, 3}, []float64{1, 1, 1}, 0.5))
	assert.Equal(t, 5.0, percentile([]float64{5, 1, 3}, []float64{9, 1, 1}, 0.5))
	assert.Zero(t, percentile([]float64{5}, []float64{0}, 0.5))
}

func TestMeanDoesNotDependOnTheOrder(t *testing.T) {
	p := newPool(t.Context())
	defer p.close()
	rng := rand.New(rand.NewPCG(7, 8))
	v := make([]float64, 20_000)
	for i := range v {
		v[i] = math.Exp(10 * rng.NormFloat64())
	}
	mean := func() float64 { return meanOf(p, len(v), nil, func(i int) float64 { return v[i] }) }
	want, plain := mean(), sumOf(v)/float64(len(v))
	assert.InEpsilon(t, plain, want, 1e-9)
	rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
	assert.Equal(t, want, mean())
	clear(v)
	assert.Zero(t, mean())
}

func TestBadTargetsAndWeightsAreNamed(t *testing.T) {
	assert.ErrorContains(t, checkTarget([]float64{1, math.NaN()}, "a number", func(float64) bool { return true }), "row 1 is NaN")
	assert.ErrorContains(t, checkWeights([]float64{1, -2}), "row 1 is -2")
	assert.ErrorContains(t, checkWeights([]float64{0, 0}), "all 2 rows are 0")
	assert.NoError(t, checkWeights(nil))
}
