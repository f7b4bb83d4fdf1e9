package steps

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/transform"
)

func TestStandardScaler(t *testing.T) {
	againstScikitLearn(t, "standard_scaler")

	s := fitted(t, NewStandardScaler(), column(1, 2, 3, null, 6))
	require.Equal(t, []float64{3}, s.Mean)
	require.Equal(t, []float64{math.Sqrt(3.5)}, s.Scale)
	requireSame(t, []float64{0, null}, transformed(t, s, column(3, null)))
	require.Equal(t, "standard_scaler(mean=[3], scale=[1.871])", s.String())
}

func TestStandardScalerOfConstants(t *testing.T) {
	// A mean of 1/3 is rounded, and so is the distance to it.
	for _, v := range []float64{0, 7.3, 1e300 / 3, 1.0 / 3} {
		s := fitted(t, NewStandardScaler(), column(v, v, v))
		require.Equal(t, []float64{1}, s.Scale, v)
	}
	s := fitted(t, NewStandardScaler(), column(null, null))
	requireSame(t, []float64{5, null}, transformed(t, s, column(5, null)))
}

func TestScalersRefuse(t *testing.T) {
	for _, kind := range []string{"standard_scaler", "min_max_scaler", "robust_scaler", "quantile_transformer"} {
		s, err := transform.New(kind)
		require.NoError(t, err)
		require.ErrorContains(t, s.Fit(wordColumn("x"), nil, nil), `column "a" is a category`, kind)
		require.EqualError(t, s.Fit(column(), nil, nil), "no rows to learn from", kind)
		require.EqualError(t, s.Fit(column(1, math.Inf(1)), nil, nil), `column "a", row 2: +Inf is not finite`, kind)
	}
}
