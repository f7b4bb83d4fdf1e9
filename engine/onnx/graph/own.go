package graph

import "fmt"

// Estimator is an estimator that gives its own part of a graph.
type Estimator interface {
	// Graph adds the nodes that predict from x, the estimator's inputs, and
	// returns the answer: [N, 1] for a regression, [N, classes] for a
	// classification. An error says what can't be expressed.
	Graph(g *Graph, x *Block) (answer string, err error)
}

// Transformer is a transformer that gives its own part of a graph.
type Transformer interface {
	// Graph adds the nodes that make the transformer's columns of those of in,
	// which are the columns that it read in Fit, and returns them.
	Graph(g *Graph, in *Block) (*Block, error)
}

var functions = map[string]func(g *Graph, in []string) string{}

// RegisterFunction gives the nodes of a function that derive.RegisterFunction
// was given under the same name, and that gives a number. in are its columns, [N] each; rows where one is
// null, or the result is not finite, become null without its doing. It returns
// [N]. A name that is taken is a mistake in the program, and panics.
func RegisterFunction(name string, nodes func(g *Graph, in []string) string) {
	if functions[name] != nil {
		panic(fmt.Sprintf("graph: two functions are named %s", name))
	}
	functions[name] = nodes
}

// Function returns the nodes of a function, nil if it has none.
func Function(name string) func(g *Graph, in []string) string { return functions[name] }

// Weighted is Σ coef·column for each list of coefficients, [N, lists].
//
// Note: a MatMul would do, but it adds in an order of its own. Here the order
// is Go's, so the bits are, too, and what overflows.
func (g *Graph) Weighted(x *Block, lists [][]float64) string {
	p, k := len(x.Columns), len(lists)
	coef := make([]float64, p*k) // [p, 1, k]
	for list, c := range lists {
		for j, v := range c {
			coef[j*k+list] = v
		}
	}
	columns := g.Op("Unsqueeze", g.Swap(g.Matrix(x), 1, 0), g.Wholes("axis_2", 2)) // [p, N, 1]
	terms := g.Mul(columns, g.Constant("coef", DoubleTensor([]int64{int64(p), 1, int64(k)}, coef...)))
	return g.Reduce("ReduceSum", terms, 0)
}

// Softmax turns scores, [N, classes], into probabilities.
func (g *Graph) Softmax(z string) string { return g.OpWith("Softmax", With("axis", 1), z) }
