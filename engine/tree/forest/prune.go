package forest

import "container/heap"

// pruner cuts a tree back by minimal cost-complexity pruning (Breiman et al.
// 1984, chapter 3): again and again, the split whose subtree lowers the
// impurity least for each leaf that it costs becomes a leaf.
type pruner struct {
	*growth
	parent []int32
	alone  []float64 // by node: share of the weight times impurity, as a leaf
	below  []float64 // the same, summed over the leaves below
	leaves []int     // below
	gone   []bool    // inside a subtree that was cut off
	cut    []bool    // a split that became a leaf
	links  links
}

// link is a split with the price at which its subtree is not worth its leaves.
type link struct {
	alpha float64
	node  int32
}

// links is a heap, the weakest link on top, of equals the node nearer the root.
type links []link

func (l links) Len() int      { return len(l) }
func (l links) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l links) Less(i, j int) bool {
	if l[i].alpha != l[j].alpha {
		return l[i].alpha < l[j].alpha
	}
	return l[i].node < l[j].node
}
func (l *links) Push(x any) { *l = append(*l, x.(link)) }
func (l *links) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}

func newPruner(g *growth) *pruner {
	n := len(g.nodes)
	p := &pruner{
		growth: g, parent: make([]int32, n),
		alone: make([]float64, n), below: make([]float64, n), leaves: make([]int, n),
		gone: make([]bool, n), cut: make([]bool, n),
	}
	p.parent[0] = -1
	for i := range g.nodes {
		if left := g.nodes[i].left; g.nodes[i].feature >= 0 {
			p.parent[left], p.parent[left+1] = int32(i), int32(i)
		}
	}
	// Children come after their parents, so going back meets them first.
	for i := n - 1; i >= 0; i-- {
		node := &g.nodes[i]
		p.alone[i] = node.cover * node.impurity / g.nodes[0].cover
		if node.feature < 0 {
			p.below[i], p.leaves[i] = p.alone[i], 1
			continue
		}
		p.below[i] = p.below[node.left] + p.below[node.left+1]
		p.leaves[i] = p.leaves[node.left] + p.leaves[node.left+1]
		p.links = append(p.links, link{p.alpha(int32(i)), int32(i)})
	}
	heap.Init(&p.links)
	return p
}

func (p *pruner) alpha(node int32) float64 {
	return (p.alone[node] - p.below[node]) / float64(p.leaves[node]-1)
}

// next returns the weakest link. Cutting below a node can only raise its
// price, so a price that is out of date is put back with the new one.
func (p *pruner) next() (link, bool) {
	for len(p.links) > 0 {
		top := heap.Pop(&p.links).(link)
		if p.gone[top.node] {
			continue
		}
		if now := p.alpha(top.node); now > top.alpha {
			heap.Push(&p.links, link{now, top.node})
			continue
		}
		return top, true
	}
	return link{}, false
}

// fold makes a split a leaf.
func (p *pruner) fold(node int32) {
	p.cut[node] = true
	rise, fewer := p.alone[node]-p.below[node], p.leaves[node]-1
	for i := node; i >= 0; i = p.parent[i] {
		p.below[i] += rise
		p.leaves[i] -= fewer
	}
	p.below[node] = p.alone[node]
	stack := []int32{node}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		p.gone[i] = true
		if p.nodes[i].feature >= 0 {
			stack = append(stack, p.nodes[i].left, p.nodes[i].left+1)
		}
	}
}

// upTo cuts every link of a price up to alpha and returns the splits that
// became leaves.
func (p *pruner) upTo(alpha float64) (cut []bool) {
	for l, ok := p.next(); ok && l.alpha <= alpha; l, ok = p.next() {
		p.fold(l.node)
	}
	return p.cut
}
