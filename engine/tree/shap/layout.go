package shap

import "example.com/engine/tree"

// Path-dependent TreeSHAP (Lundberg et al. 2020) asks what a tree predicts on
// average if only the features of a set are known: at a split by another one, a
// row goes both ways, by the share of training weight. Let each feature be
// known with chance u, on its own. By a split at which the row passes to the
// hot child, and which sends the share z of the weight to the cold one, it then
// goes
//
//	to the cold child with chance g = z·(1 − u), to the hot one with 1 − g.
//
// The Shapley value of feature j is the integral over u from 0 to 1 of the
// derivative of the mean prediction by the u of j (Owen 1972). With P the chance
// to reach a node and H the mean prediction from a node on, it is, summed over
// the splits by j,
//
//	φ_j = ∫ Σ z·P·(H_hot − H_cold) du
//
// Where a split by j is below another one, knowing j decides both. Let Z be
// the share of weight that passes all splits by j above. If the row does not
// pass them either, the split adds nothing, and parts by its shares. If it does,
// f = Z + (1 − Z)·u is the chance to have passed them, z the share that passes
// and then goes cold, and both are taken given what is above:
//
//	g = z·(1 − u) / f      φ_j = ∫ Σ z·P·(H_hot − H_cold) / f² du
//
// P is found going down and H going up, at some values of u. The integrand is a
// polynomial of a degree below the number of features on a path, so half as
// many points of Gauss and Legendre as there are features give its integral
// exactly. A row costs nodes × points.
//
// Note: the original algorithm keeps a sum for each size of the set along the
// path and costs leaves × depth². Linear TreeSHAP (Yu et al. 2022) works with
// values of a polynomial at fixed points, too, and has to interpolate; here
// all factors are chances, so nothing cancels at any depth. Fast TreeSHAP v2
// (Yang 2021) takes leaves × 2^depth of memory. A first version here went edge
// by edge, with the product of all factors f = z + (o − z)·u; joining the
// edges of a split, where the factors add up to 1, halved the time.
type layout struct {
	splits []split // parents first
	leaves []int32 // position of their first value
	points int     // of the quadrature
	output int     // that the leaf values add to; with more values, the first
}

// split is a split. Splits and leaves are numbered together: first the
// splits, then the leaves.
type split struct {
	shares      [2]float64 // z if the left child is cold, and if the right one is
	ratio       float64    // share of its own weight that goes left
	most        uint64     // a key goes left if key + shift <= most
	node        int32      // in the ensemble
	feature     int32
	children    [2]int32
	above       int32 // next split above by the same feature, or −1
	side        uint8 // on which this one is below it: left 0, right 1
	shift       uint8
	repeats     bool // some split has this one above
	categorical bool
}

// hotSide returns 0 if the row goes left and 1 if it goes right, without a
// branch where that can't be predicted.
func (n *split) hotSide(e *tree.Ensemble, keys []uint64, row []float64) uint8 {
	if n.categorical {
		return uint8(int32(e.Child(int(n.node), row[n.feature])) - e.Left[n.node])
	}
	right := uint8(0)
	if keys[n.feature]+uint64(n.shift) > n.most {
		right = 1
	}
	return right
}

// cold marks a split that the row would not reach.
const cold = 2

// lanes is a number at each of several points of the quadrature. More points
// than that take several passes: no point knows of another.
type lanes [laneWidth]float64

const laneWidth = 6

// scratch is the memory for a row and a tree.
type scratch struct {
	keys    []uint64 // of the row
	state   []uint8  // by split: the hot side, or cold
	p, h    []lanes  // by node
	g       []lanes  // by split
	inverse []lanes  // 1 / f below a split on its hot side, where it repeats
}

func newScratch(features, splits int) *scratch {
	return &scratch{
		keys: make([]uint64, features), state: make([]uint8, splits),
		p: make([]lanes, 2*splits+1), h: make([]lanes, 2*splits+1),
		g: make([]lanes, splits), inverse: make([]lanes, splits),
	}
}

// down follows the row and computes g of the splits and P of all nodes, at the
// points of r.
func (t *layout) down(e *tree.Ensemble, row []float64, s *scratch, r *lane) {
	s.p[0] = r.weights
	for i := range t.splits {
		n := &t.splits[i]
		if n.above >= 0 && s.state[n.above] != n.side {
			s.state[i] = cold
			left, right := &s.p[n.children[0]], &s.p[n.children[1]]
			for k, v := range &s.p[i] {
				left[k], right[k] = n.ratio*v, (1-n.ratio)*v
			}
			continue
		}
		hot := n.hotSide(e, s.keys, row) & 1
		s.state[i] = hot
		n.part(i, hot, s, r)
		if n.repeats {
			passed, inverse := n.shares[hot], &s.inverse[i]
			for k, u := range &r.points {
				inverse[k] = 1 / (passed + (1-passed)*u)
			}
		}
	}
}

// part computes g of split i, and P of its children.
func (n *split) part(i int, hot uint8, s *scratch, r *lane) {
	p, g := &s.p[i], &s.g[i]
	toHot, toCold := &s.p[n.children[hot]], &s.p[n.children[1-hot]]
	share := n.shares[1-hot]
	if n.above < 0 {
		for k, v := range p {
			g[k] = share * r.rest[k]
			c := g[k] * v
			toCold[k], toHot[k] = c, v-c
		}
		return
	}
	inverse := &s.inverse[n.above]
	for k, v := range p {
		g[k] = share * r.rest[k] * inverse[k]
		c := g[k] * v
		toCold[k], toHot[k] = c, v-c
	}
}

// up adds the contributions of the leaf values at offset to phi, by feature.
func (t *layout) up(e *tree.Ensemble, phi []float64, s *scratch, offset int) {
	for i, at := range t.leaves {
		v, h := e.Value[int(at)+offset], &s.h[len(t.splits)+i]
		for k := range h {
			h[k] = v
		}
	}
	for i := len(t.splits) - 1; i >= 0; i-- {
		n := &t.splits[i]
		if hot := s.state[i]; hot != cold {
			phi[n.feature] += n.shares[1-hot&1] * n.join(i, hot&1, s)
			continue
		}
		h, left, right := &s.h[i], &s.h[n.children[0]], &s.h[n.children[1]]
		for k, v := range left {
			h[k] = n.ratio*v + (1-n.ratio)*right[k]
		}
	}
}

// join computes H of split i from that of its children, and returns the sum of
// P·(H_hot − H_cold) / f².
func (n *split) join(i int, hot uint8, s *scratch) (sum float64) {
	fromHot, fromCold := &s.h[n.children[hot]], &s.h[n.children[1-hot]]
	h, p, g := &s.h[i], &s.p[i], &s.g[i]
	if n.above < 0 {
		for k, v := range fromHot {
			d := v - fromCold[k]
			sum += p[k] * d
			h[k] = v - g[k]*d
		}
		return sum
	}
	inverse := &s.inverse[n.above]
	for k, v := range fromHot {
		d := v - fromCold[k]
		sum += p[k] * d * inverse[k] * inverse[k]
		h[k] = v - g[k]*d
	}
	return sum
}
