package own

import (
	"math"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/require"
)

func TestDropContradictions(t *testing.T) {
	blocks := func(population, households []float64) dataframe.DataFrame {
		return dataframe.New(series.New(population, series.Float, "population"), series.New(households, series.Float, "households"))
	}
	null := math.NaN()
	left := dropContradictions(blocks([]float64{3, 3, 3, null, 1}, []float64{2, 3, 4, 5, null}))
	require.NoError(t, left.Err)
	require.Equal(t, []float64{2, 3, 5}, left.Col("households").Float()[:3])
	require.Equal(t, 4, left.Nrow())
	require.Zero(t, dropContradictions(blocks(nil, nil)).Nrow())
}
