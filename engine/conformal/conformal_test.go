package conformal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestKth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		centre, scores, all := []float64{rng.NormFloat64(), rng.NormFloat64(), 0.25}, make([][]float64, 3), []float64{}
		for j := range scores {
			for range rng.IntN(6) {
				scores[j] = append(scores[j], math.Round(4*rng.Float64())/4)
			}
			slices.Sort(scores[j])
			for _, s := range scores[j] {
				all = append(all, centre[j]+s)
			}
		}
		slices.Sort(all)
		for k, want := range all {
			require.Equal(t, want, Kth(centre, scores, k+1))
		}
	}
}

func TestRank(t *testing.T) {
	nine := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	got, err := Quantile(nine, 0.9)
	require.NoError(t, err)
	assert.Equal(t, 9.0, got, "⌈0.9 · 10⌉ is 9, whatever the bits of 0.9")
	_, err = Quantile(nine[:8], 0.9)
	assert.ErrorIs(t, err, ErrTooFew)
}
