package config

import "github.com/goccy/go-yaml/ast"

// maxNodes bounds a document after its aliases are put in: a few lines of
// aliases to aliases stand for billions of values otherwise.
const maxNodes = 100_000

// resolver puts the anchored node in the place of each alias, so that nothing
// behind it needs to know of either.
type resolver struct {
	anchors map[string]anchored
}

type anchored struct {
	node ast.Node
	size int
}

func resolve(root ast.Node) (ast.Node, error) {
	r := resolver{map[string]anchored{}}
	root, _, err := r.node(root)
	return root, err
}

// node returns what to put in the place of n, and how many nodes it has with
// those that aliases stand for.
func (r *resolver) node(n ast.Node) (ast.Node, int, error) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		return r.anchor(n)
	case *ast.AliasNode:
		a, ok := r.anchors[n.Value.GetToken().Value]
		if !ok {
			return nil, 0, errorAt(n, "no anchor &%s stands above", n.Value.GetToken().Value)
		}
		return a.node, a.size, nil
	case *ast.MappingNode:
		return r.mapping(n)
	case *ast.SequenceNode:
		return r.sequence(n)
	case *ast.TagNode:
		return nil, 0, errorAt(n, "tags such as %s are not supported; put a text in quotes", n.GetToken().Value)
	}
	return n, 1, nil
}

func (r *resolver) anchor(n *ast.AnchorNode) (ast.Node, int, error) {
	value, size, err := r.node(n.Value)
	if err == nil {
		r.anchors[n.Name.GetToken().Value] = anchored{value, size}
	}
	return value, size, err
}

func (r *resolver) mapping(n *ast.MappingNode) (ast.Node, int, error) {
	total := 1
	for _, pair := range n.Values {
		value, size, err := r.node(pair.Value)
		if err != nil {
			return nil, 0, err
		}
		pair.Value = value
		if total += size; total > maxNodes {
			return nil, 0, tooMany(n)
		}
	}
	return n, total, nil
}

func (r *resolver) sequence(n *ast.SequenceNode) (ast.Node, int, error) {
	total := 1
	for i := range n.Values {
		value, size, err := r.node(n.Values[i])
		if err != nil {
			return nil, 0, err
		}
		n.Values[i] = value
		if total += size; total > maxNodes {
			return nil, 0, tooMany(n)
		}
	}
	return n, total, nil
}

func tooMany(n ast.Node) error {
	return errorAt(n, "has more than %d values with its aliases put in", maxNodes)
}
