package model

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPredictionsAreKeptInRange(t *testing.T) {
	free, kept := recipe(t, ""), recipe(t, "clip_predictions: true")
	rows := homes(t, 100)
	y := rows.Column("value").Floats
	for i := range y {
		y[i] = min(y[i], 30)
	}
	assert.Greater(t, slices.Max(predict(t, fitted(t, free, rows), rows)), 30.0)
	m := fitted(t, kept, rows)
	assert.Equal(t, 30.0, slices.Max(predict(t, m, rows)))
	loaded, err := Read(saved(t, m))
	require.NoError(t, err)
	assert.Equal(t, predict(t, m, rows), predict(t, loaded, rows))
}
