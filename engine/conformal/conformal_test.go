package conformal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

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
