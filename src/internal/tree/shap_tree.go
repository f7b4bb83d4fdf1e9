package tree

// Path-dependent TreeSHAP (Lundberg et al. 2020) asks what a tree predicts on
// average if only the features of a set S are known: at a split by another
// feature, a row goes both ways, by the share of training weight. A leaf of
// value v adds v·Π o over the features of its path that are in S, and v·Π z
// over the others, where o is 1 if the row passes all splits by the feature,
// else 0, and z is the product of the shares at these splits.
//
// Let each feature be known with chance u, on its own. The mean over sets is
// then v·Π f with f = z + (o − z)·u, and the Shapley value of feature j is the
// integral over u from 0 to 1 of the derivative by the u of j (Owen 1972):
//
//	φ_j = ∫ v·(o_j − z_j)·Π_{i≠j} f_i du
//
// The integrand is a polynomial of a degree below the number of features on
// the path, so half as many points of Gauss and Legendre as there are features
// give the integral exactly. At a point, sums over all leaves cost two passes
// over the tree: with P the product of f above a node and H the sum of v·Π f
// over its leaves, by what is below,
//
//	going down:  P_child  = P_parent · q_child
//	going up:    H_parent = Σ q_child · H_child
//	edge:        φ_j += (o − z) · Σ_points w · P_parent · H_child
//
// where q = f. If j has an edge a above already, with o_a and z_a, then z and o
// of the lower edge hold for both, q = f / f_a, and what a has counted for these
// leaves comes off again:
//
//	φ_j += Σ_points w · P_parent · H_child · ((o − z) − (o_a − z_a)·q) / f_a
//
// which is 0 if o_a is.
//
// Note: the original algorithm keeps a sum for each size of S along the path
// and costs leaves × depth². Linear TreeSHAP (Yu et al. 2022) works with values
// of a polynomial at fixed points, too, but has to interpolate; all numbers
// here are products of positive ones, so nothing cancels at any depth. Fast
// TreeSHAP v2 (Yang 2021) takes leaves × 2^depth of memory.
type shapTree struct {
	nodes  []shapNode // parents first
	points int        // of the quadrature
	output int        // that the leaf values add to; with more values, the first
}

// shapNode is a node with the edge that leads to it.
type shapNode struct {
	share   float64 // z
	ratio   float64 // share of the parent's weight
	node    int32   // in the ensemble
	parent  int32   // in the list
	above   int32   // node whose edge is the next above by the same feature, or −1
	feature int32   // of the edge
	isLeft  bool
	isLeaf  bool
	repeats bool // some node has this one above
}

// newShapTree lists the nodes of the tree from a root.
func newShapTree(e *Ensemble, root int) shapTree {
	t := shapTree{nodes: []shapNode{{node: int32(root), parent: -1, above: -1, feature: -1, share: 1, ratio: 1}}}
	most := 0
	// Depth first, the way back being kept in the list itself.
	for at, stack := 0, []int{0}; len(stack) > 0; {
		at, stack = stack[len(stack)-1], stack[:len(stack)-1]
		node := int(t.nodes[at].node)
		if e.IsLeaf(node) {
			t.nodes[at].isLeaf = true
			most = max(most, t.featuresAbove(at))
			continue
		}
		left := int(e.Left[node])
		ratio := 0.5
		if weight := float64(e.Cover[left]) + float64(e.Cover[left+1]); weight > 0 {
			ratio = float64(e.Cover[left]) / weight
		}
		stack = append(stack, t.add(at, left, int(e.Feature[node]), ratio, true), t.add(at, left+1, int(e.Feature[node]), 1-ratio, false))
	}
	t.points = max(1, (most+1)/2)
	return t
}

func (t *shapTree) add(parent, node, feature int, ratio float64, isLeft bool) int {
	n := shapNode{node: int32(node), parent: int32(parent), above: -1, feature: int32(feature), share: ratio, ratio: ratio, isLeft: isLeft}
	for a := parent; a > 0; a = int(t.nodes[a].parent) {
		if int(t.nodes[a].feature) == feature {
			n.above = int32(a)
			n.share *= t.nodes[a].share
			t.nodes[a].repeats = true
			break
		}
	}
	t.nodes = append(t.nodes, n)
	return len(t.nodes) - 1
}

