package evaluation

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/table"
)

// evaluated is an evaluation of four rows, the last of which is outside.
func evaluated(t *testing.T) *Evaluation {
	t.Helper()
	m := &model.Model{Task: model.Regression, Intervals: &model.Intervals{Method: "cv", Score: "absolute", Level: 0.75, Rows: 9}}
	m.Schema.Target = "y"
	e := &Evaluation{
		Config: model.DefaultConfig(), Model: m, Metric: rmse(t),
		Test: table.Must(table.Categories("shore", []string{"near", "near", "far", "far"}), table.Floats("y", []float64{1, 2, 3, 9})),
		Answers: model.Prediction{
			Values: []float64{1, 2, 3, 4}, Lower: []float64{0, 1, 2, 3}, Upper: []float64{2, 3, 4, 8},
		},
	}
	e.Data = e.Answers.Data(e.Test.Column("y").Floats)
	e.Config.Evaluation.Slices.MinRows, e.Config.Evaluation.Slices.Bins = 2, 2
	return e
}

func TestCoverageOfRowsAndSlices(t *testing.T) {
	e := evaluated(t)
	c := e.coverage()
	assert.Equal(t, 0.75, c.Inside.Estimate, "the ends are inside")
	assert.Equal(t, (2+2+2+5)/4.0, c.Size)
	assert.Equal(t, 9, c.Rows)

	found, err := e.slices(context.Background(), metrics.All(model.Regression))
	require.NoError(t, err)
	for _, s := range found {
		if s.By != "shore" {
			continue
		}
		require.Len(t, s.Slices, 2)
		worst, best := s.Slices[0], s.Slices[1]
		assert.Equal(t, "far", worst.Name)
		assert.Equal(t, 0.5, worst.Inside.Estimate)
		assert.Equal(t, 3.5, worst.Size)
		assert.Greater(t, worst.Scores["rmse"], best.Scores["rmse"])
		assert.Nil(t, worst.Deciding, "two rows have no interval")
		assert.Equal(t, 2.5, worst.Scores["mae"])
		return
	}
	t.Fatal("no slices by shore")
}

func TestSmallSlicesAreNamed(t *testing.T) {
	e := evaluated(t)
	e.Config.Evaluation.Slices.MinRows = 3
	found, err := e.slices(context.Background(), metrics.All(model.Regression))
	require.NoError(t, err)
	for _, s := range found {
		assert.Empty(t, s.Slices, s.By)
		assert.Len(t, s.Small, 2, s.By)
	}
	e.Answers.Lower = nil
	assert.Nil(t, e.coverage())
}

func TestSetsAreInside(t *testing.T) {
	e := &Evaluation{Answers: model.Prediction{Proba: mat.NewDense(2, 2, nil), Sets: [][]int{{0}, {0, 1}}}}
	e.Data.Y = []float64{1, 1}
	for row, want := range []bool{false, true} {
		in, size := e.inside(row)
		assert.Equal(t, want, in)
		assert.Equal(t, float64(row+1), size)
	}
}

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

// A level that all rows together keep, and a rare class does not, is told.
func TestSetsOfARareClass(t *testing.T) {
	e := &Evaluation{Model: &model.Model{Task: model.Binary, Classes: []string{"no", "fraud"}}, Config: model.DefaultConfig()}
	for i := range 400 {
		y := 0.0
		if i%20 == 0 {
			y = 1
		}
		set := []int{0}
		if i%200 == 0 {
			set = []int{0, 1}
		}
		e.Data.Y, e.Data.Pred, e.Answers.Sets = append(e.Data.Y, y), append(e.Data.Pred, 0), append(e.Answers.Sets, set)
	}
	m := results.Metrics{Rows: 400, Classes: e.classes(), Coverage: &results.Coverage{Level: 0.9}}
	assert.Equal(t, []string{
		`no test row is predicted to be "fraud", though 20 of 400 are`,
		`90 % sets hold "fraud" for 10 % of the 20 test rows that are of it`,
	}, m.ClassWarnings())
}

// A class that no row is predicted to be of has recall 0, and that is said.
func TestClasses(t *testing.T) {
	e := &Evaluation{Model: &model.Model{Task: model.Binary, Classes: []string{"stays", "churned"}}}
	e.Data.Y, e.Data.Pred = []float64{0, 1, 0, 1}, []float64{0, 0, 0, 0}
	m := results.Metrics{Rows: 4, Classes: e.classes()}
	assert.Equal(t, []results.Class{
		{Name: "stays", Rows: 2, Predicted: 4, Precision: 0.5, Recall: 1, F1: 2.0 / 3},
		{Name: "churned", Rows: 2},
	}, m.Classes)
	assert.Equal(t, []string{`no test row is predicted to be "churned", though 2 of 4 are`}, m.ClassWarnings())
	e.Data.Pred = []float64{0, 1, 1, 1}
	assert.Equal(t, results.Class{Name: "churned", Rows: 2, Predicted: 3, Precision: 2.0 / 3, Recall: 1, F1: 0.8}, e.classes()[1])
}
