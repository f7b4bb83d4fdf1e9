package model

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
)

func TestSlicings(t *testing.T) {
	rows := table.Must(
		table.Categories("shore", []string{"near", "far", "", "near"}),
		table.Floats("age", []float64{1, 2, 3, math.NaN()}), table.Floats("y", []float64{1, 2, 3, 4}))
	m := &Model{Task: Regression}
	m.Schema.Target = "y"
	settings := SliceSettings{Columns: []string{"age"}, Bins: 2, MinRows: 1}
	list, err := m.Slicings(rows, Prediction{Values: []float64{9, 9, 9, 9}}, []float64{1, 2, 3, 4}, settings)
	require.NoError(t, err)
	names := map[string][]string{}
	for _, s := range list {
		covered := 0
		for _, g := range s.Groups {
			names[s.By] = append(names[s.By], g.Name)
			covered += len(g.Rows)
		}
		assert.Equal(t, 4, covered, "each row is in one part by %s", s.By)
	}
	assert.Equal(t, map[string][]string{
		"target": {"[1, 2.5)", "[2.5, 4]"}, // all predictions are the same: no slices by them
		"shore":  {"near", "far", "null"},
		"age":    {"[1, 2)", "[2, 3]", "null"},
	}, names)

	settings.Columns = []string{"shore"}
	_, err = m.Slicings(rows, Prediction{Values: make([]float64, 4)}, make([]float64, 4), settings)
	assert.ErrorContains(t, err, `evaluation.slices.columns: no number "shore"`)
}

func TestSlicingsOfClasses(t *testing.T) {
	m := &Model{Task: Binary, Classes: []string{"no", "yes"}}
	p := Prediction{Proba: mat.NewDense(3, 2, []float64{0.9, 0.1, 0.4, 0.6, 0.5, 0.5})}
	list, err := m.Slicings(table.Must(table.Floats("y", make([]float64, 3))), p, []float64{0, 1, 1}, DefaultSlices())
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, []int{1, 2}, list[0].Groups[1].Rows, "the target is yes")
	assert.Equal(t, []int{1}, list[1].Groups[1].Rows, "the prediction is yes")
	assert.Equal(t, "confidence", list[2].By)
}
