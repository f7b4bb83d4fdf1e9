package style

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
