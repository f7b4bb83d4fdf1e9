package onnx

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
)

// graph is nodes in the order in which they run. What its methods take and
// return are names of tensors.
type graph struct {
	name, doc       string
	nodes           []node
	constants       []tensor
	inputs, outputs []valueInfo

	scope string                       // stands before the names of new tensors: "ratios/log"
	taken map[string]int               // names of tensors, with the number of the last like it
	known map[[sha256.Size]byte]string // constants by their content
	outer *graph                       // of a body: the graph that holds it
}

func newGraph(name string) *graph {
	return &graph{name: name, taken: map[string]int{}, known: map[[sha256.Size]byte]string{}}
}

// body returns an empty graph for an attribute of a node of g. It may use all
// tensors of g, and its constants stand in g.
func (g *graph) body(name string) *graph {
	return &graph{name: name, scope: g.scope + "/" + name, taken: g.taken, known: g.known, outer: g}
}

// fresh returns the name, or one like it that is not taken.
func (g *graph) fresh(name string) string {
	free := name
	for g.taken[free] > 0 {
		g.taken[name]++
		free = name + "_" + strconv.Itoa(g.taken[name])
	}
	g.taken[free] = 1
	return free
}

// within runs f with the part added to the scope.
func (g *graph) within(part string, f func() error) error {
	outside := g.scope
	if g.scope != "" {
		part = g.scope + "/" + part
	}
	g.scope = part
	err := f()
	g.scope = outside
	return err
}

// node adds a node with that many outputs.
func (g *graph) node(kind string, inputs []string, outputs int, attributes ...attribute) []string {
	name := kind
	if g.scope != "" {
		name = g.scope + "/" + kind
	}
	n := node{inputs: inputs, name: g.fresh(name), kind: kind, attributes: attributes}
	if kind == "TreeEnsemble" || kind == "LabelEncoder" {
		n.domain = "ai.onnx.ml"
	}
	n.outputs = []string{n.name}
	for range outputs - 1 {
		n.outputs = append(n.outputs, g.fresh(name))
	}
	g.nodes = append(g.nodes, n)
	return n.outputs
}

// op adds a node of one output.
func (g *graph) op(kind string, inputs ...string) string { return g.node(kind, inputs, 1)[0] }

// opWith is op with attributes.
func (g *graph) opWith(kind string, attributes []attribute, inputs ...string) string {
	return g.node(kind, inputs, 1, attributes...)[0]
}

// rename makes the tensor known by a name that was taken before.
func (g *graph) rename(tensor, name string) {
	g.nodes = append(g.nodes, node{inputs: []string{tensor}, outputs: []string{name}, name: name, kind: "Identity"})
}

// constant adds a constant, unless one of that content is there.
func (g *graph) constant(name string, t tensor) string {
	if g.outer != nil {
		return g.outer.constant(name, t)
	}
	content := sha256.Sum256(t.encode())
	if name, ok := g.known[content]; ok {
		return name
	}
	if g.scope != "" && len(t.dims) > 0 {
		name = g.scope + "/" + name
	}
	t.name = g.fresh(name)
	g.known[content] = t.name
	g.constants = append(g.constants, t)
	return t.name
}

// num is a number, whatever the shape that it meets.
func (g *graph) num(v float64) string {
	return g.constant(strconv.FormatFloat(v, 'g', -1, 64), doubleTensor(nil, v))
}

// row is one number a column, [len(v)].
func (g *graph) row(name string, v []float64) string {
	return g.constant(name, doubleTensor([]int64{int64(len(v))}, v...))
}

// whole is an integer, whatever the shape that it meets.
func (g *graph) whole(v int64) string {
	return g.constant("int_"+strconv.FormatInt(v, 10), intTensor(nil, v))
}

// wholes is a list of integers.
func (g *graph) wholes(name string, v ...int64) string {
	return g.constant(name, intTensor([]int64{int64(len(v))}, v...))
}

func (g *graph) text(v string) string { return g.constant("text_"+v, textTensor(nil, v)) }

func (g *graph) null() string { return g.num(math.NaN()) }

func (g *graph) add(a, b string) string         { return g.op("Add", a, b) }
func (g *graph) sub(a, b string) string         { return g.op("Sub", a, b) }
func (g *graph) mul(a, b string) string         { return g.op("Mul", a, b) }
func (g *graph) div(a, b string) string         { return g.op("Div", a, b) }
func (g *graph) less(a, b string) string        { return g.op("Less", a, b) }
func (g *graph) equal(a, b string) string       { return g.op("Equal", a, b) }
func (g *graph) and(a, b string) string         { return g.op("And", a, b) }
func (g *graph) or(a, b string) string          { return g.op("Or", a, b) }
func (g *graph) not(a string) string            { return g.op("Not", a) }
func (g *graph) isNull(a string) string         { return g.op("IsNaN", a) }
func (g *graph) isInf(a string) string          { return g.op("IsInf", a) }
func (g *graph) where(cond, a, b string) string { return g.op("Where", cond, a, b) }

// cast turns integers and truth values into doubles, or back.
func (g *graph) cast(a string, kind int64) string {
	return g.opWith("Cast", []attribute{{"to", kind}}, a)
}

// stand turns [N] into [N, 1].
func (g *graph) stand(a string) string { return g.op("Unsqueeze", a, g.wholes("axis_1", 1)) }

// flat turns any shape into one dimension.
func (g *graph) flat(a string) string { return g.op("Reshape", a, g.wholes("flat", -1)) }

// gather takes elements of a along an axis.
func (g *graph) gather(a, places string, axis int64) string {
	return g.opWith("Gather", []attribute{{"axis", axis}}, a, places)
}

// beside joins tensors along axis 1; one is returned as it is.
func (g *graph) beside(parts ...string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return g.opWith("Concat", []attribute{{"axis", int64(1)}}, parts...)
}

// reduce is ReduceSum, ReduceMax… along one axis, which is gone after.
//
// Note: a sum along axis 0 adds in order, as Go code does, where the other
// axes are added in an order of the runtime's own.
func (g *graph) reduce(kind, a string, axis int64) string {
	axes := g.wholes(fmt.Sprintf("axis_%d", axis), axis)
	return g.opWith(kind, []attribute{{"keepdims", int64(0)}}, a, axes)
}

// swap exchanges axes, as in Transpose.
func (g *graph) swap(a string, order ...int64) string {
	return g.opWith("Transpose", []attribute{{"perm", order}}, a)
}

// everyRow repeats a constant [k] for each row of x: [N, k].
func (g *graph) everyRow(x, constant string, k int) string {
	rows := g.opWith("Shape", []attribute{{"end", int64(1)}, {"start", int64(0)}}, x)
	shape := g.opWith("Concat", []attribute{{"axis", int64(0)}}, rows, g.wholes("width", int64(k)))
	return g.op("Expand", constant, shape)
}
