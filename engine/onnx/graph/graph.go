// Package graph builds the graph of an ONNX file: nodes, constants, and the
// functions of numbers that runtimes lack for doubles or compute otherwise than
// Go does. Package onnx makes a graph of a whole model with it; an estimator, a
// transformer or a function of a project's own gives its part of the graph as
// an [Estimator], a [Transformer] or by [RegisterFunction].
//
// Tensors have names, which the methods of [Graph] take and return. All numbers
// are doubles with NaN for null. In comments [N, p] is the shape of a tensor of
// p numbers for each of N rows.
package graph

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
)

// Graph is nodes in the order in which they run. What its methods take and
// return are names of tensors.
type Graph struct {
	Inputs, Outputs []ValueInfo

	name, doc string
	nodes     []node
	constants []Tensor
	refused   string // bool [N]: rows without an answer; "" if there can be none

	scope string                       // stands before the names of new tensors: "ratios/log"
	taken map[string]int               // names of tensors, with the number of the last like it
	known map[[sha256.Size]byte]string // constants by their content
	outer *Graph                       // of a body: the graph that holds it
}

// New returns an empty graph of that name.
func New(name string) *Graph {
	return &Graph{name: name, taken: map[string]int{}, known: map[[sha256.Size]byte]string{}}
}

// Body returns an empty graph for an attribute of a node of g. It may use all
// tensors of g, and its constants stand in g.
func (g *Graph) Body(name string) *Graph {
	return &Graph{name: name, scope: g.scope + "/" + name, taken: g.taken, known: g.known, outer: g}
}

// Fresh returns the name, or one like it that is not taken.
func (g *Graph) Fresh(name string) string {
	free := name
	for g.taken[free] > 0 {
		g.taken[name]++
		free = name + "_" + strconv.Itoa(g.taken[name])
	}
	g.taken[free] = 1
	return free
}

// Inside is Fresh of a name in the present scope.
func (g *Graph) Inside(name string) string { return g.Fresh(g.scope + "/" + name) }

// Reserve takes a name for an input or an output, and tells whether it was free.
func (g *Graph) Reserve(name string) bool {
	if g.taken[name] > 0 {
		return false
	}
	g.taken[name] = 1
	return true
}

// Refuse marks rows, bool [N], as without an answer: such a row gets NaN, or the
// empty label, where Go gives an error.
func (g *Graph) Refuse(rows string) {
	if g.refused != "" {
		rows = g.Or(g.refused, rows)
	}
	g.refused = rows
}

// Refused returns the rows without an answer, "" if there can be none.
func (g *Graph) Refused() string { return g.refused }

// Within runs f with the part added to the scope.
func (g *Graph) Within(part string, f func() error) error {
	outside := g.scope
	if g.scope != "" {
		part = g.scope + "/" + part
	}
	g.scope = part
	err := f()
	g.scope = outside
	return err
}

// Node adds a node with that many outputs.
func (g *Graph) Node(kind string, inputs []string, outputs int, attributes ...Attribute) []string {
	name := kind
	if g.scope != "" {
		name = g.scope + "/" + kind
	}
	n := node{inputs: inputs, name: g.Fresh(name), kind: kind, attributes: attributes}
	if kind == "TreeEnsemble" || kind == "LabelEncoder" {
		n.domain = "ai.onnx.ml"
	}
	n.outputs = []string{n.name}
	for range outputs - 1 {
		n.outputs = append(n.outputs, g.Fresh(name))
	}
	g.nodes = append(g.nodes, n)
	return n.outputs
}

// Op adds a node of one output.
func (g *Graph) Op(kind string, inputs ...string) string { return g.Node(kind, inputs, 1)[0] }

// With makes attributes of names and values in turn; an int is taken for an
// int64.
func With(pairs ...any) []Attribute {
	var list []Attribute
	for i := 0; i < len(pairs); i += 2 {
		value := pairs[i+1]
		if whole, ok := value.(int); ok {
			value = int64(whole)
		}
		list = append(list, Attribute{pairs[i].(string), value})
	}
	return list
}

// OpWith is Op with attributes.
func (g *Graph) OpWith(kind string, attributes []Attribute, inputs ...string) string {
	return g.Node(kind, inputs, 1, attributes...)[0]
}

// Rename makes the tensor known by a name that was taken before.
func (g *Graph) Rename(tensor, name string) {
	g.nodes = append(g.nodes, node{inputs: []string{tensor}, outputs: []string{name}, name: name, kind: "Identity"})
}

