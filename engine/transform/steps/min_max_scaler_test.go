package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMinMaxScaler(t *testing.T) {
	againstScikitLearn(t, "min_max_scaler")

	s := NewMinMaxScaler()
	s.FeatureRange = []float64{2, 4}
	fitted(t, s, column(10, null, 20))
	requireSame(t, []float64{2, 3, 4, 6, null}, transformed(t, s, column(10, 15, 20, 30, null)))
	s.Clip = true
	requireSame(t, []float64{2, 4, null}, transformed(t, s, column(-10, 30, null)))
	s.Clip = false
	requireSame(t, []float64{2, 4}, transformed(t, fitted(t, s, column(5, 5)), column(5, 6)))

	s.FeatureRange = []float64{1, 1}
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "1 is not below 1")
	s.FeatureRange = []float64{1}
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "feature_range")
}
