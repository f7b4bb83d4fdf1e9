// Package tree holds decision trees: their nodes in flat arrays, lists of trees whose
// leaf values add up, prediction, printing, importance, and what makes a saved tree
// safe to follow. Packages boost and forest grow them, and shap explains them.
//
// It takes numbers and gives numbers. A missing value is NaN; a categorical feature
// holds codes 0, 1, 2….
package tree

import (
	"errors"
	"fmt"
	"math"
)

// Flags of a node, in Tree.Flags.
const (
	// MissingLeft sends NaN left; without it NaN goes right.
	MissingLeft = 1 << iota
	// Categorical marks a split by a set of codes instead of a threshold.
	Categorical
)

// Tree is a binary decision tree in flat arrays, one element a node. Node 0 is
// the root, both children of a node are neighbours, and they come after it.
//
// At a split, x[Feature] <= Threshold goes to Left, greater to Left+1, and NaN
// to the side of the MissingLeft flag. At a leaf, Feature is -1 and Left is
// the position of its first value in Value.
//
// At a categorical split, Threshold is the number of a set of codes. A code in
// the set goes to the side opposite to the missing one; everything else goes
// to the missing side: codes that are not in the set, NaN, codes never seen
// in training, and numbers that are no codes.
type Tree struct {
	LeafSize int `json:"leaf_size"` // values a leaf: 1, or one a class

	Feature   []int32   `json:"-"`
	Threshold []float64 `json:"-"`
	Left      []int32   `json:"-"`
	Flags     []uint8   `json:"-"`
	Cover     []float32 `json:"-"` // weight of the training rows that reached the node
	Gain      []float32 `json:"-"` // what the split gained in the criterion; 0 at a leaf
	Value     []float64 `json:"-"` // LeafSize values a leaf

	// The codes of set s are the bits that are on in
	// SetBits[SetStart[s]:SetStart[s+1]], code c at bit c%32 of word c/32.
	SetStart []int32  `json:"-"`
	SetBits  []uint32 `json:"-"`
}

// NewTree returns a tree of one leaf, the root, whose leafSize values are 0.
func NewTree(leafSize int) *Tree {
	t := &Tree{LeafSize: leafSize}
	t.addLeaf()
	return t
}

// Reserve makes room for a tree of that many nodes and values.
func (t *Tree) Reserve(nodes, values int) {
	t.Feature, t.Left = withRoom(t.Feature, nodes), withRoom(t.Left, nodes)
	t.Threshold, t.Flags = withRoom(t.Threshold, nodes), withRoom(t.Flags, nodes)
	t.Cover, t.Gain = withRoom(t.Cover, nodes), withRoom(t.Gain, nodes)
	t.Value = withRoom(t.Value, values)
}

func withRoom[T any](s []T, size int) []T {
	if cap(s) >= size {
		return s
	}
	return append(make([]T, 0, size), s...)
}

// Nodes returns the number of nodes, leaves among them.
func (t *Tree) Nodes() int { return len(t.Feature) }

// IsLeaf reports whether the node is a leaf.
func (t *Tree) IsLeaf(node int) bool { return t.Feature[node] < 0 }

// Values returns the LeafSize values of a leaf, for reading and for writing.
func (t *Tree) Values(leaf int) []float64 {
	v := int(t.Left[leaf])
	return t.Value[v : v+t.LeafSize : v+t.LeafSize]
}

// Split turns a leaf into a split by a threshold and returns its left child;
// the right one is the next. The left child takes over the values of the leaf
// and the right one starts with zeros. The caller sets Gain and Cover.
func (t *Tree) Split(leaf, feature int, threshold float64, missingLeft bool) (left int) {
	left = t.split(leaf, feature, missingLeft)
	t.Threshold[leaf] = threshold
	return left
}

// SplitSet is Split by a set of codes: they go to the side opposite to the
// missing one, all else goes to the missing side.
func (t *Tree) SplitSet(leaf, feature int, codes []int, missingLeft bool) (left int) {
	left = t.split(leaf, feature, missingLeft)
	t.Flags[leaf] |= Categorical
	if len(t.SetStart) == 0 {
		t.SetStart = append(t.SetStart, 0)
	}
	t.Threshold[leaf] = float64(len(t.SetStart) - 1)
	start := len(t.SetBits)
	for _, c := range codes {
		for len(t.SetBits) <= start+c/32 {
			t.SetBits = append(t.SetBits, 0)
		}
		t.SetBits[start+c/32] |= 1 << (c % 32)
	}
	t.SetStart = append(t.SetStart, int32(len(t.SetBits)))
	return left
}

