package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

var nan = math.NaN()

// draw makes rows of each task with weights 0, 1, 2 and 3.
func draw(task Task, n int, rng *rand.Rand) Data {
	d := Data{Y: make([]float64, n), Pred: make([]float64, n), W: make([]float64, n)}
	k := map[Task]int{Binary: 2, Multiclass: 3}[task]
	if k > 0 {
		d.Proba = mat.NewDense(n, k, nil)
	}
	for i := range n {
		d.W[i] = float64(rng.IntN(4))
		if k == 0 {
			d.Y[i] = 100 * rng.ExpFloat64()
			d.Pred[i] = d.Y[i] * math.Exp(0.3*rng.NormFloat64())
			continue
		}
		d.Y[i], d.Pred[i] = float64(rng.IntN(k)), float64(rng.IntN(k))
		p, sum := d.Proba.RawRowView(i), 0.0
		for j := range p {
			p[j] = float64(1 + rng.IntN(20)) // scores tie
			sum += p[j]
		}
		for j := range p {
			p[j] /= sum
		}
	}
	return d
}

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
	check(func() { lookup(t, "rmse").Score(Data{Y: two, Pred: two, W: three}) })
	check(func() { ROCAUC(two, three, nil) })
	check(func() { Confusion(two, three, nil) })
	check(func() { Confusion(two, two, three) })
	check(func() { logLoss(two, mat.NewDense(3, 2, nil))(nil) })
	check(func() { CalibrationCurveByQuantiles(two, three, nil, 5) })
	check(func() { All(Regression)[0].Score(Data{Y: two, Pred: two, Groups: []int{1}}) })
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

// pair makes two models' predictions of n rows whose errors are mostly the
// same, the second's with noise of the given size added.
func pair(n int, noise float64, rng *rand.Rand) (a, b Data) {
	a = Data{Y: make([]float64, n), Pred: make([]float64, n)}
	b = Data{Y: a.Y, Pred: make([]float64, n)}
	for i := range n {
		hard := rng.NormFloat64()
		a.Pred[i] = hard + 0.1*rng.NormFloat64()
		b.Pred[i] = hard + 0.1*rng.NormFloat64() + noise*rng.NormFloat64()
	}
	return a, b
}

func TestDifferenceTellsTheBetterModel(t *testing.T) {
	good, bad := pair(500, 0.5, rand.New(rand.NewPCG(1, 2)))
	for _, name := range []string{"rmse", "r2"} {
		m := lookup(t, name)
		forward, err := NewBootstrap().Differences(ctx, good, bad, []Metric{m}, 42)
		require.NoError(t, err)
		if name == "r2" { // the target is constant: 0 for both
			require.Equal(t, 0.5, forward[0].Worse)
			require.False(t, forward[0].SurelyBetter(m))
			require.True(t, forward[0].NotWorseThan(m, 0))
			continue
		}
		backward, err := NewBootstrap().Differences(ctx, bad, good, []Metric{m}, 42)
		require.NoError(t, err)
		require.Equal(t, forward[0].Estimate, -backward[0].Estimate)
		require.InDelta(t, forward[0].Low, -backward[0].High, 1e-12)
		require.Zero(t, forward[0].Worse)
		require.Equal(t, 1.0, backward[0].Worse)
		require.True(t, forward[0].SurelyBetter(m))
		require.False(t, backward[0].SurelyBetter(m))
		require.False(t, backward[0].NotWorseThan(m, 0))
		require.True(t, backward[0].NotWorseThan(m, backward[0].High))
	}
}

func TestGreaterIsBetterTurnsTheDifference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := draw(Binary, 300, rng)
	good := d
	good.Pred = append([]float64(nil), d.Y...)
	m := lookup(t, "accuracy")
	got, err := NewBootstrap().Differences(ctx, good, d, []Metric{m}, 42)
	require.NoError(t, err)
	require.Positive(t, got[0].Low)
	require.Zero(t, got[0].Worse)
	require.True(t, got[0].SurelyBetter(m))
	require.True(t, got[0].NotWorseThan(m, 0))
}

