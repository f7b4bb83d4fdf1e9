package metrics_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
	"example.com/engine/metrics/metricstest"
	"example.com/engine/must"
)

// pair makes two models' predictions of n rows whose errors are mostly the
// same, the second's with noise of the given size added.
func pair(n int, noise float64, rng *rand.Rand) (a, b metrics.Data) {
	a = metrics.Data{Y: make([]float64, n), Pred: make([]float64, n)}
	b = metrics.Data{Y: a.Y, Pred: make([]float64, n)}
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
		forward := must.Get(metrics.NewBootstrap().Differences(ctx, good, bad, []metrics.Metric{m}, 42))(t)
		if name == "r2" { // the target is constant: 0 for both
			require.Equal(t, 0.5, forward[0].Worse)
			require.False(t, forward[0].SurelyBetter(m))
			require.True(t, forward[0].NotWorseThan(m, 0))
			continue
		}
		backward := must.Get(metrics.NewBootstrap().Differences(ctx, bad, good, []metrics.Metric{m}, 42))(t)
		require.Equal(t, forward[0].Estimate, -backward[0].Estimate)
		require.InDelta(t, forward[0].Low, -backward[0].High, 1e-12)
		require.Less(t, forward[0].Worse, 1e-4)
		require.InDelta(t, 1, backward[0].Worse, 1e-4)
		require.True(t, forward[0].SurelyBetter(m))
		require.False(t, backward[0].SurelyBetter(m))
		require.False(t, backward[0].NotWorseThan(m, 0))
		require.True(t, backward[0].NotWorseThan(m, backward[0].High))
	}
}

func TestGreaterIsBetterTurnsTheDifference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := metricstest.Rows(metrics.Binary, 300, rng)
	good := d
	good.Pred = append([]float64(nil), d.Y...)
	m := lookup(t, "accuracy")
	got := must.Get(metrics.NewBootstrap().Differences(ctx, good, d, []metrics.Metric{m}, 42))(t)
	require.Positive(t, got[0].Low)
	require.Less(t, got[0].Worse, 1e-6)
	require.True(t, got[0].SurelyBetter(m))
	require.True(t, got[0].NotWorseThan(m, 0))
}

// Of models that are equally good, at most one in twenty is found surely
// better or surely worse, and the interval of the difference is far narrower
// than that of either.
func TestEqualModelsAreNotTold(t *testing.T) {
	const trials = 300
	rng, m := rand.New(rand.NewPCG(3, 4)), lookup(t, "rmse")
	b := metrics.Bootstrap{Resamples: 200, Level: 0.95}
	better, worse := 0, 0
	for trial := range trials {
		one, two := pair(200, 0, rng)
		got := must.Get(b.Differences(ctx, one, two, []metrics.Metric{m}, uint64(trial)))(t)
		if got[0].SurelyBetter(m) {
			better++
		}
		if got[0].Low > 0 {
			worse++
		}
		if trial == 0 {
			alone := intervals(t, b, one, []metrics.Metric{m}, 1)
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
		_, _ = metrics.NewBootstrap().Differences(context.Background(), a, b, metrics.All(metrics.Regression), 1)
	})
}