func (t *Tree) split(leaf, feature int, missingLeft bool) (left int) {
	if !t.IsLeaf(leaf) {
		panic("tree: split of a node that is no leaf")
	}
	left = len(t.Feature)
	values := t.Left[leaf]
	t.addLeaf()
	t.addLeaf()
	// The left child owns the old leaf's values, so none are left unused.
	t.Left[left+1] = t.Left[left]
	t.Left[left] = values
	t.Value = t.Value[:len(t.Value)-t.LeafSize]
	t.Feature[leaf], t.Left[leaf] = int32(feature), int32(left)
	if missingLeft {
		t.Flags[leaf] |= MissingLeft
	}
	return left
}

func (t *Tree) addLeaf() {
	t.Feature = append(t.Feature, -1)
	t.Threshold = append(t.Threshold, 0)
	t.Left = append(t.Left, int32(len(t.Value)))
	t.Flags = append(t.Flags, 0)
	t.Cover = append(t.Cover, 0)
	t.Gain = append(t.Gain, 0)
	for range t.LeafSize {
		t.Value = append(t.Value, 0)
	}
}

// Leaf returns the leaf that a row reaches.
func (t *Tree) Leaf(row []float64) int { return t.leafFrom(0, row) }

func (t *Tree) leafFrom(node int, row []float64) int {
	for !t.IsLeaf(node) {
		node = t.Child(node, row[t.Feature[node]])
	}
	return node
}

// Child returns the child of a split that a value of its feature goes to.
func (t *Tree) Child(node int, x float64) int {
	left, missingLeft := int(t.Left[node]), t.Flags[node]&MissingLeft != 0
	goesLeft := x <= t.Threshold[node]
	switch {
	case t.Flags[node]&Categorical != 0:
		goesLeft = t.inSet(int(t.Threshold[node]), x) != missingLeft
	case x != x:
		goesLeft = missingLeft
	}
	if goesLeft {
		return left
	}
	return left + 1
}

// inSet reports whether x is a code of the set.
func (t *Tree) inSet(set int, x float64) bool {
	words := t.SetBits[t.SetStart[set]:t.SetStart[set+1]]
	// The comparison is false for NaN, so the conversion is always defined.
	if !(x >= 0 && x < float64(32*len(words))) {
		return false
	}
	c := uint(x)
	return float64(c) == x && words[c/32]>>(c%32)&1 != 0
}

// SetCodes returns the codes of a categorical split in rising order.
func (t *Tree) SetCodes(node int) []int {
	set := int(t.Threshold[node])
	var codes []int
	for i, word := range t.SetBits[t.SetStart[set]:t.SetStart[set+1]] {
		for b := range 32 {
			if word>>b&1 != 0 {
				codes = append(codes, 32*i+b)
			}
		}
	}
	return codes
}

// depthFrom returns the number of splits between a node and the deepest leaf below.
func (t *Tree) depthFrom(node int) int {
	if t.IsLeaf(node) {
		return 0
	}
	left := int(t.Left[node])
	return 1 + max(t.depthFrom(left), t.depthFrom(left+1))
}

// arrays names the slices that hold a tree, for saving and for loading.
func (t *Tree) arrays() map[string]any {
	return map[string]any{
		"feature": &t.Feature, "threshold": &t.Threshold, "left": &t.Left, "flags": &t.Flags,
		"cover": &t.Cover, "gain": &t.Gain, "value": &t.Value,
		"set_start": &t.SetStart, "set_bits": &t.SetBits,
	}
}

// check returns an error unless every row of that many features finds a leaf:
// arrays of equal length, children behind their parents, all else in range.
func (t *Tree) check(features int) error {
	n := len(t.Feature)
	for _, l := range []int{len(t.Threshold), len(t.Left), len(t.Flags), len(t.Cover), len(t.Gain)} {
		if l != n {
			return fmt.Errorf("tree of %d nodes has an array of %d", n, l)
		}
	}
	if n == 0 || t.LeafSize < 1 {
		return errors.New("tree without nodes or values")
	}
	for i := range n {
		if err := t.checkNode(i, features); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
	}
	return nil
}

func (t *Tree) checkNode(i, features int) error {
	left := int(t.Left[i])
	if t.IsLeaf(i) {
		if left < 0 || left > len(t.Value)-t.LeafSize {
			return fmt.Errorf("value %d of %d", left, len(t.Value))
		}
		return nil
	}
	if int(t.Feature[i]) >= features {
		return fmt.Errorf("feature %d of %d", t.Feature[i], features)
	}
	if left <= i || left >= len(t.Feature)-1 {
		return fmt.Errorf("child %d of %d", left, len(t.Feature))
	}
	if t.Flags[i]&Categorical == 0 {
		return nil
	}
	set := t.Threshold[i]
	if set != math.Trunc(set) || set < 0 || set >= float64(len(t.SetStart)-1) {
		return fmt.Errorf("set %v of %d", set, len(t.SetStart)-1)
	}
	from, to := t.SetStart[int(set)], t.SetStart[int(set)+1]
	if from < 0 || from > to || int(to) > len(t.SetBits) {
		return fmt.Errorf("set %v: words %d to %d of %d", set, from, to, len(t.SetBits))
	}
	return nil
}
