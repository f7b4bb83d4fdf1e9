package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKBinsDiscretizer(t *testing.T) {
	againstScikitLearn(t, "k_bins_discretizer")

	d := NewKBinsDiscretizer()
	d.NBins, d.Strategy, d.Encode = 3, "uniform", "ordinal"
	fitted(t, d, column(0, null, 9))
	require.Equal(t, [][]float64{{3, 6}}, d.Edges)
	requireSame(t, []float64{0, 0, 1, 2, 2, null}, transformed(t, d, column(-5, 2.9, 3, 6, 100, null)))
	require.Equal(t, "k_bins_discretizer(strategy=uniform, a=[3 6])", d.String())

	d.Encode = "onehot"
	out, err := fitted(t, d, column(0, 9)).Transform(column(4, null))
	require.NoError(t, err)
	require.Equal(t, []string{"a_0", "a_1", "a_2"}, out.Names())
	requireSame(t, []float64{1, 0}, out.Column("a_1").Floats)
	requireSame(t, []float64{0, 0}, out.Column("a_0").Floats)
}

func TestKBinsDiscretizerOfFewValues(t *testing.T) {
	for _, strategy := range []string{"uniform", "quantile", "kmeans"} {
		d := NewKBinsDiscretizer()
		d.Strategy = strategy
		require.Empty(t, fitted(t, d, column(3, 3, 3)).Edges[0], strategy)
		require.Empty(t, fitted(t, d, column(null, null)).Edges[0], strategy)
		require.Equal(t, []string{"a_0"}, d.NamesOut(), strategy)
	}
	d := NewKBinsDiscretizer()
	fitted(t, d, column(1, 1, 1, 1, 1, 2))
	require.Empty(t, d.Edges[0], "the quantiles are 1, 1, … and 2, which leaves one bin")
	d.NBins = 2
	fitted(t, d, column(0, 1, 1+1e-9, 2))
	require.Equal(t, []float64{1 + 0.5e-9}, d.Edges[0])
	fitted(t, d, column(0, 1e-9, 1e-9, 2))
	require.Empty(t, d.Edges[0], "an edge so near the one before is left out")
	d.NBins = 1
	require.ErrorContains(t, d.Fit(column(1), nil, nil), "n_bins")
}
