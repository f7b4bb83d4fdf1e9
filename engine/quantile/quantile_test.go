package quantile

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSelectIsSorted compares with sorting, on ties, runs and adversaries.
func TestSelectIsSorted(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
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
				require.Equal(t, sorted[k], Select(w, k), "%s, %d of %d", name, k, n)
				if k > 0 {
					require.LessOrEqual(t, slices.Max(w[:k]), w[k])
				}
				require.GreaterOrEqual(t, slices.Min(w[k:]), w[k])
				require.Equal(t, sorted, slices.Sorted(slices.Values(w)))
			}
			for _, q := range []float64{0, 0.1, 0.5, 0.77, 1} {
				require.Equal(t, Numpy(sorted, q), NumpyOf(slices.Clone(v), q), "%s, %v of %d", name, q, n)
				require.Equal(t, Linear(sorted, q), LinearOf(slices.Clone(v), q), "%s, %v of %d", name, q, n)
				require.InDelta(t, Numpy(sorted, q), Linear(sorted, q), 1e-12*(1+math.Abs(sorted[n-1])), "%s, %v of %d", name, q, n)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	require.Equal(t, 3.0, Median([]float64{5, 1, 3}))
	require.Equal(t, 2.5, Median([]float64{5, 1, 3, 2}))
	require.Equal(t, 7.0, Median([]float64{7}))
}

func TestAveragedInvertedCDF(t *testing.T) {
	v := []float64{1, 2, 3, 4}
	for q, want := range map[float64]float64{0: 1, 0.2: 1, 0.25: 1.5, 0.3: 2, 0.5: 2.5, 1: 4} {
		require.Equal(t, want, AveragedInvertedCDF(v, q), "%v", q)
	}
}

// Weights of 1 change nothing, and a weight of 3 is three rows.
func TestWeightsAreRepetitions(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		var sorted, weights, cumulated, repeated []float64
		total := 0.0
		for i := range 1 + r.IntN(12) {
			w := 1 + r.IntN(3)
			total += float64(w)
			sorted, weights, cumulated = append(sorted, float64(i)), append(weights, float64(w)), append(cumulated, total)
			repeated = append(repeated, slices.Repeat([]float64{float64(i)}, w)...)
		}
		for k := 1; k <= 16; k++ {
			q := float64(k) / 16
			require.Equal(t, AveragedInvertedCDF(repeated, q), AveragedCumulated(sorted, cumulated, q), "%v of %v", q, repeated)
			require.Equal(t, repeated[int(math.Ceil(q*total))-1], InvertedCDF(sorted, weights, q), "%v of %v", q, repeated)
		}
	}
}

func TestQuantilesOfNothing(t *testing.T) {
	require.True(t, math.IsNaN(Linear(nil, 0.5)))
	require.True(t, math.IsNaN(LinearOf(nil, 0.5)))
	require.True(t, math.IsNaN(InvertedCDF(nil, nil, 0.5)))
}

// The values are those of R's quantile(x, 0.3, type = …) and of scipy's mquantiles.
func Example() {
	x := []float64{1, 2, 4, 8, 16}
	fmt.Printf("%.4g\n", Linear(x, 0.3))              // type 7
	fmt.Printf("%.4g\n", AveragedInvertedCDF(x, 0.4)) // type 2
	fmt.Printf("%.4g\n", InvertedCDF(x, []float64{1, 1, 1, 1, 1}, 0.4))
	fmt.Printf("%.4g\n", Cunnane(x, 0.3))
	// Output:
	// 2.4
	// 3
	// 2
	// 1.96
}
