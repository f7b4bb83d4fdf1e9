package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

var nan = math.NaN()

func TestEdges(t *testing.T) {
	check := func(name string, got, want float64) {
		t.Helper()
		if math.IsNaN(want) {
			require.True(t, math.IsNaN(got), "%s is %v", name, got)
			return
		}
		require.Equal(t, want, got, name)
	}
	check("rmse of nothing", rmse(nil, nil)(nil), nan)
	check("median of nothing", medianAE(nil, nil)(nil), nan)
	check("max of nothing", maxError(nil, nil)(nil), nan)
	check("r2 of one row", r2([]float64{1}, []float64{2})(nil), nan)
	check("r2 of a constant, met", r2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.1, 0.1})(nil), 1)
	check("r2 of a constant, missed", r2([]float64{0.1, 0.1, 0.1}, []float64{0.1, 0.2, 0.1})(nil), 0)
	check("r2 of a constant under weights", r2([]float64{0.1, 9, 0.1}, []float64{0.2, 9, 0.1})([]float64{1, 0, 3}), 0)
	check("explained variance does not see a bias", explainedVariance([]float64{1, 2, 4}, []float64{2, 3, 5})(nil), 1)
	check("mape of a target of 0", mape([]float64{0}, []float64{1})(nil), 0x1p52)
	check("rmsle below -1", rmsle([]float64{1, -2}, []float64{1, 1})(nil), nan)
	check("rmsle at -1", rmsle([]float64{1, 1}, []float64{1, -1})(nil), nan)
	check("median of an even number", medianAE([]float64{0, 0, 0, 0}, []float64{1, -2, 4, 9})(nil), 3)
	check("max without weight", maxError([]float64{0, 0}, []float64{1, -9})([]float64{1, 0}), 1)
	check("auc of one class", ROCAUC([]float64{1, 1}, []float64{0.1, 0.9}, nil), nan)
	check("auc of ties", ROCAUC([]float64{1, 0, 1, 0}, []float64{0.5, 0.5, 0.5, 0.5}, nil), 0.5)
	check("precision-recall without positives", AveragePrecision([]float64{0, 0}, []float64{0.1, 0.9}, nil), nan)
	check("multiclass auc without a class", rocAUCMulti([]float64{0, 1}, mat.NewDense(2, 3, nil), OneVsOne, Macro)(nil), nan)
	check("mcc of constant calls", Confusion([]float64{0, 1}, []float64{1, 1}, nil).MCC(), 0)
	check("precision without calls", Confusion([]float64{0, 1}, []float64{0, 0}, nil).Precision(PositiveClass), 0)
	check("f1 of a class that is nowhere", Confusion([]float64{0, 2}, []float64{0, 2}, nil).F1(Macro), 1)
	check("log loss of certainty", logLoss([]float64{1}, mat.NewDense(1, 2, []float64{1, 0}))(nil), 52*math.Ln2)
}

func TestWrongLengthsPanic(t *testing.T) {
	check := func(f func()) {
		t.Helper()
		require.PanicsWithValue(t, "metrics: slice length mismatch", f)
	}
	two, three := make([]float64, 2), make([]float64, 3)
	check(func() { rmse(two, three)(nil) })
	check(func() { r2(two, three)(nil) })
	check(func() { medianAE(two, three)(nil) })
	check(func() { explainedVariance(two, three)(nil) })
	check(func() { registry[find("rmse")].Score(Data{Y: two, Pred: two, W: three}) })
	check(func() { ROCAUC(two, three, nil) })
	check(func() { Confusion(two, three, nil) })
	check(func() { Confusion(two, two, three) })
	check(func() { logLoss(two, mat.NewDense(3, 2, nil))(nil) })
	check(func() { CalibrationCurveByQuantiles(two, three, nil, 5) })
	check(func() { All(Regression)[0].Score(Data{Y: two, Pred: two, Groups: []uint64{1}}) })
}

func TestLookup(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		_, err := Lookup(name)
		require.ErrorContains(t, err, want)
	}
	check("rsme", `no metric "rsme": there are accuracy, average_precision,`)
	check("pinball_1.5", `metric "pinball_1.5": "1.5" is not a share between 0 and 1`)
	check("pinball_x", `"x" is not a share between 0 and 1`)
	m, err := Lookup("pinball_0.9")
	require.NoError(t, err)
	require.True(t, m.For(Regression))
	require.False(t, m.For(Binary))
	require.InDelta(t, 9, m.Score(Data{Y: []float64{10}, Pred: []float64{0}}), 1e-12)
}

func BenchmarkROCAUC(b *testing.B) {
	for _, n := range []int{4000, 600_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			y, score := make([]float64, n), make([]float64, n)
			for i := range y {
				y[i], score[i] = float64(r.IntN(2)), r.Float64()
			}
			for b.Loop() {
				ROCAUC(y, score, nil)
			}
		})
	}
}

func TestUndefinedSlicesComeLast(t *testing.T) {
	for _, name := range []string{"rmse", "r2"} {
		m := registry[find(name)]
		require.Positive(t, m.worstFirst(nan, 1))
		require.Negative(t, m.worstFirst(math.Inf(-1), nan))
		require.Zero(t, m.worstFirst(nan, nan))
	}
}

// The reference is scipy 1.17.1, binomtest(9, 10).proportion_ci(method="wilson").
func TestWilson(t *testing.T) {
	const z = 1.959963984540054
	low, high := wilson(0.9, 10, z)
	require.InDelta(t, 0.5958499732047615, low, 1e-12)
	require.InDelta(t, 0.9821237869049271, high, 1e-12)
	low, _ = wilson(0, 10, z)
	require.Zero(t, low)
	_, high = wilson(1, 10, z)
	require.Equal(t, 1.0, high)
}
