package onnx

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/transform"
	"example.com/engine/tree"
)

// The bytes are those of ONNX's own package for the model of testdata/make.py.
func TestEncoding(t *testing.T) {
	want, err := os.ReadFile("testdata/small.onnx")
	require.NoError(t, err)
	one := func(name, op string, inputs []string, attributes ...attribute) node {
		return node{inputs: inputs, outputs: []string{name}, name: name, kind: op, attributes: attributes}
	}
	body := &graph{
		name: "body", nodes: []node{one("twice", "Add", []string{"row", "row"})},
		inputs:  []valueInfo{{name: "row", kind: doubles, dims: []any{int64(2)}}},
		outputs: []valueInfo{{name: "twice", kind: doubles, dims: []any{int64(2)}}},
	}
	axis, nothing, names := intTensor([]int64{1}, 1), doubleTensor(nil, 0), textTensor([]int64{2}, "a", "ü")
	axis.name, nothing.name, names.name = "axis_1", "nothing", "names"
	g := &graph{
		name: "pipeline",
		nodes: []node{
			one("code", "LabelEncoder", []string{"shore"},
				attribute{"default_int64", int64(-1)}, attribute{"keys_strings", []string{"", "NEAR BAY"}}, attribute{"values_int64s", []int64{0, 300}}),
			one("number", "Cast", []string{"code"}, attribute{"to", int64(doubles)}),
			one("column", "Unsqueeze", []string{"number", "axis_1"}),
			one("both", "Concat", []string{"x", "column"}, attribute{"axis", int64(1)}),
			one("sum", "TreeEnsemble", []string{"both"}, stump().attributes(1)...),
			one("doubled", "Scan", []string{"both"}, attribute{"body", body}, attribute{"num_scan_inputs", int64(1)}),
			one("prediction", "Add", []string{"sum", "nothing"}),
		},
		constants: []tensor{axis, nothing, names},
		inputs:    []valueInfo{{"x", doubles, []any{"N", int64(1)}, "in degrees"}, {"shore", texts, []any{"N"}, ""}},
		outputs:   []valueInfo{{"prediction", doubles, []any{"N", int64(1)}, ""}},
	}
	g.nodes[0].domain, g.nodes[4].domain = "ai.onnx.ml", "ai.onnx.ml"
	p := modelProto{
		irVersion: 10, producer: "the project", producerVersion: "0123456789ab", version: 1, doc: "a test",
		graph: g, opsets: []opset{{"", 21}, {"ai.onnx.ml", 5}},
		metadata: []property{{"task", "regression"}, {"target", "value"}},
	}
	assert.Equal(t, want, p.encode())
}

// stump has null on its left side.
func stump() *treeEnsemble {
	s := tree.NewTree(1)
	left := s.Split(0, 1, 0.1, true)
	s.Values(left)[0], s.Values(left + 1)[0] = 1.5, -2e300
	trees := tree.NewEnsemble(1, 1)
	trees.Append(s)
	f := &treeEnsemble{}
	f.add(trees, 0, 3, make([]rounding, 2), func(value int) (int, float64) { return 0, trees.Value[value] })
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

func TestRounding(t *testing.T) {
	none := rounding{}
	assert.Equal(t, none, mixed(none, none), "arithmetic on what is exact is exact")
	assert.InDelta(t, 3.0, upTo(3, none), 0)
	assert.Less(t, below(3, none), 3.0)
	assert.Equal(t, math.Nextafter(3, 0), below(3, none))

	log := computed(none)
	assert.Greater(t, upTo(3, log), math.Nextafter(3, 4))
	assert.InEpsilon(t, 3, upTo(3, log), 1e-14)
	assert.Less(t, below(-3, log), math.Nextafter(-3, -4))
	assert.Equal(t, math.Inf(1), upTo(math.Inf(1), log))

	// (v - 10) / 2 where v is off by 4e-15 at 12: half of that at 1, and the
	// bound may be wider but not narrower.
	scaled := log.scaled(10, 2)
	assert.GreaterOrEqual(t, scaled.at(1), log.at(12)/2)
	assert.Less(t, scaled.at(1), log.at(12))
}

// fitted returns a small model of the columns and the estimator.
func fitted(t *testing.T, text string, more string) *model.Model {
	t.Helper()
	r := recipe(t, text, model.Regression, more)
	rows, err := r.Derive.Apply(dataset(t).Slice(0, 60))
	require.NoError(t, err)
	m, err := r.Fit(context.Background(), rows)
	require.NoError(t, err)
	return m
}

func TestWhatCannotBeExpressedIsNamed(t *testing.T) {
	m := fitted(t, "derive: [{function: {name: crowding, function: rooms_per_person, columns: [total_rooms, population]}}]\n"+
		"columns:\n  - {columns: [crowding], steps: [simple_imputer]}\n", "estimator: ridge")
	_, err := Export(m, Options{})
	require.EqualError(t, err, `onnx: derivation 1, function "crowding": can't be expressed: it is written in Go`)

	m = fitted(t, "derive: []\ncolumns:\n  - {name: income, columns: [median_income], steps: [simple_imputer, standard_scaler]}\n", "estimator: ridge")
	m.Columns.Groups[0].Steps[1].Transformer = unknown{}
	_, err = Export(m, Options{})
	require.EqualError(t, err, `onnx: group "income": standard_scaler: can't be expressed: package onnx does not know onnx.unknown`)

	m.Columns.Groups[0].Steps[1].Transformer = &transform.FunctionTransformer{Function: "halve"}
	_, err = Export(m, Options{})
	require.EqualError(t, err, `onnx: group "income": standard_scaler: column "median_income": the function "halve" can't be expressed: package onnx does not know it`)

	m.Columns.Groups[0].Steps = m.Columns.Groups[0].Steps[:1]
	m.Target = "sqrt"
	_, err = Export(m, Options{})
	require.EqualError(t, err, `onnx: target transform "sqrt" can't be expressed: package onnx does not know it`)
}

type unknown struct{ transform.Transformer }

func TestNamesOfInputsAndOutputs(t *testing.T) {
	m := fitted(t, "derive: []\ncolumns:\n  - {columns: [median_income], steps: [simple_imputer]}\n", "estimator: ridge")
	e := &exporter{graph: newGraph("pipeline"), model: m}
	require.NoError(t, e.export(Options{}))
	require.Len(t, e.inputs, len(m.Schema.Features()), "the columns that no step reads, too")
	assert.Equal(t, valueInfo{"longitude", doubles, []any{"N"}, "in a unit"}, e.inputs[0])
	assert.Equal(t, []valueInfo{{"prediction", doubles, []any{"N"}, "in USD"}}, e.outputs)

	m.Task, m.Classes = model.Binary, []string{"no", "yes"}
	assert.Equal(t, []string{"prediction", "probabilities"}, (&exporter{model: m}).outputNames(Options{}))
	assert.Equal(t, []string{"prediction", "probability_no", "probability_yes"}, (&exporter{model: m}).outputNames(Options{Flat: true}))

	m.Schema.Columns = append(m.Schema.Columns, schema.Column{Name: "prediction", Type: schema.Number})
	_, err := Export(m, Options{})
	require.EqualError(t, err, `onnx: column "prediction": an output has this name: rename the column`)
}
