package tree

import (
	"math"
	"math/bits"
	"sync"

	"example.com/engine/radix"
)

// packed is an ensemble laid out for prediction: 16 bytes a node, and no step
// down a tree has a branch that depends on the data.
//
// A row is turned into keys, whole numbers in the order of its values with NaN
// above all, once for all trees. Key 0 is 0; feature f is key f+1.
//
// Note: four walks at a time hide each other's latency. Tried and slower, on
// 500 trees of 31 leaves: one walk at a time (3 ×), moving blocks of rows down
// a tree by partition (2 ×), walks that take the next row as they reach a leaf
// (1.1 ×). QuickScorer for one row takes two thirds of the time alone, but no
// less in a server, where the network empties the caches. Codes of one byte
// instead of keys save nothing: the trees, not the rows, fill the cache.
type packed struct {
	nodes       []packedNode
	roots       []int32
	leafSize    int
	outputs     int
	values      []float64 // for leaves of several values
	categorical bool      // some split is by categories: packed is not used
	leaves      int       // of the largest tree

	rowSets func() *rowSets // the ensemble for many rows, made on first use
}

// packedNode sends key[feature] + missing <= key to left and others to left+1,
// where adding 1 takes the key of NaN round to 0. A leaf compares key 0, so it
// leads to itself, and its key is the bits of its value, or the position of
// its values.
type packedNode struct {
	key     uint64
	left    uint32
	feature uint32 // of the keys; the top bit is missing
}

const missingBit = 1 << 31

// rowKeys writes the keys of a row; keys is longer than row by one.
func rowKeys(keys []uint64, row []float64) {
	keys[0] = 0
	keys = keys[1:][:len(row)]
	for f, x := range row {
		keys[f] = radix.Key(x)
	}
}

// pack returns the packed form, made on first use.
func (e *Ensemble) pack() *packed {
	if p := e.packed.Load(); p != nil {
		return p
	}
	p := &packed{nodes: make([]packedNode, len(e.Feature)), roots: e.Roots, leafSize: e.LeafSize, outputs: e.Outputs, values: e.Value}
	for i := range p.nodes {
		p.nodes[i] = e.packNode(i)
		p.categorical = p.categorical || !e.IsLeaf(i) && e.Flags[i]&Categorical != 0
	}
	for t := range e.Roots {
		root, end := e.Span(t)
		p.leaves = max(p.leaves, (end-root+1)/2)
	}
	p.rowSets = sync.OnceValue(func() *rowSets { return newRowSets(e) })
	e.packed.Store(p)
	return p
}

func (e *Ensemble) packNode(i int) packedNode {
	if e.IsLeaf(i) {
		at := e.Left[i]
		if e.LeafSize > 1 {
			return packedNode{key: uint64(at), left: uint32(i)}
		}
		return packedNode{key: math.Float64bits(e.Value[at]), left: uint32(i)}
	}
	most, shift := LeftKeys(e.Threshold[i], e.Flags[i]&MissingLeft != 0)
	return packedNode{key: most, left: uint32(e.Left[i]), feature: uint32(e.Feature[i]+1) | uint32(shift)<<31}
}

// LeftKeys returns which keys of package radix a split by a threshold sends left:
// those with key + shift <= most. A shift of 1 takes the key of NaN round to 0.
func LeftKeys(threshold float64, missingLeft bool) (most, shift uint64) {
	if missingLeft {
		return radix.Key(threshold) + 1, 1
	}
	return radix.Key(threshold), 0
}

// blockRows returns how many rows to take down one tree after the other: as
// many as stay in the first-level cache with a small tree, or many for a tree
// that is itself larger than that.
func (p *packed) blockRows(features int) int {
	if len(p.nodes) > 2048*len(p.roots) {
		return predictTask
	}
	return max(4, min(128, 2048/(features+1)))
}

// step goes down from a node by the row whose keys start at row.
func step(nodes []packedNode, keys []uint64, row int, node uint32) uint32 {
	n := &nodes[node]
	key := keys[row+int(n.feature&^missingBit)] + uint64(n.feature>>31)
	_, right := bits.Sub64(n.key, key, 0)
	return n.left + uint32(right)
}

// walk takes four rows down from one node each and returns their leaves.
func walk(nodes []packedNode, keys []uint64, rows [4]int, at [4]uint32) (a, b, c, d uint32) {
	a, b, c, d = at[0], at[1], at[2], at[3]
	i, j, k, l := rows[0], rows[1], rows[2], rows[3]
	for {
		a2 := step(nodes, keys, i, a)
		b2 := step(nodes, keys, j, b)
		c2 := step(nodes, keys, k, c)
		d2 := step(nodes, keys, l, d)
		if (a^a2)|(b^b2)|(c^c2)|(d^d2) == 0 {
			return a, b, c, d
		}
		a, b, c, d = a2, b2, c2, d2
	}
}

// addRow adds the leaves of one row, four trees at a time.
func (p *packed) addRow(dst []float64, keys []uint64) {
	t := 0
	for ; t+4 <= len(p.roots); t += 4 {
		r := p.roots[t : t+4]
		a, b, c, d := walk(p.nodes, keys, [4]int{}, [4]uint32{uint32(r[0]), uint32(r[1]), uint32(r[2]), uint32(r[3])})
		p.addLeaf(dst, t, a)
		p.addLeaf(dst, t+1, b)
		p.addLeaf(dst, t+2, c)
		p.addLeaf(dst, t+3, d)
	}
	for ; t < len(p.roots); t++ {
		root := uint32(p.roots[t])
		a, _, _, _ := walk(p.nodes, keys, [4]int{}, [4]uint32{root, root, root, root})
		p.addLeaf(dst, t, a)
	}
}

// addRows adds the leaves of a block of rows, four rows at a time.
func (p *packed) addRows(dst []float64, keys []uint64, rows int) {
	width, k := len(keys)/rows, p.outputs
	for t, r := range p.roots {
		root := [4]uint32{uint32(r), uint32(r), uint32(r), uint32(r)}
		i := 0
		for ; i+4 <= rows; i += 4 {
			at := i * width
			a, b, c, d := walk(p.nodes, keys, [4]int{at, at + width, at + 2*width, at + 3*width}, root)
			p.addLeaf(dst[i*k:], t, a)
			p.addLeaf(dst[(i+1)*k:], t, b)
			p.addLeaf(dst[(i+2)*k:], t, c)
			p.addLeaf(dst[(i+3)*k:], t, d)
		}
		for ; i < rows; i++ {
			at := i * width
			a, _, _, _ := walk(p.nodes, keys, [4]int{at, at, at, at}, root)
			p.addLeaf(dst[i*k:], t, a)
		}
	}
}

// addLeaf adds the values of a leaf of tree t to those of a row.
func (p *packed) addLeaf(dst []float64, t int, leaf uint32) {
	key := p.nodes[leaf].key
	switch {
	case p.outputs == 1:
		dst[0] += math.Float64frombits(key)
	case p.leafSize == 1:
		dst[t%p.outputs] += math.Float64frombits(key)
	default:
		for k, v := range p.values[key : int(key)+p.leafSize] {
			dst[k] += v
		}
	}
}
