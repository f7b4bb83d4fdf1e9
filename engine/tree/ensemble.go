package tree

import (
	"cmp"
	"fmt"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
	"example.com/engine/rank"
)

// Ensemble is a list of trees whose leaf values add up. All nodes stand in the
// arrays of the embedded Tree; tree i starts at node Roots[i].
//
// With LeafSize equal to Outputs each tree adds to every output, as in a
// forest of classes. With LeafSize 1 and more outputs, tree i adds to output
// i modulo Outputs, as in multinomial boosting.
type Ensemble struct {
	Tree
	Outputs int     `json:"outputs"` // numbers that a row's prediction has
	Roots   []int32 `json:"-"`

	packed atomic.Pointer[packed] // for prediction; nil until it is needed
}

// NewEnsemble returns an ensemble without trees.
func NewEnsemble(outputs, leafSize int) *Ensemble {
	if leafSize != 1 && leafSize != outputs {
		panic("tree: leaf size must be 1 or the number of outputs")
	}
	return &Ensemble{Tree: Tree{LeafSize: leafSize}, Outputs: outputs}
}

// Trees returns the number of trees.
func (e *Ensemble) Trees() int { return len(e.Roots) }

// Span returns the root of tree i and the node after its last.
func (e *Ensemble) Span(i int) (root, end int) {
	if i+1 < len(e.Roots) {
		return int(e.Roots[i]), int(e.Roots[i+1])
	}
	return int(e.Roots[i]), len(e.Feature)
}

// Append copies a tree to the end of the list.
func (e *Ensemble) Append(t *Tree) {
	if t.LeafSize != e.LeafSize {
		panic("tree: leaf size mismatch")
	}
	node, value, set := int32(len(e.Feature)), int32(len(e.Value)), int32(max(0, len(e.SetStart)-1))
	e.Roots = append(e.Roots, node)
	e.Feature = append(e.Feature, t.Feature...)
	e.Threshold = append(e.Threshold, t.Threshold...)
	e.Left = append(e.Left, t.Left...)
	e.Flags = append(e.Flags, t.Flags...)
	e.Cover = append(e.Cover, t.Cover...)
	e.Gain = append(e.Gain, t.Gain...)
	e.Value = append(e.Value, t.Value...)
	for i := range t.Feature {
		at := int(node) + i
		if t.IsLeaf(i) {
			e.Left[at] += value
			continue
		}
		e.Left[at] += node
		if t.Flags[i]&Categorical != 0 {
			e.Threshold[at] += float64(set)
		}
	}
	e.appendSets(t)
	e.packed.Store(nil)
}

func (e *Ensemble) appendSets(t *Tree) {
	if len(t.SetStart) == 0 {
		return
	}
	if len(e.SetStart) == 0 {
		e.SetStart = append(e.SetStart, 0)
	}
	start := int32(len(e.SetBits))
	for _, s := range t.SetStart[1:] {
		e.SetStart = append(e.SetStart, start+s)
	}
	e.SetBits = append(e.SetBits, t.SetBits...)
}

// Truncate keeps the first n trees.
func (e *Ensemble) Truncate(n int) {
	if n >= len(e.Roots) {
		return
	}
	e.packed.Store(nil)
	nodes := int(e.Roots[n])
	values, sets := len(e.Value), len(e.SetStart)-1
	for i := nodes; i < len(e.Feature); i++ {
		if e.IsLeaf(i) {
			values = min(values, int(e.Left[i]))
		} else if e.Flags[i]&Categorical != 0 {
			sets = min(sets, int(e.Threshold[i]))
		}
	}
	e.Roots = e.Roots[:n]
	e.Feature, e.Threshold, e.Left, e.Flags = e.Feature[:nodes], e.Threshold[:nodes], e.Left[:nodes], e.Flags[:nodes]
	e.Cover, e.Gain, e.Value = e.Cover[:nodes], e.Gain[:nodes], e.Value[:values]
	if sets >= 0 {
		e.SetStart, e.SetBits = e.SetStart[:sets+1], e.SetBits[:e.SetStart[sets]]
	}
}

// LeafOf returns the leaf of tree i that a row reaches, a node of e.
func (e *Ensemble) LeafOf(i int, row []float64) int {
	return e.leafFrom(int(e.Roots[i]), row)
}

// Arrays names the slices that hold the ensemble, as pointers, for saving and
// for loading. Call Check after loading.
func (e *Ensemble) Arrays() map[string]any {
	e.packed.Store(nil)
	a := e.arrays()
	a["roots"] = &e.Roots
	return a
}

