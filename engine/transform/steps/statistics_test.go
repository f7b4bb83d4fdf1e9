package steps

import (
	"math"
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

func TestMostFrequent(t *testing.T) {
	require.Equal(t, 2.0, mostFrequent([]float64{9, 2, 5, 2, 9}))
	require.Equal(t, 1.0, mostFrequent([]float64{1}))
	require.Equal(t, "b", mostFrequentText(wordColumn("c", "b", "", "b", "c", "", "").Columns()[0]))
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
