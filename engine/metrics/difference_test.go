package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

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
			alone, err := b.Intervals(ctx, one, []Metric{m}, 1)
			require.NoError(t, err)
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