// Check returns an error unless every row of that many features gets a
// prediction: what a damaged file could hold must not panic or loop.
func (e *Ensemble) Check(features int) error {
	if e.Outputs < 1 || e.LeafSize != 1 && e.LeafSize != e.Outputs {
		return fmt.Errorf("ensemble of %d outputs with %d values a leaf", e.Outputs, e.LeafSize)
	}
	if len(e.Roots) == 0 && len(e.Feature) == 0 {
		return nil
	}
	if err := e.check(features); err != nil {
		return err
	}
	for i := range e.Roots {
		root, end := e.Span(i)
		if root < 0 || root >= end || end > len(e.Feature) {
			return fmt.Errorf("tree %d: nodes %d to %d of %d", i, root, end, len(e.Feature))
		}
		for node := root; node < end; node++ {
			if left := int(e.Left[node]); !e.IsLeaf(node) && left+1 >= end {
				return fmt.Errorf("node %d: child %d of the next tree", node, left)
			}
		}
	}
	return nil
}

// Importance is how much an ensemble uses each feature, in the order of the
// columns. Neither sums to 1, and a feature that no tree splits by has 0.
type Importance struct {
	// Gain is the sum of what the splits by the feature gained in the criterion
	// that the trees grew by. It favours features of many values, and shares
	// the gain of features that stand for one another out at random.
	Gain []float64 `json:"gain"`
	// Splits is the number of splits by the feature.
	Splits []int `json:"splits"`
}

// Importance returns that of each of so many features, added up over the
// trees.
func (e *Ensemble) Importance(features int) Importance {
	imp := Importance{Gain: make([]float64, features), Splits: make([]int, features)}
	for i, f := range e.Feature {
		if f >= 0 {
			imp.Gain[f] += float64(e.Gain[i])
			imp.Splits[f]++
		}
	}
	return imp
}

// ByGain returns the features by falling gain, the first on a tie.
func (imp Importance) ByGain() []int {
	return rank.Order(len(imp.Gain), func(a, b int) int { return cmp.Compare(imp.Gain[b], imp.Gain[a]) })
}

const (
	predictTask = 1 << 10 // rows that a goroutine takes at once
	stackKeys   = 128     // keys of a row that fit the stack
)

// AddRow adds the leaf values that a row reaches to the Outputs numbers of
// dst, tree after tree. It does not allocate, up to 127 features, and is safe
// for concurrent use.
func (e *Ensemble) AddRow(dst, row []float64) {
	var buffer [stackKeys]uint64
	keys := buffer[:]
	if len(row)+1 > len(keys) {
		keys = make([]uint64, len(row)+1)
	}
	keys = keys[:len(row)+1]
	p := e.pack()
	rowKeys(keys, row)
	if p.categorical {
		e.addRowAny(dst, row)
		return
	}
	p.addRow(dst, keys)
}

// addRowAny is AddRow for every kind of tree.
func (e *Ensemble) addRowAny(dst, row []float64) {
	for i, root := range e.Roots {
		e.addLeaf(dst, i, e.leafFrom(int(root), row))
	}
}

// addLeaf adds the values of a leaf of tree i.
func (e *Ensemble) addLeaf(dst []float64, i, leaf int) {
	if e.LeafSize == 1 {
		dst[i%e.Outputs] += e.Value[e.Left[leaf]]
		return
	}
	for k, v := range e.Values(leaf) {
		dst[k] += v
	}
}

// Add is AddRow for every row of x: dst holds Outputs numbers a row. Rows are
// shared out over the processors; the sums have the same bits as AddRow's.
func (e *Ensemble) Add(dst []float64, x *mat.Dense) {
	n, features := x.Dims()
	if len(dst) != n*e.Outputs {
		panic("tree: destination length mismatch")
	}
	if n == 1 {
		e.AddRow(dst, x.RawRowView(0))
		return
	}
	p := e.pack()
	parallel.Blocks(n, predictTask, func(from, to int) {
		part := dst[from*e.Outputs : to*e.Outputs]
		if p.suits(to - from) {
			p.rowSets().addRows(e, part, x, from, to)
			return
		}
		if p.categorical {
			for i := from; i < to; i++ {
				e.addRowAny(part[(i-from)*e.Outputs:][:e.Outputs], x.RawRowView(i))
			}
			return
		}
		size := p.blockRows(features)
		keys := make([]uint64, size*(features+1))
		for at := from; at < to; at += size {
			rows := min(size, to-at)
			for i := range rows {
				rowKeys(keys[i*(features+1):][:features+1], x.RawRowView(at+i))
			}
			p.addRows(part[(at-from)*e.Outputs:][:rows*e.Outputs], keys[:rows*(features+1)], rows)
		}
	})
}

// Fill has write fill the rows of dst, n × k, whose stride may be wider, as n·k numbers
// one after the other. Where the stride is k, write gets the matrix itself.
func Fill(dst *mat.Dense, n, k int, write func(rows []float64)) {
	if r, c := dst.Dims(); r != n || c != k {
		panic(fmt.Sprintf("tree: destination is %d × %d, want %d × %d", r, c, n, k))
	}
	if raw := dst.RawMatrix(); raw.Stride == raw.Cols {
		write(raw.Data[:n*k])
		return
	}
	rows := make([]float64, n*k)
	write(rows)
	dst.Copy(mat.NewDense(n, k, rows))
}
