package metrics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
)

func TestByCategory(t *testing.T) {
	require.Equal(t, []metrics.Group{{"a", []int{1, 4}}, {"c", []int{0}}, {"null", []int{2, 3}}},
		metrics.ByCategory([]int32{2, 0, -1, -1, 0}, []string{"a", "b", "c"}))
	require.Empty(t, metrics.ByCategory[int](nil, nil))
}

func TestByBins(t *testing.T) {
	check := func(v []float64, bins int, want ...metrics.Group) {
		t.Helper()
		got := metrics.ByBins(v, bins)
		if len(want) == 0 {
			require.Empty(t, got)
			return
		}
		require.Equal(t, want, got)
	}
	check([]float64{4, 1, 3, 2}, 2, metrics.Group{"[1, 2.5)", []int{1, 3}}, metrics.Group{"[2.5, 4]", []int{0, 2}})
	check([]float64{1, 1, 1, 9}, 4, metrics.Group{"[1, 3)", []int{0, 1, 2}}, metrics.Group{"[3, 9]", []int{3}})
	check([]float64{5, 5}, 3, metrics.Group{"5", []int{0, 1}})
	check([]float64{math.NaN(), 1234567.8, 0}, 1, metrics.Group{"[0, 1234570]", []int{1, 2}}, metrics.Group{"null", []int{0}})
	check([]float64{math.NaN()}, 2, metrics.Group{"null", []int{0}})
	check(nil, 2)
}

func TestSlicesWorstFirst(t *testing.T) {
	d := metrics.Data{Y: make([]float64, 90), Pred: make([]float64, 90)}
	codes := make([]int, 90)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range codes {
		codes[i] = i % 3
		d.Pred[i] = math.Pow(4, float64(codes[i])) * rng.NormFloat64()
		d.Y[i] = 10 * rng.NormFloat64()
		d.Pred[i] += d.Y[i]
	}
	groups := append(metrics.ByCategory(codes, []string{"a", "b", "c"}), metrics.Group{"few", []int{1, 2}})
	check := func(name string) {
		t.Helper()
		measured, small, err := metrics.NewBootstrap().Slices(ctx, d, lookup(t, name), groups, 3, 42)
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
