package graph

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bytes are those of ONNX's own package for the model of ../testdata/make.py.
func TestEncoding(t *testing.T) {
	want, err := os.ReadFile("../testdata/small.onnx")
	require.NoError(t, err)
	one := func(name, op string, inputs []string, attributes ...Attribute) node {
		return node{inputs: inputs, outputs: []string{name}, name: name, kind: op, attributes: attributes}
	}
	body := &Graph{
		name: "body", nodes: []node{one("twice", "Add", []string{"row", "row"})},
		Inputs:  []ValueInfo{{Name: "row", Kind: Doubles, Dims: []any{int64(2)}}},
		Outputs: []ValueInfo{{Name: "twice", Kind: Doubles, Dims: []any{int64(2)}}},
	}
	axis, nothing, names := IntTensor([]int64{1}, 1), DoubleTensor(nil, 0), TextTensor([]int64{2}, "a", "ü")
	axis.name, nothing.name, names.name = "axis_1", "nothing", "names"
	g := &Graph{
		name: "pipeline",
		nodes: []node{
			one("code", "LabelEncoder", []string{"shore"},
				Attribute{"default_int64", int64(-1)}, Attribute{"keys_strings", []string{"", "NEAR BAY"}}, Attribute{"values_int64s", []int64{0, 300}}),
			one("number", "Cast", []string{"code"}, Attribute{"to", int64(Doubles)}),
			one("column", "Unsqueeze", []string{"number", "axis_1"}),
			one("both", "Concat", []string{"x", "column"}, Attribute{"axis", int64(1)}),
			one("sum", "TreeEnsemble", []string{"both"}, With(
				"aggregate_function", 1, "leaf_targetids", []int64{0, 0}, "leaf_weights", DoubleTensor([]int64{2}, 1.5, -2e300),
				"n_targets", 1, "nodes_falseleafs", []int64{1}, "nodes_falsenodeids", []int64{1}, "nodes_featureids", []int64{1},
				"nodes_missing_value_tracks_true", []int64{1}, "nodes_modes", Tensor{Dims: []int64{1}, Kind: UInt8s, Raw: []byte{0}},
				"nodes_splits", DoubleTensor([]int64{1}, 0.1), "nodes_trueleafs", []int64{1}, "nodes_truenodeids", []int64{0},
				"post_transform", 0, "tree_roots", []int64{0},
			)...),
			one("doubled", "Scan", []string{"both"}, Attribute{"body", body}, Attribute{"num_scan_inputs", int64(1)}),
			one("prediction", "Add", []string{"sum", "nothing"}),
		},
		constants: []Tensor{axis, nothing, names},
		Inputs:    []ValueInfo{{"x", Doubles, []any{"N", int64(1)}, "in degrees"}, {"shore", Texts, []any{"N"}, ""}},
		Outputs:   []ValueInfo{{"prediction", Doubles, []any{"N", int64(1)}, ""}},
	}
	g.nodes[0].domain, g.nodes[4].domain = "ai.onnx.ml", "ai.onnx.ml"
	p := Model{
		IRVersion: 10, Producer: "the project", ProducerVersion: "0123456789ab", Version: 1, Doc: "a test",
		Graph: g, Opsets: []Opset{{"", 21}, {"ai.onnx.ml", 5}},
		Metadata: []Property{{"task", "regression"}, {"target", "value"}},
	}
	assert.Equal(t, want, p.Encode())
}

func TestRounding(t *testing.T) {
	none := Rounding{}
	assert.Equal(t, none, Mixed(none, none), "arithmetic on what is exact is exact")
	assert.InDelta(t, 3.0, UpTo(3, none), 0)
	assert.Less(t, Below(3, none), 3.0)
	assert.Equal(t, math.Nextafter(3, 0), Below(3, none))

	log := Computed(none)
	assert.Greater(t, UpTo(3, log), math.Nextafter(3, 4))
	assert.InEpsilon(t, 3, UpTo(3, log), 1e-14)
	assert.Less(t, Below(-3, log), math.Nextafter(-3, -4))
	assert.Equal(t, math.Inf(1), UpTo(math.Inf(1), log))

	// (v - 10) / 2 where v is off by 4e-15 at 12: half of that at 1, and the
	// bound may be wider but not narrower.
	scaled := log.Scaled(10, 2)
	assert.GreaterOrEqual(t, scaled.At(1), log.At(12)/2)
	assert.Less(t, scaled.At(1), log.At(12))
}

func TestCheck(t *testing.T) {
	g := New("sum")
	g.Inputs = []ValueInfo{{Name: "x", Kind: Doubles, Dims: []any{"N"}}}
	require.True(t, g.Reserve("x"))
	require.False(t, g.Reserve("x"))
	sum := g.Add("x", g.Num(1))
	g.Outputs = []ValueInfo{{Name: sum}}
	require.NoError(t, g.Check())
	g.Add(sum, "y")
	require.ErrorContains(t, g.Check(), `reads "y" before it is made`)
	g.nodes = g.nodes[:1]
	g.Outputs[0].Name = "z"
	require.ErrorContains(t, g.Check(), `no node makes the output "z"`)
	g.Inputs = append(g.Inputs, g.Inputs[0])
	require.ErrorContains(t, g.Check(), `two tensors are named "x"`)
}

func TestRegisterFunctionRefuses(t *testing.T) {
	half := func(g *Graph, in []string) string { return g.Div(in[0], g.Num(2)) }
	RegisterFunction("half", half)
	require.NotNil(t, Function("half"))
	require.PanicsWithValue(t, "graph: two functions are named half", func() { RegisterFunction("half", half) })
}
