package model

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLearningCurve(t *testing.T) {
	r := simulated(t, "estimator: {k_neighbors_regressor: {n_neighbors: 2}}")
	rows := simulation{noise: constantNoise}.draw(400, rand.New(rand.NewPCG(1, 1)))
	folds, err := r.Folds(rows)
	require.NoError(t, err)
	metric, err := DecidingMetric(r.Config.Task, "")
	require.NoError(t, err)
	var fits atomic.Int64
	curve, err := r.LearningCurve(context.Background(), rows, folds, metric, func() { fits.Add(1) })
	require.NoError(t, err)
	assert.EqualValues(t, LearningFits(folds), fits.Load())
	assert.Len(t, curve, 5)
	assert.Equal(t, []int{32, 104, 176, 248, 320}, []int{curve[0].Rows, curve[1].Rows, curve[2].Rows, curve[3].Rows, curve[4].Rows})
	for _, p := range curve {
		assert.Less(t, p.Seen.Mean, p.Held.Mean, "rows learned from look better")
	}
	cv, err := r.CrossValidate(context.Background(), rows, folds, Metrics(r.Config.Task, metric), func() {})
	require.NoError(t, err)
	assert.InDelta(t, cv.Mean[metric.Name], curve[4].Held.Mean, 1e-9, "the last point is the cross-validation")

	parts := r.parts(folds)
	for k := range folds {
		for i := 1; i < 5; i++ {
			smaller, larger := parts[(i-1)*len(folds)+k].Train, parts[i*len(folds)+k].Train
			for _, row := range smaller {
				require.True(t, slices.Contains(larger, row))
			}
		}
	}
}
