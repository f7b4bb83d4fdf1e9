package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/table"
)

// evaluated is an evaluation of four rows, the last of which is outside.
func evaluated(t *testing.T) *evaluation {
	t.Helper()
	m := &model.Model{Task: model.Regression, Intervals: &model.Intervals{Method: "cv", Score: "absolute", Level: 0.75, Rows: 9}}
	m.Schema.Target = "y"
	e := &evaluation{
		cfg: model.DefaultConfig(), model: m, metric: rmse(t),
		test: table.Must(table.Categories("shore", []string{"near", "near", "far", "far"}), table.Floats("y", []float64{1, 2, 3, 9})),
		answers: model.Prediction{
			Values: []float64{1, 2, 3, 4}, Lower: []float64{0, 1, 2, 3}, Upper: []float64{2, 3, 4, 8},
		},
	}
	e.data = e.answers.Data(e.test.Column("y").Floats)
	e.cfg.Evaluation.Slices.MinRows, e.cfg.Evaluation.Slices.Bins = 2, 2
	e.metrics.Level = 0.95
	return e
}

func TestCoverageOfRowsAndSlices(t *testing.T) {
	e := evaluated(t)
	e.cover()
	c := e.metrics.Coverage
	assert.Equal(t, 0.75, c.Inside.Estimate, "the ends are inside")
	assert.Equal(t, (2+2+2+5)/4.0, c.Size)
	assert.Equal(t, 9, c.Rows)

	require.NoError(t, e.slice(context.Background(), metrics.All(model.Regression)))
	for _, s := range e.metrics.Slices {
		if s.By != "shore" {
			continue
		}
		require.Len(t, s.Slices, 2)
		worst, best := s.Slices[0], s.Slices[1]
		assert.Equal(t, "far", worst.Name)
		assert.Equal(t, 0.5, worst.Inside.Estimate)
		assert.Equal(t, 3.5, worst.Size)
		assert.Greater(t, worst.Deciding.Estimate, best.Deciding.Estimate)
		assert.Equal(t, 2.5, worst.Scores["mae"])
		return
	}
	t.Fatal("no slices by shore")
}

func TestSmallSlicesAreNamed(t *testing.T) {
	e := evaluated(t)
	e.cfg.Evaluation.Slices.MinRows = 3
	require.NoError(t, e.slice(context.Background(), metrics.All(model.Regression)))
	for _, s := range e.metrics.Slices {
		assert.Empty(t, s.Slices, s.By)
		assert.Len(t, s.Small, 2, s.By)
	}
	assert.Nil(t, e.metrics.Coverage)
}

func TestSetsAreInside(t *testing.T) {
	e := &evaluation{answers: model.Prediction{Proba: mat.NewDense(2, 2, nil), Sets: [][]int{{0}, {0, 1}}}}
	e.data.Y = []float64{1, 1}
	in, size := e.inside()
	assert.Equal(t, []bool{false, true}, in)
	assert.Equal(t, []float64{1, 2}, size)
}
