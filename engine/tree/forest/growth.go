package forest

import (
	"math"

	"example.com/engine/tree"
)

// growthNode is a node of a tree that grows. A leaf has feature −1.
type growthNode struct {
	threshold             float64 // of a split at random
	low, high             int32   // rows between whose values any other one lies
	cover, gain, impurity float64
	feature, left         int32
	set                   int32 // number in growth.sets, or −1
	flags                 uint8
}

// growth is a tree that grows, or a subtree that grows beside it. Node 0 is
// the root; both children of a node are neighbours.
type growth struct {
	nodes  []growthNode
	size   int       // values a node
	values []float64 // of every node, so that any can become a leaf
	sets   [][]int   // category codes
	weight float64   // of the tree
	forks  []fork
	done   chan struct{} // closed when a subtree has grown
}

// fork is a subtree that grew in a growth of its own: its root is node here.
type fork struct {
	node int32
	part *growth
}

// newGrowth returns a tree of one leaf with room for more nodes.
func newGrowth(size int, weight float64, room int) *growth {
	g := &growth{size: size, weight: weight}
	g.nodes, g.values = make([]growthNode, 0, room), make([]float64, 0, room*size)
	g.leaf()
	return g
}

func (g *growth) leaf() {
	g.nodes = append(g.nodes, growthNode{feature: -1, set: -1})
	for range g.size {
		g.values = append(g.values, 0)
	}
}

// value returns the values of a node, for reading and for writing.
func (g *growth) value(node int32) []float64 {
	return g.values[int(node)*g.size : (int(node)+1)*g.size]
}

// split turns a leaf into that split and returns its left child.
func (g *growth) split(leaf int32, by growthNode) (left int32) {
	n := &g.nodes[leaf]
	by.cover, by.impurity, by.left = n.cover, n.impurity, int32(len(g.nodes))
	*n = by
	g.leaf()
	g.leaf()
	return by.left
}

// addSet gives the node the category codes that go to the side opposite to the
// missing one.
func (g *growth) addSet(n *growthNode, l *level, left, right []uint32, s split) {
	rows := left
	if s.missingLeft {
		rows = right
	}
	seen := map[int]bool{}
	var codes []int
	for _, r := range rows {
		v := l.set.x.At(l.row(r), s.feature)
		if v == v && !seen[int(v)] {
			seen[int(v)] = true
			codes = append(codes, int(v))
		}
	}
	n.flags |= tree.Categorical
	n.set = int32(len(g.sets))
	g.sets = append(g.sets, codes)
}

// join puts the subtrees that grew beside the tree into it.
func (g *growth) join() {
	for _, f := range g.forks {
		<-f.part.done
		f.part.join()
		shift, sets := int32(len(g.nodes))-1, int32(len(g.sets))
		for i, n := range f.part.nodes {
			if n.feature >= 0 {
				n.left += shift
			}
			if n.set >= 0 {
				n.set += sets
			}
			if i == 0 {
				g.nodes[f.node] = n
				copy(g.value(f.node), f.part.value(0))
				continue
			}
			g.nodes = append(g.nodes, n)
		}
		g.values = append(g.values, f.part.values[g.size:]...)
		g.sets = append(g.sets, f.part.sets...)
	}
	g.forks = nil
}

// findThresholds turns the rows beside each split into its threshold. It is
// done for all nodes at once since each takes two reads from far away: here
// they overlap.
func (g *growth) findThresholds(s *trainingSet) {
	for i := range g.nodes {
		n := &g.nodes[i]
		switch {
		case n.feature < 0 || n.set >= 0 || s.random:
		case n.high == noRow:
			n.threshold = math.Inf(1)
		default:
			n.threshold = midpoint(s.x.At(int(n.low), int(n.feature)), s.x.At(int(n.high), int(n.feature)))
		}
	}
}

// tree returns the tree in flat arrays, depth first. Where cut is not nil,
// nodes that it marks become leaves.
func (g *growth) tree(cut []bool) *tree.Tree {
	t := tree.NewTree(g.size)
	t.Reserve(len(g.nodes), (len(g.nodes)+1)/2*g.size)
	type pair struct{ from, to int32 }
	stack := []pair{{0, 0}}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &g.nodes[p.from]
		t.Cover[p.to] = float32(n.cover)
		if n.feature < 0 || cut != nil && cut[p.from] {
			copy(t.Values(int(p.to)), g.value(p.from))
			continue
		}
		left := int32(addSplit(t, int(p.to), n, g.sets))
		t.Gain[p.to] = float32(min(n.gain, math.MaxFloat32))
		stack = append(stack, pair{n.left + 1, left + 1}, pair{n.left, left})
	}
	return t
}

// addSplit turns a leaf of t into the split n and returns its left child.
func addSplit(t *tree.Tree, leaf int, n *growthNode, sets [][]int) (left int) {
	missingLeft := n.flags&tree.MissingLeft != 0
	if n.set >= 0 {
		return t.SplitSet(leaf, int(n.feature), sets[n.set], missingLeft)
	}
	return t.Split(leaf, int(n.feature), n.threshold, missingLeft)
}
