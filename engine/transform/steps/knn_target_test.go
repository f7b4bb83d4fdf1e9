package steps

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

func TestKNNTargetByHand(t *testing.T) {
	x := table.Must(table.Floats("x", []float64{0, 1, 3, math.NaN()}))
	y := []float64{10, 20, 40, 99}
	k := &KNNTarget{Neighbors: []int{1, 2}, Statistics: []string{"mean", "median", "spread", "distance"}, Offset: 1}
	fitted, err := k.FitTransform(x, y, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"knn_1_mean", "knn_2_mean", "knn_1_median", "knn_2_median",
		"knn_1_spread", "knn_2_spread", "knn_1_distance", "knn_2_distance",
	}, fitted.Names())
	// Row 0 has the neighbours 1 (distance 1, weight 1/2) and 2 (3, 1/4).
	row := func(x *table.Table, i int) []float64 {
		var v []float64
		for _, c := range x.Columns() {
			v = append(v, c.Floats[i])
		}
		return v
	}
	assert.InDeltaSlice(t, []float64{20, (20*0.5 + 40*0.25) / 0.75, 20, 30, 0, 10, 1, 3}, row(fitted, 0), 1e-12)

	// A new row at the place of row 0 has that itself for a neighbour.
	again, err := k.Transform(x)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{10, (10 + 20*0.5) / 1.5, 10, 15, 0, 5, 0, 1}, row(again, 0), 1e-12)
	for _, v := range row(again, 3) {
		assert.True(t, math.IsNaN(v), "a row with a null has no neighbours")
	}
}

// A row's own target must not show in what it gets, however it changes.
func TestKNNTargetDoesNotLeak(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 200
	a, b, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		a[i], b[i], y[i] = rng.Float64(), float64(rng.IntN(4)), rng.NormFloat64()
	}
	x := table.Must(table.Floats("a", a), table.Floats("b", b))
	k := &KNNTarget{Neighbors: []int{3, 7}, Statistics: []string{"mean", "median", "spread"}, Offset: 0.01}
	before, err := k.FitTransform(x, y, nil)
	require.NoError(t, err)
	changed := slices.Clone(y)
	changed[17] = 1e9
	after, err := k.FitTransform(x, changed, nil)
	require.NoError(t, err)
	for j, c := range before.Columns() {
		assert.Equal(t, c.Floats[17], after.Columns()[j].Floats[17])
		if j < len(k.Neighbors) { // the means; a median need not change
			assert.NotEqual(t, c.Floats, after.Columns()[j].Floats, "others see it")
		}
	}
}

func TestKNNTargetRefusals(t *testing.T) {
	x := table.Must(table.Floats("x", []float64{1, 2}))
	require.ErrorContains(t, NewKNNTarget().Fit(x, nil, nil), "target of 2 rows and got 0")
	require.ErrorContains(t, NewKNNTarget().Fit(x, []float64{1, math.NaN()}, nil), "row 2")
	nulls := table.Must(table.Floats("x", []float64{math.NaN()}))
	require.ErrorContains(t, NewKNNTarget().Fit(nulls, []float64{1}, nil), "every row has a null")
}
