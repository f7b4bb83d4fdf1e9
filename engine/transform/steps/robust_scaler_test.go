package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRobustScaler(t *testing.T) {
	againstScikitLearn(t, "robust_scaler")

	s := fitted(t, NewRobustScaler(), column(5, 1, null, 2, 4, 3))
	require.Equal(t, []float64{3}, s.Center)
	require.Equal(t, []float64{2}, s.Scale)
	require.Equal(t, []float64{1}, fitted(t, NewRobustScaler(), column(2, 2, 2, 2, 9)).Scale, "both quartiles are 2")

	for _, c := range []struct {
		low, high float64
		unit      bool
	}{{-1, 50, false}, {60, 40, false}, {50, 101, false}, {0, 75, true}, {30, 30, true}} {
		s.QuantileRange, s.UnitVariance = []float64{c.low, c.high}, c.unit
		require.Error(t, s.Fit(column(1, 2), nil, nil), "%v", c)
	}
}
