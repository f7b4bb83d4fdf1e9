package steps

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

func TestNeighborMeanByHand(t *testing.T) {
	null := math.NaN()
	x := table.Must(
		table.Floats("income", []float64{10, 20, null, 40, 99}),
		table.Floats("at", []float64{0, 1, 3, 7, null}))
	m := &NeighborMean{By: []string{"at"}, Neighbors: []int{1, 2}}
	fitted, err := m.FitTransform(x, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"income_of_1", "income_of_2"}, fitted.Names())
	assert.Equal(t, []float64{20, 10}, fitted.Column("income_of_1").Floats[:2])
	assert.True(t, math.IsNaN(fitted.Column("income_of_1").Floats[3]), "the only neighbour has a null")
	assert.Equal(t, []float64{20, 10, 15, 20}, fitted.Column("income_of_2").Floats[:4], "nulls are left out of the mean")
	assert.True(t, math.IsNaN(fitted.Column("income_of_2").Floats[4]), "no place, no neighbours")

	again, err := m.Transform(x.Slice(0, 1))
	require.NoError(t, err)
	assert.Equal(t, 10.0, again.Column("income_of_1").Floats[0], "a new row at the place of a training row")
}

func TestNeighborMeanRefusals(t *testing.T) {
	x := table.Must(table.Floats("at", []float64{1, 2}))
	require.ErrorContains(t, (&NeighborMean{By: []string{"place"}, Neighbors: []int{1}}).Fit(x, nil, nil), `no column "place"`)
	require.ErrorContains(t, (&NeighborMean{By: []string{"at"}, Neighbors: []int{1}}).Fit(x, nil, nil), "no columns to average")
}
