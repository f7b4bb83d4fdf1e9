package evaluation

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/model"
	"example.com/engine/table"
)

func TestSlicings(t *testing.T) {
	rows := table.Must(
		table.Categories("shore", []string{"near", "far", "", "near"}),
		table.Floats("age", []float64{1, 2, 3, math.NaN()}), table.Floats("y", []float64{1, 2, 3, 4}))
	e := &Evaluation{Model: &model.Model{Task: model.Regression}, Test: rows, Answers: model.Prediction{Values: []float64{9, 9, 9, 9}}}
	e.Model.Schema.Target, e.Data.Y = "y", []float64{1, 2, 3, 4}
	e.Config.Evaluation.Slices = model.SliceSettings{Columns: []string{"age"}, Bins: 2, MinRows: 1}
	list, err := e.slicings()
	require.NoError(t, err)
	names := map[string][]string{}
	for _, s := range list {
		covered := 0
		for _, g := range s.groups {
			names[s.by] = append(names[s.by], g.Name)
			covered += len(g.Rows)
		}
		assert.Equal(t, 4, covered, "each row is in one part by %s", s.by)
	}
	assert.Equal(t, map[string][]string{
		"target": {"[1, 2.5)", "[2.5, 4]"}, // all predictions are the same: no slices by them
		"shore":  {"near", "far", "null"},
		"age":    {"[1, 2)", "[2, 3]", "null"},
	}, names)

	e.Config.Evaluation.Slices.Columns = []string{"shore"}
	_, err = e.slicings()
	assert.ErrorContains(t, err, `evaluation.slices.columns: no number "shore"`)
}

func TestSlicingsOfClasses(t *testing.T) {
	e := &Evaluation{
		Model: &model.Model{Task: model.Binary, Classes: []string{"no", "yes"}}, Config: model.DefaultConfig(),
		Test:    table.Must(table.Floats("y", make([]float64, 3))),
		Answers: model.Prediction{Proba: mat.NewDense(3, 2, []float64{0.9, 0.1, 0.4, 0.6, 0.5, 0.5})},
	}
	e.Data.Y = []float64{0, 1, 1}
	list, err := e.slicings()
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, []int{1, 2}, list[0].groups[1].Rows, "the target is yes")
	assert.Equal(t, []int{1}, list[1].groups[1].Rows, "the prediction is yes")
	assert.Equal(t, "confidence", list[2].by)
}
