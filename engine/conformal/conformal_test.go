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
		centre, parts, all, weight := []float64{rng.NormFloat64(), rng.NormFloat64(), 0.25}, make([]Sample, 3), []float64{}, []float64{}
		for j := range parts {
			var scores, w []float64
			for range rng.IntN(6) {
				scores, w = append(scores, math.Round(4*rng.Float64())/4), append(w, 1/float64(1+rng.IntN(4)))
				all, weight = append(all, centre[j]+scores[len(scores)-1]), append(weight, w[len(w)-1])
			}
			parts[j] = Sorted(scores, w)
		}
		whole := Sorted(all, weight)
		for k, v := range whole.Scores {
			require.Equal(t, v, Kth(centre, parts, whole.UpTo(k+1)-roundOff))
		}
		for j := range parts {
			parts[j].Weights = nil
		}
		slices.Sort(all)
		for k, want := range all {
			require.Equal(t, want, Kth(centre, parts, float64(k+1)))
		}
	}
}

// A group counts 1 whatever its size, and groups of one row are rows.
func TestGroupsCountOnce(t *testing.T) {
	scores, groups := []float64{}, []int{}
	for g := range 19 {
		for range 1 + g*g {
			scores, groups = append(scores, float64(g)), append(groups, g)
		}
	}
	for share, want := range map[float64]float64{0.5: 9, 0.9: 17, 0.95: 18} {
		got, err := NewSample(scores, groups).Quantile(share)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	rng := rand.New(rand.NewPCG(2, 1))
	for n := 1; n < 60; n++ {
		v, each := make([]float64, n), rng.Perm(n)
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		sorted := slices.Sorted(slices.Values(v))
		for _, share := range []float64{0.1, 0.5, 0.8, 0.9, 0.95} {
			k := int(math.Ceil(share*float64(n+1) - 1e-9))
			for _, groups := range [][]int{nil, each} {
				got, err := NewSample(v, groups).Quantile(share)
				if k > n {
					require.ErrorIs(t, err, ErrTooFew)
					continue
				}
				require.Equal(t, sorted[max(k, 1)-1], got)
			}
		}
	}
}
