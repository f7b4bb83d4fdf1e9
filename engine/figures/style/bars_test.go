package style

import (
	"fmt"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/random"
)

// Whole numbers that come equally often have bars of one height.
func TestWholeBins(t *testing.T) {
	for _, most := range []int{0, 8, 39, 40, 159} {
		var v []float64
		for x := range 3 * (most + 1) {
			v = append(v, float64(x%(most+1)-5))
		}
		bins := wholeBins(v)
		require.LessOrEqual(t, len(bins), histogramBins)
		sum := 0.0
		for k, b := range bins {
			if k < len(bins)-1 {
				assert.Equal(t, 3*(b.Max-b.Min), b.Weight, "%d: bin %d", most, k)
			}
			sum += b.Weight
		}
		assert.Equal(t, float64(len(v)), sum)
		assert.Equal(t, -5.5, bins[0].Min)
	}
	assert.Nil(t, wholeBins([]float64{1, 2.5}))
	assert.Nil(t, wholeBins([]float64{-1e300, 1e300}))
}

func TestScale(t *testing.T) {
	s := NewScale(Diverging, -1, 1)
	seen := map[string]bool{}
	for i := range 1000 {
		c, err := s.At(float64(i-500) / 400) // beyond both ends
		require.NoError(t, err)
		seen[fmt.Sprint(c)] = true
	}
	assert.Len(t, seen, Steps)
	low, _ := s.At(-9)
	top, _ := s.At(9)
	assert.Equal(t, []any{color.Color(Blue), color.Color(Orange)}, []any{low, top})
	assert.Len(t, s.Palette(5).Colors(), 5)
	same := NewScale(Viridis, 3, 3)
	_, err := same.At(3)
	require.NoError(t, err)
	assert.Greater(t, same.Max(), same.Min())
	assert.False(t, strings.Contains(fmt.Sprint(s.Palette(3).Colors()), "<nil>"))
}

// There are three to eight labels, or three to five on a narrow axis.
func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high  float64
		many, some int
	}{
		{0, 2900, 6, 3}, {0, 1600, 7, 4}, {0, 350, 8, 4}, {0, 6000, 7, 3}, {0.02, 0.98, 3, 3}, {-1, 1, 5, 3}, {3, 19, 6, 3}, {0, 999, 4, 4},
	} {
		assert.Len(t, ticks{}.Ticks(c.low, c.high), c.many, "%v", c)
		assert.Len(t, ticks{few: true}.Ticks(c.low, c.high), c.some, "%v", c)
	}
	assert.Len(t, ticks{}.Ticks(3, 3), 1)
	rng := random.New(1, "ticks")
	for range 10_000 {
		low := rng.NormFloat64()
		high := low + math.Exp(5*rng.NormFloat64())
		assert.LessOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 5, "%v to %v", low, high)
		assert.GreaterOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 3, "%v to %v", low, high)
	}
}