// Constant adds a constant, unless one of that content is there.
func (g *Graph) Constant(name string, t Tensor) string {
	if g.outer != nil {
		return g.outer.Constant(name, t)
	}
	content := sha256.Sum256(t.encode())
	if name, ok := g.known[content]; ok {
		return name
	}
	if g.scope != "" && len(t.Dims) > 0 {
		name = g.scope + "/" + name
	}
	t.name = g.Fresh(name)
	g.known[content] = t.name
	g.constants = append(g.constants, t)
	return t.name
}

// Num is a number, whatever the shape that it meets.
func (g *Graph) Num(v float64) string {
	return g.Constant(strconv.FormatFloat(v, 'g', -1, 64), DoubleTensor(nil, v))
}

// Row is one number a column, [len(v)].
func (g *Graph) Row(name string, v []float64) string {
	return g.Constant(name, DoubleTensor([]int64{int64(len(v))}, v...))
}

// Whole is an integer, whatever the shape that it meets.
func (g *Graph) Whole(v int64) string {
	return g.Constant("int_"+strconv.FormatInt(v, 10), IntTensor(nil, v))
}

// Wholes is a list of integers.
func (g *Graph) Wholes(name string, v ...int64) string {
	return g.Constant(name, IntTensor([]int64{int64(len(v))}, v...))
}

// Text is a text, whatever the shape that it meets.
func (g *Graph) Text(v string) string { return g.Constant("text_"+v, TextTensor(nil, v)) }

// Null is the number that stands for none.
func (g *Graph) Null() string { return g.Num(math.NaN()) }

// Add is a + b.
func (g *Graph) Add(a, b string) string { return g.Op("Add", a, b) }

// Sub is a - b.
func (g *Graph) Sub(a, b string) string { return g.Op("Sub", a, b) }

// Mul is a · b.
func (g *Graph) Mul(a, b string) string { return g.Op("Mul", a, b) }

// Div is a / b; of integers, cut towards 0.
func (g *Graph) Div(a, b string) string { return g.Op("Div", a, b) }

// Less tells where a < b.
func (g *Graph) Less(a, b string) string { return g.Op("Less", a, b) }

// Equal tells where a is b.
func (g *Graph) Equal(a, b string) string { return g.Op("Equal", a, b) }

// And tells where both are true.
func (g *Graph) And(a, b string) string { return g.Op("And", a, b) }

// Or tells where one of them is true.
func (g *Graph) Or(a, b string) string { return g.Op("Or", a, b) }

// Not tells where a is false.
func (g *Graph) Not(a string) string { return g.Op("Not", a) }

// IsNull tells where a is NaN.
func (g *Graph) IsNull(a string) string { return g.Op("IsNaN", a) }

// IsInf tells where a is infinite.
func (g *Graph) IsInf(a string) string { return g.Op("IsInf", a) }

// Where is a where cond is true, and b elsewhere.
func (g *Graph) Where(cond, a, b string) string { return g.Op("Where", cond, a, b) }

// Cast turns integers and truth values into doubles, or back.
func (g *Graph) Cast(a string, kind int64) string {
	return g.OpWith("Cast", With("to", kind), a)
}

// Stand turns [N] into [N, 1].
func (g *Graph) Stand(a string) string { return g.Op("Unsqueeze", a, g.Wholes("axis_1", 1)) }

// Flat turns any shape into one dimension.
func (g *Graph) Flat(a string) string { return g.Op("Reshape", a, g.Wholes("flat", -1)) }

// Gather takes elements of a along an axis.
func (g *Graph) Gather(a, places string, axis int64) string {
	return g.OpWith("Gather", With("axis", axis), a, places)
}

// Beside joins tensors along axis 1; one is returned as it is.
func (g *Graph) Beside(parts ...string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return g.OpWith("Concat", With("axis", 1), parts...)
}

// Reduce is ReduceSum, ReduceMax… along one axis, which is gone after.
//
// Note: a sum along axis 0 adds in order, as Go code does, where the other
// axes are added in an order of the runtime's own.
func (g *Graph) Reduce(kind, a string, axis int64) string {
	axes := g.Wholes(fmt.Sprintf("axis_%d", axis), axis)
	return g.OpWith(kind, With("keepdims", 0), a, axes)
}

// Swap exchanges axes, as in Transpose.
func (g *Graph) Swap(a string, order ...int64) string {
	return g.OpWith("Transpose", With("perm", order), a)
}

// EveryRow repeats a constant [k] for each row of x: [N, k].
func (g *Graph) EveryRow(x, constant string, k int) string {
	rows := g.OpWith("Shape", With("end", 1, "start", 0), x)
	shape := g.OpWith("Concat", With("axis", 0), rows, g.Wholes("width", int64(k)))
	return g.Op("Expand", constant, shape)
}
