package graph_test

import (
	"fmt"

	"example.com/engine/onnx/graph"
)

// A graph of 2 x + 1 for a column of any length.
func Example() {
	g := graph.New("line")
	g.Reserve("x")
	g.Inputs = []graph.ValueInfo{{Name: "x", Kind: graph.Doubles, Dims: []any{"N"}}}
	y := g.Add(g.Mul("x", g.Num(2)), g.Num(1))
	g.Outputs = []graph.ValueInfo{{Name: y, Kind: graph.Doubles, Dims: []any{"N"}}}
	if err := g.Check(); err != nil {
		panic(err)
	}
	m := graph.Model{IRVersion: 10, Graph: g, Opsets: []graph.Opset{{Version: 21}}}
	fmt.Println(len(m.Encode()), "bytes of ONNX")
	// Output: 136 bytes of ONNX
}