// featuresAbove counts the features on the path to a node.
func (t *shapTree) featuresAbove(at int) (n int) {
	for a := at; a > 0; a = int(t.nodes[a].parent) {
		if t.nodes[a].above < 0 {
			n++
		}
	}
	return n
}

// shapScratch is the memory for one tree: points numbers a node.
type shapScratch struct {
	hot     []bool // o, by node
	left    []bool // the row goes left, by node
	p, q, h []float64
	inverse []float64 // 1 / f, of nodes that repeat and are hot
}

func (s *shapScratch) room(nodes, points int) {
	if len(s.hot) < nodes {
		s.hot, s.left = make([]bool, nodes), make([]bool, nodes)
	}
	if n := nodes * points; len(s.p) < n {
		s.p, s.q = make([]float64, n), make([]float64, n)
		s.h, s.inverse = make([]float64, n), make([]float64, n)
	}
}

// down follows the row and computes q of all nodes and P of those that split.
func (t *shapTree) down(e *Ensemble, row []float64, s *shapScratch, u, w []float64) {
	m := len(u)
	for i := range t.nodes {
		n := &t.nodes[i]
		if i == 0 {
			s.hot[0] = true
			copy(s.p, w)
		} else {
			t.enter(i, s, u)
		}
		if n.isLeaf {
			continue
		}
		s.left[i] = e.Child(int(n.node), row[e.Feature[n.node]]) == int(e.Left[n.node])
		if i > 0 {
			above, p, q := s.p[int(n.parent)*m:][:m], s.p[i*m:][:m], s.q[i*m:][:m]
			for k, v := range above {
				p[k] = v * q[k]
			}
		}
	}
}

// enter computes q of the edge to node i, and 1 / f if it will be asked for.
func (t *shapTree) enter(i int, s *shapScratch, u []float64) {
	n, m := &t.nodes[i], len(u)
	q := s.q[i*m:][:m]
	hot := s.left[n.parent] == n.isLeft
	if n.above >= 0 && !s.hot[n.above] {
		s.hot[i] = false
		for k := range q {
			q[k] = n.ratio
		}
		return
	}
	s.hot[i] = hot
	slope := -n.share
	if hot {
		slope = 1 - n.share
	}
	if n.above >= 0 {
		inverse := s.inverse[int(n.above)*m:][:m]
		for k, v := range u {
			q[k] = (n.share + slope*v) * inverse[k]
		}
	} else {
		for k, v := range u {
			q[k] = n.share + slope*v
		}
	}
	if n.repeats && hot {
		inverse := s.inverse[i*m:][:m]
		for k, v := range u {
			inverse[k] = 1 / (n.share + slope*v)
		}
	}
}

// up adds the contributions of the leaf values at offset to phi, by feature.
func (t *shapTree) up(e *Ensemble, phi []float64, s *shapScratch, m, offset int) {
	clear(s.h[:len(t.nodes)*m])
	for i := len(t.nodes) - 1; i > 0; i-- {
		n := &t.nodes[i]
		parent := int(n.parent)
		h, q := s.h[i*m:][:m], s.q[i*m:][:m]
		sum, p := s.h[parent*m:][:m], s.p[parent*m:][:m]
		if n.isLeaf {
			v := e.Value[int(e.Left[n.node])+offset]
			for k := range h {
				h[k] = v
			}
		}
		slope := -n.share
		if s.hot[i] {
			slope = 1 - n.share
		}
		total := 0.0
		switch {
		case n.above < 0:
			for k, v := range h {
				total += p[k] * v
				sum[k] += q[k] * v
			}
			phi[n.feature] += total * slope
		case !s.hot[n.above]:
			for k, v := range h {
				sum[k] += q[k] * v
			}
		default:
			counted := 1 - t.nodes[n.above].share
			inverse := s.inverse[int(n.above)*m:][:m]
			for k, v := range h {
				total += p[k] * v * inverse[k] * (slope - counted*q[k])
				sum[k] += q[k] * v
			}
			phi[n.feature] += total
		}
	}
}
