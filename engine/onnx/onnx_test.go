package onnx

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/onnx/graph"
	"example.com/engine/schema"
	"example.com/engine/transform"
	"example.com/engine/transform/steps"
	"example.com/engine/tree"
)

// The tree of graph's TestEncoding, whose bytes are those of ONNX's own package.
func TestTreeEnsemble(t *testing.T) {
	assert.Equal(t, graph.With(
		"aggregate_function", 1, "leaf_targetids", []int64{0, 0}, "leaf_weights", graph.DoubleTensor([]int64{2}, 1.5, -2e300),
		"n_targets", 1, "nodes_falseleafs", []int64{1}, "nodes_falsenodeids", []int64{1}, "nodes_featureids", []int64{1},
		"nodes_missing_value_tracks_true", []int64{1}, "nodes_modes", graph.Tensor{Dims: []int64{1}, Kind: graph.UInt8s, Raw: []byte{0}},
		"nodes_splits", graph.DoubleTensor([]int64{1}, 0.1), "nodes_trueleafs", []int64{1}, "nodes_truenodeids", []int64{0},
		"post_transform", 0, "tree_roots", []int64{0},
	), stump().attributes(1))
}

// stump has null on its left side.
func stump() *treeEnsemble {
	s := tree.NewTree(1)
	left := s.Split(0, 1, 0.1, true)
	s.Values(left)[0], s.Values(left + 1)[0] = 1.5, -2e300
	trees := tree.NewEnsemble(1, 1)
	trees.Append(s)
	f := &treeEnsemble{}
	f.add(trees, 0, 3, make([]graph.Rounding, 2), func(value int) (int, float64) { return 0, trees.Value[value] })
	return f
}

func TestDivideCountsLimitsBelow(t *testing.T) {
	for n := range 9 {
		var limits []float64
		for i := range n {
			limits = append(limits, float64(i))
		}
		s := tree.NewTree(1)
		divide(s, 0, limits, 0)
		for i := range n {
			on := float64(i)
			assert.InDelta(t, i, s.Values(s.Leaf([]float64{on}))[0], 0, "%v of %d", on, n)
			assert.InDelta(t, i+1, s.Values(s.Leaf([]float64{math.Nextafter(on, 9)}))[0], 0, "above %v of %d", on, n)
		}
	}
}

// fitted returns a small model of the columns and the estimator.
func fitted(t *testing.T, text string, more string) *model.Model {
	t.Helper()
	r := recipe(t, text, model.Regression, more)
	m, err := r.Fit(context.Background(), dataset(t).Slice(0, 60))
	require.NoError(t, err)
	return m
}

func TestWhatCannotBeExpressedIsNamed(t *testing.T) {
	check := func(m *model.Model, want string) {
		t.Helper()
		_, err := Export(m, Options{})
		require.EqualError(t, err, want)
	}
	m := fitted(t, "derive: [{function: {name: crowding, function: rooms_per_person, columns: [total_rooms, population]}}]\n"+
		"columns:\n  - {columns: [crowding], steps: [simple_imputer]}\n", "estimator: ridge")
	check(m, `onnx: derivation 1, function "crowding": can't be expressed: it is written in Go, and graph.RegisterFunction was not given its nodes`)

	m = fitted(t, "derive: []\ncolumns:\n  - {name: income, columns: [median_income], steps: [simple_imputer, standard_scaler]}\n", "estimator: ridge")
	m.Columns.Groups[0].Steps[1].Transformer = unknown{}
	check(m, `onnx: group "income": standard_scaler: can't be expressed: package onnx does not know onnx.unknown`)

	m.Columns.Groups[0].Steps[1].Transformer = &steps.FunctionTransformer{Function: "halve"}
	check(m, `onnx: group "income": standard_scaler: column "median_income": the function "halve" can't be expressed: package onnx does not know it`)

	m.Columns.Groups[0].Steps = m.Columns.Groups[0].Steps[:1]
	m.Target = "sqrt"
	check(m, `onnx: target transform "sqrt" can't be expressed: package onnx does not know it`)
}

type unknown struct{ transform.Transformer }

func TestNamesOfInputsAndOutputs(t *testing.T) {
	m := fitted(t, "derive: []\ncolumns:\n  - {columns: [median_income], steps: [simple_imputer]}\n", "estimator: ridge")
	e := &exporter{Graph: graph.New("pipeline"), model: m}
	require.NoError(t, e.export(Options{}))
	require.Len(t, e.Inputs, len(m.Schema.Features()), "the columns that no step reads, too")
	assert.Equal(t, graph.ValueInfo{Name: "longitude", Kind: graph.Doubles, Dims: []any{"N"}, Doc: "in a unit"}, e.Inputs[0])
	assert.Equal(t, []graph.ValueInfo{{Name: "prediction", Kind: graph.Doubles, Dims: []any{"N"}, Doc: "in USD"}}, e.Outputs)

	m.Task, m.Classes = model.Binary, []string{"no", "yes"}
	assert.Equal(t, []string{"prediction", "probabilities"}, (&exporter{model: m}).outputNames(Options{}))
	assert.Equal(t, []string{"prediction", "probability_no", "probability_yes"}, (&exporter{model: m}).outputNames(Options{Flat: true}))

	m.Schema.Columns = append(m.Schema.Columns, schema.Column{Name: "prediction", Type: schema.Number})
	_, err := Export(m, Options{})
	require.EqualError(t, err, `onnx: column "prediction": an output has this name: rename the column`)
}
