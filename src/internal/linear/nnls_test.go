package linear

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The Karush-Kuhn-Tucker conditions are necessary and sufficient for the
// minimum: no slope along a column above 0, and none downwards along others.
func TestNonNegativeIsTheMinimum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	bound := 0
	for trial := range 200 {
		n, p := 20+rng.IntN(30), 1+rng.IntN(8)
		x, y := mat.NewDense(n, p, nil), make([]float64, n)
		w := make([]float64, n)
		for i := range n {
			for j := range p {
				x.Set(i, j, rng.NormFloat64())
			}
			y[i], w[i] = rng.NormFloat64()+x.At(i, 0), rng.Float64()
		}
		if trial%5 == 0 && p > 1 { // dependent columns
			for i := range n {
				x.Set(i, 1, 2*x.At(i, 0))
			}
		}
		c, err := NonNegative(x, y, w)
		require.NoError(t, err)
		for j := range p {
			slope := 0.0
			for i := range n {
				fit := 0.0
				for k, v := range x.RawRowView(i) {
					fit += v * c[k]
				}
				slope += w[i] * x.At(i, j) * (y[i] - fit)
			}
			require.GreaterOrEqual(t, c[j], 0.0)
			if c[j] > 0 {
				require.InDelta(t, 0, slope, 1e-8, "trial %d, column %d", trial, j)
				continue
			}
			bound++
			require.LessOrEqual(t, slope, 1e-8, "trial %d, column %d", trial, j)
		}
	}
	assert.NotZero(t, bound, "no trial met the bound")
}

func TestNonNegativeFindsExactWeights(t *testing.T) {
	x := mat.NewDense(4, 2, []float64{1, 0, 0, 1, 1, 1, 2, 1})
	c, err := NonNegative(x, []float64{0.25, 0.75, 1, 1.25}, nil)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0.25, 0.75}, c, 1e-12)
}
