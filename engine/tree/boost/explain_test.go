package boost

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

func TestContributionsAddUpToThePrediction(t *testing.T) {
	x, y := treetest.Sample(1000, 12, true, 21)
	some := mat.DenseCopyOf(x.Slice(0, 40, 0, 12))
	b := NewRegressor()
	b.Loss, b.MaxLeafNodes = "absolute_error", 63
	require.NoError(t, b.Fit(t.Context(), x, y, nil, treetest.Rand()))
	treetest.CheckSums(t, "numbers", b.Explainer(), some, b.Predict)
	c := NewClassifier()
	c.MaxIter = 5
	require.NoError(t, c.Fit(t.Context(), x, treetest.Classes(y, 3), nil, treetest.Rand()))
	treetest.CheckSums(t, "classes", c.Explainer(), some, c.raw)
}

// BenchmarkExplain explains one row of 500 trees of 31 leaves.
func BenchmarkExplain(b *testing.B) {
	x, y := treetest.Sample(16_000, 24, false, 1)
	m := NewRegressor()
	m.MaxIter, m.LearningRate = 500, 0.06
	require.NoError(b, m.Fit(b.Context(), x, y, nil, treetest.Rand()))
	e, dst := m.Explainer(), make([]float64, 24)
	i := 0
	for b.Loop() {
		e.Explain(dst, x.RawRowView(i%16_000))
		i++
	}
}
