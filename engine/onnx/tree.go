package onnx

import (
	"math"
	"slices"

	"example.com/engine/onnx/graph"
	"example.com/engine/tree"
)

// Modes of nodes, of TreeEnsemble of ai.onnx.ml 5.
const (
	modeLessOrEqual = 0
	modeMember      = 6
)

// treeEnsemble is trees in the arrays of TreeEnsemble: splits and leaves apart. A
// leaf adds one number to one target.
type treeEnsemble struct {
	features, trueNodes, falseNodes   []int64 // by split
	trueLeaves, falseLeaves, nullTrue []int64 // by split: 1 or 0
	thresholds                        []float64
	modes                             []byte
	members                           []float64 // of each set, NaN after it
	roots                             []int64
	targets                           []int64 // by leaf
	weights                           []float64
}

// ensemble sums the trees for each row of x, [N, features] → [N, Outputs].
// off has one for each feature.
func (e *exporter) ensemble(trees *tree.Ensemble, x string, off []graph.Rounding) string {
	x = e.onlyCodes(trees, x, len(off))
	if trees.LeafSize == 1 {
		return e.trees(trees, x, off, func(i, value int) (int, float64) { return i % trees.Outputs, trees.Value[value] }, trees.Outputs)
	}
	// Leaves of several numbers: the trees tell which leaf, and a table has its
	// numbers. They are added in the order of the trees.
	leaves := e.trees(trees, x, off, func(i, value int) (int, float64) { return i, float64(value / trees.LeafSize) }, trees.Trees())
	dims := []int64{int64(len(trees.Value) / trees.LeafSize), int64(trees.LeafSize)}
	values := e.Constant("leaves", graph.DoubleTensor(dims, trees.Value...))
	return e.Reduce("ReduceSum", e.Gather(values, e.Cast(e.Swap(leaves, 1, 0), graph.Int64s), 0), 0)
}

// onlyCodes makes -1, which is in no set, of fractions in columns that are
// split by sets.
//
// Note: for a set of codes below and above 53, onnxruntime 1.32 cuts a number to
// a whole one before it looks whether the set has it.
func (e *exporter) onlyCodes(trees *tree.Ensemble, x string, features int) string {
	coded := make([]float64, features)
	for i, f := range trees.Feature {
		if f >= 0 && trees.Flags[i]&tree.Categorical != 0 {
			coded[f] = 1
		}
	}
	if !slices.Contains(coded, 1) {
		return x
	}
	fraction := e.Op("Greater", x, e.Op("Floor", x))
	return e.Where(e.And(fraction, e.Equal(e.Row("coded", coded), e.Num(1))), e.Num(-1), x)
}

// trees gives the node. leaf returns target and number of a leaf of tree i
// from the position of its first value.
func (e *exporter) trees(trees *tree.Ensemble, x string, off []graph.Rounding, leaf func(i, value int) (int, float64), targets int) string {
	f := treeEnsemble{}
	for i := range trees.Trees() {
		root, end := trees.Span(i)
		f.add(trees, root, end, off, func(value int) (int, float64) { return leaf(i, value) })
	}
	return e.OpWith("TreeEnsemble", f.attributes(targets), x)
}

// add appends the tree of the nodes root ≤ node < end.
func (f *treeEnsemble) add(trees *tree.Ensemble, root, end int, off []graph.Rounding, leaf func(value int) (int, float64)) {
	place := make([]int64, end-root) // of each node among the splits or the leaves
	splits := int64(len(f.features))
	for n := root; n < end; n++ {
		if trees.IsLeaf(n) {
			target, weight := leaf(int(trees.Left[n]))
			place[n-root] = int64(len(f.weights))
			f.targets, f.weights = append(f.targets, int64(target)), append(f.weights, weight)
			continue
		}
		place[n-root] = splits
		splits++
	}
	f.roots = append(f.roots, int64(len(f.features)))
	if trees.IsLeaf(root) { // ONNX has no such tree: a split with the leaf on both sides
		f.split(0, 0, place[0], place[0], 1, 1)
		return
	}
	for n := root; n < end; n++ {
		if !trees.IsLeaf(n) {
			f.addSplit(trees, n, off, func(child int) (int64, int64) { return place[child-root], bit(trees.IsLeaf(child)) })
		}
	}
}

func (f *treeEnsemble) addSplit(trees *tree.Ensemble, n int, off []graph.Rounding, at func(child int) (place, leaf int64)) {
	left, nullLeft := int(trees.Left[n]), trees.Flags[n]&tree.MissingLeft != 0
	feature := int64(trees.Feature[n])
	if trees.Flags[n]&tree.Categorical == 0 {
		yes, yesLeaf := at(left)
		no, noLeaf := at(left + 1)
		f.split(feature, graph.UpTo(trees.Threshold[n], off[feature]), yes, no, yesLeaf, noLeaf)
		f.nullTrue[len(f.nullTrue)-1] = bit(nullLeft)
		return
	}
	in, out := left, left+1 // codes of the set go away from null
	if nullLeft {
		in, out = out, in
	}
	yes, yesLeaf := at(in)
	no, noLeaf := at(out)
	f.split(feature, 0, yes, no, yesLeaf, noLeaf)
	f.modes[len(f.modes)-1] = modeMember
	for _, code := range trees.SetCodes(n) {
		f.members = append(f.members, float64(code))
	}
	f.members = append(f.members, math.NaN())
}

// split appends a split that sends up to the threshold to yes and null to no.
func (f *treeEnsemble) split(feature int64, threshold float64, yes, no, yesLeaf, noLeaf int64) {
	f.features, f.thresholds = append(f.features, feature), append(f.thresholds, threshold)
	f.trueNodes, f.falseNodes = append(f.trueNodes, yes), append(f.falseNodes, no)
	f.trueLeaves, f.falseLeaves = append(f.trueLeaves, yesLeaf), append(f.falseLeaves, noLeaf)
	f.nullTrue, f.modes = append(f.nullTrue, 0), append(f.modes, modeLessOrEqual)
}

func bit(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

func (f *treeEnsemble) attributes(targets int) []graph.Attribute {
	list := func(v []float64) graph.Tensor { return graph.DoubleTensor([]int64{int64(len(v))}, v...) }
	all := graph.With(
		"aggregate_function", 1, // sum
		"leaf_targetids", f.targets,
		"leaf_weights", list(f.weights),
	)
	if len(f.members) > 0 {
		all = append(all, graph.With("membership_values", list(f.members))...)
	}
	return append(all, graph.With(
		"n_targets", targets,
		"nodes_falseleafs", f.falseLeaves,
		"nodes_falsenodeids", f.falseNodes,
		"nodes_featureids", f.features,
		"nodes_missing_value_tracks_true", f.nullTrue,
		"nodes_modes", graph.Tensor{Dims: []int64{int64(len(f.modes))}, Kind: graph.UInt8s, Raw: f.modes},
		"nodes_splits", list(f.thresholds),
		"nodes_trueleafs", f.trueLeaves,
		"nodes_truenodeids", f.trueNodes,
		"post_transform", 0,
		"tree_roots", f.roots,
	)...)
}
