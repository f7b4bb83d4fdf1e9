package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/drift"
	"example.com/engine/table"
)

// A model file carries the profile of its training rows, and the held-out
// predictions in it.
func TestProfileIsSaved(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 60)
	folds, err := r.Folds(rows)
	require.NoError(t, err)
	_, held, err := r.HoldOut(t.Context(), rows, folds, nil, func() {})
	require.NoError(t, err)
	m := fitted(t, r, rows)
	require.NoError(t, m.TakeProfile(rows, held))
	back, err := Read(saved(t, m))
	require.NoError(t, err)
	assert.Equal(t, 60, back.Profile.Rows)
	assert.Len(t, back.Profile.Columns, len(r.Schema.Columns))
	assert.Equal(t, 60, back.Profile.Prediction.Count)
	assert.Equal(t, m.Profile.Columns[0].Points.Values, back.Profile.Columns[0].Points.Values)

	m.Profile.Columns[0].Points.Weights[0]++
	_, err = Read(saved(t, m))
	assert.ErrorContains(t, err, "damaged: the profile of column")
}

// Classes are compared by the likeliest.
func TestPredictionColumn(t *testing.T) {
	m := &Model{Task: Regression}
	assert.Equal(t, table.Floats("prediction", []float64{1, 2}), m.PredictionColumn(Prediction{Values: []float64{1, 2}}))
	m = &Model{Task: Binary, Classes: []string{"no", "yes"}}
	c := m.PredictionColumn(Prediction{Proba: mat.NewDense(2, 2, []float64{0.4, 0.6, 0.5, 0.5})})
	assert.Equal(t, []int32{1, 0}, c.Codes)
	assert.Equal(t, drift.Category, drift.ColumnOf(c).Kind)
}
