package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestQuantileTransformer has to meet scikit-learn at ties and ends.
func TestQuantileTransformer(t *testing.T) {
	againstScikitLearn(t, "quantile_transformer")

	q := fitted(t, NewQuantileTransformer(), column(0, 1, 1, 1, null, 4))
	requireSame(t, []float64{0, 0, 0.5, 0.5 * (0.75 + 1), 1, 1, null}, transformed(t, q, column(-1, 0, 1, 2.5, 4, 5, null)))
	q.OutputDistribution = "normal"
	out := transformed(t, q, column(-1e9, 1, 1e9))
	require.InDelta(t, -5.19934, out[0], 1e-5)
	require.InDelta(t, 0, out[1], 1e-15)
	require.InDelta(t, 5.19934, out[2], 1e-5)
	requireSame(t, []float64{0, 0, 1}, transformed(t, fitted(t, NewQuantileTransformer(), column(3, 3)), column(2, 3, 4)))
}
