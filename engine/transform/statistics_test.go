package transform

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSumKeepsDigits(t *testing.T) {
	total, n := sum([]float64{1, 1e100, null, 1, -1e100})
	require.Equal(t, 2.0, total)
	require.Equal(t, 4, n)
	total, n = sum([]float64{null})
	require.Zero(t, total)
	require.Zero(t, n)
}

func TestMoments(t *testing.T) {
	mean, variance, n := moments([]float64{1e9 + 4, null, 1e9 + 7, 1e9 + 13, 1e9 + 16})
	require.Equal(t, 1e9+10, mean)
	require.Equal(t, 22.5, variance)
	require.Equal(t, 4, n)
	mean, variance, n = moments(nil)
	require.Equal(t, []float64{0, 0, 0}, []float64{mean, variance, float64(n)})
}

func TestIsConstant(t *testing.T) {
	require.True(t, isConstant(5, 0, 3))
	require.True(t, isConstant(1e6, 1e-20, 10), "the mean is off by 1e-10 at most")
	require.False(t, isConstant(1, 1e-20, 10))
}

// TestNthIsSorted compares with sorting, on ties, runs and adversaries.
func TestNthIsSorted(t *testing.T) {
	rng := source()
	shapes := map[string]func(i, n int) float64{
		"random":   func(int, int) float64 { return rng.Float64() },
		"ties":     func(int, int) float64 { return float64(rng.IntN(3)) },
		"constant": func(int, int) float64 { return 4 },
		"up":       func(i, _ int) float64 { return float64(i) },
		"down":     func(i, _ int) float64 { return -float64(i) },
		"organ":    func(i, n int) float64 { return float64(min(i, n-i)) },
		"saw":      func(i, _ int) float64 { return float64(i % 7) },
	}
	for name, shape := range shapes {
		for _, n := range []int{1, 2, 3, 10, 101, 1000} {
			v := make([]float64, n)
			for i := range v {
				v[i] = shape(i, n)
			}
			sorted := slices.Sorted(slices.Values(v))
			for _, k := range []int{0, n / 4, n / 2, n - 1} {
				w := slices.Clone(v)
				require.Equal(t, sorted[k], nth(w, k), "%s, %d of %d", name, k, n)
				if k > 0 {
					require.LessOrEqual(t, slices.Max(w[:k]), w[k])
				}
				require.GreaterOrEqual(t, slices.Min(w[k:]), w[k])
				require.Equal(t, sorted, slices.Sorted(slices.Values(w)))
			}
			for _, q := range []float64{0, 0.1, 0.5, 0.77, 1} {
				require.Equal(t, sortedQuantile(sorted, q), linearQuantile(slices.Clone(v), q), "%s, %v of %d", name, q, n)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	require.Equal(t, 3.0, median([]float64{5, 1, 3}))
	require.Equal(t, 2.5, median([]float64{5, 1, 3, 2}))
	require.Equal(t, 7.0, median([]float64{7}))
}

func TestMostFrequent(t *testing.T) {
	require.Equal(t, 2.0, mostFrequent([]float64{9, 2, 5, 2, 9}))
	require.Equal(t, 1.0, mostFrequent([]float64{1}))
	require.Equal(t, "b", mostFrequentText(wordColumn("c", "b", "", "b", "c", "", "").Columns()[0]))
}

func TestAveragedInvertedCDF(t *testing.T) {
	v := []float64{1, 2, 3, 4}
	for q, want := range map[float64]float64{0: 1, 0.2: 1, 0.25: 1.5, 0.3: 2, 0.5: 2.5, 1: 4} {
		require.Equal(t, want, averagedInvertedCDF(v, q), "%v", q)
	}
}

func TestLinspaceEndsExactly(t *testing.T) {
	require.Equal(t, []float64{0, 1.0 / 3, 2.0 / 3, 1}, linspace(0, 1, 4))
	require.Equal(t, []float64{5}, linspace(5, 9, 1))
	for n := 2; n < 200; n++ {
		v := linspace(-0.1, 0.7, n)
		require.Equal(t, 0.7, v[n-1])
		require.False(t, math.IsNaN(v[0]))
	}
}
