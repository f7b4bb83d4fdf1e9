package linear

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The optimum over β ≥ 0 is where no column pulls the residual up, and those
// with a coefficient don't pull it at all (Karush, Kuhn and Tucker).
func TestNonNegativeIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 50 {
		n, p := 30, 1+trial%12
		x, y := mat.NewDense(n, p, nil), make([]float64, n)
		for i := range y {
			common := rng.NormFloat64() // columns correlate like models of one target
			y[i] = common + 0.3*rng.NormFloat64()
			for j := range p {
				x.Set(i, j, common+0.1*rng.NormFloat64())
			}
			x.Set(i, p-1, x.At(i, 0)) // the last repeats the first
		}
		for _, alpha := range []float64{0, 0.5} {
			model := &Ridge{Alpha: alpha, Positive: true}
			require.NoError(t, model.Fit(context.Background(), x, y, nil, nil))
			fitted := predict(model, x)
			for j := range p {
				pull := -alpha * model.Coef[j]
				for i := range y {
					pull += x.At(i, j) * (y[i] - fitted[i])
				}
				require.GreaterOrEqual(t, model.Coef[j], 0.0)
				require.LessOrEqual(t, pull, 1e-10)
				if model.Coef[j] > 0 {
					require.InDelta(t, 0, pull, 1e-10)
				}
			}
		}
	}
}