// Of models that are equally good, at most one in twenty is found surely
// better or surely worse, and the interval of the difference is far narrower
// than that of either.
func TestEqualModelsAreNotTold(t *testing.T) {
	const trials = 300
	rng, m := rand.New(rand.NewPCG(3, 4)), lookup(t, "rmse")
	b := Bootstrap{Resamples: 200, Level: 0.95, Method: "percentile"}
	better, worse := 0, 0
	for trial := range trials {
		one, two := pair(200, 0, rng)
		got, err := b.Differences(ctx, one, two, []Metric{m}, uint64(trial))
		require.NoError(t, err)
		if got[0].SurelyBetter(m) {
			better++
		}
		if got[0].Low > 0 {
			worse++
		}
		if trial == 0 {
			alone := intervals(t, b, one, []Metric{m}, 1)
			require.Less(t, got[0].StdErr, alone[0].StdErr/3)
		}
	}
	// Each side has a chance of 2.5 %: 7.5 of 300, standard deviation 2.7.
	require.InDelta(t, 7.5, better, 3*2.7)
	require.InDelta(t, 7.5, worse, 3*2.7)
}

func TestDifferenceOfOtherRowsPanics(t *testing.T) {
	a, b := pair(10, 0, rand.New(rand.NewPCG(1, 2)))
	b.Y = append([]float64(nil), b.Y...)
	b.Y[3] = 1
	require.PanicsWithValue(t, "metrics: the two models are not on the same rows", func() {
		_, _ = NewBootstrap().Differences(context.Background(), a, b, All(Regression), 1)
	})
}

func TestByCategory(t *testing.T) {
	require.Equal(t, []Group{{"a", []int{1, 4}}, {"c", []int{0}}, {"null", []int{2, 3}}},
		ByCategory([]int32{2, 0, -1, -1, 0}, []string{"a", "b", "c"}))
	require.Empty(t, ByCategory[int](nil, nil))
}

func TestByBins(t *testing.T) {
	check := func(v []float64, bins int, want ...Group) {
		t.Helper()
		got := ByBins(v, bins)
		if len(want) == 0 {
			require.Empty(t, got)
			return
		}
		require.Equal(t, want, got)
	}
	check([]float64{4, 1, 3, 2}, 2, Group{"[1, 2.5)", []int{1, 3}}, Group{"[2.5, 4]", []int{0, 2}})
	check([]float64{1, 1, 1, 9}, 4, Group{"[1, 3)", []int{0, 1, 2}}, Group{"[3, 9]", []int{3}})
	check([]float64{5, 5}, 3, Group{"5", []int{0, 1}})
	check([]float64{nan, 1234567.8, 0}, 1, Group{"[0, 1234570]", []int{1, 2}}, Group{"null", []int{0}})
	check([]float64{nan}, 2, Group{"null", []int{0}})
	check(nil, 2)
}

func TestSlicesWorstFirst(t *testing.T) {
	d := Data{Y: make([]float64, 90), Pred: make([]float64, 90)}
	codes := make([]int, 90)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range codes {
		codes[i] = i % 3
		d.Pred[i] = math.Pow(4, float64(codes[i])) * rng.NormFloat64()
		d.Y[i] = 10 * rng.NormFloat64()
		d.Pred[i] += d.Y[i]
	}
	groups := append(ByCategory(codes, []string{"a", "b", "c"}), Group{"few", []int{1, 2}})
	check := func(name string) {
		t.Helper()
		measured, small, err := NewBootstrap().Slices(ctx, d, lookup(t, name), groups, 3, 42)
		require.NoError(t, err)
		require.Len(t, measured, 3)
		for k, want := range []string{"c", "b", "a"} {
			require.Equal(t, want, measured[k].Name)
			require.Equal(t, 30, measured[k].Rows)
			require.Less(t, measured[k].Low, measured[k].Estimate)
			require.Less(t, measured[k].Estimate, measured[k].High)
		}
		require.Equal(t, groups[3:], small)
	}
	check("rmse")
	check("r2")
}

func TestUndefinedSlicesComeLast(t *testing.T) {
	for _, name := range []string{"rmse", "r2"} {
		m := lookup(t, name)
		require.Positive(t, m.worstFirst(nan, 1))
		require.Negative(t, m.worstFirst(math.Inf(-1), nan))
		require.Zero(t, m.worstFirst(nan, nan))
	}
}
