package model

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/table"
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
	loaded := must.Get(Read(saved(t, m)))(t)
	assert.Equal(t, predict(t, m, rows), predict(t, loaded, rows))
}

func TestCurve(t *testing.T) {
	m, rows := fittedFor(t, Regression, "estimator: {gradient_boosting_regressor: {max_iter: 20}}")
	row := rows.Slice(3, 4)
	value := row.Column("people").Floats[0]
	points := must.Get(m.Points("people", value, 20))(t)
	assert.Contains(t, points.Floats, value)
	assert.InDelta(t, value/3, points.Floats[0], 1e-12)
	p := must.Get(m.Curve(row, points))(t)
	at := slices.Index(points.Floats, value)
	assert.Equal(t, predict(t, m, row)[0], p.Values[at], "at its own value the row is as it is")
	assert.Greater(t, slices.Max(p.Values), slices.Min(p.Values))

	shore := table.Categories("shore", []string{"near", "far"})
	p = must.Get(m.Curve(row, shore))(t)
	assert.Greater(t, p.Values[0], p.Values[1])
	assert.ErrorContains(t, must.Err(m.Curve(row, table.Floats("value", []float64{1}))), `no column "value" to vary`)
	assert.Panics(t, func() { _, _ = m.Curve(rows, points) })
}

func TestPoints(t *testing.T) {
	low, high := 1.0, 5.0
	m := &Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "whole", Type: schema.Integer, Min: &low, Max: &high},
		{Name: "open", Type: schema.Number},
		{Name: "kind", Type: schema.Category, Categories: []string{"a", "b"}},
		{Name: "free", Type: schema.Category},
		{Name: "y"},
	}}}
	m.prepare()
	for _, c := range []struct {
		name  string
		value float64
		want  []float64
	}{
		{"whole", 2, []float64{1, 2, 3, 4, 5}},
		{"whole", math.NaN(), []float64{1, 2, 3, 4, 5}},
		{"open", -3, []float64{-9, -7, -5, -3, -1}},
	} {
		points := must.Get(m.Points(c.name, c.value, 5))(t)
		assert.Equal(t, c.want, points.Floats)
	}
	points := must.Get(m.Points("kind", math.NaN(), 5))(t)
	assert.Equal(t, []string{"a", "b"}, points.Levels)
	for name, why := range map[string]string{"free": "is a category", "y": "no column", "none": "no column"} {
		assert.ErrorContains(t, must.Err(m.Points(name, 1, 5)), why)
	}
	for _, value := range []float64{0, math.NaN()} {
		assert.ErrorContains(t, must.Err(m.Points("open", value, 5)), "no range")
	}
}
