package tree

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

// stump returns x[0] <= 1.5 ? (x[1] in {0, 33} ? 3 : 2) : 5, NaN right at the
// root and left (with the codes outside the set) below.
func stump() *Tree {
	t := NewTree(1)
	left := t.Split(0, 0, 1.5, false)
	t.Values(left + 1)[0] = 5
	below := t.SplitSet(left, 1, []int{0, 33}, true)
	t.Values(below)[0], t.Values(below + 1)[0] = 2, 3
	return t
}

func TestTreeFollowsItsContract(t *testing.T) {
	tr := stump()
	require.NoError(t, tr.check(2))
	assert.Equal(t, 5, tr.Nodes())
	assert.Equal(t, 2, tr.depthFrom(0))
	assert.Equal(t, []int{0, 33}, tr.SetCodes(1))
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct{ x0, x1, want float64 }{
		{1.5, 0, 3}, // equal goes left
		{math.Nextafter(1.5, 2), 0, 5},
		{nan, 0, 5},
		{inf, 0, 5},
		{-inf, 33, 3},
		{1, 1, 2},
		{1, nan, 2},
		{1, 0.5, 2},
		{1, -1, 2},
		{1, 1e300, 2},
		{1, inf, 2},
	} {
		got := tr.Values(tr.Leaf([]float64{c.x0, c.x1}))[0]
		assert.Equal(t, c.want, got, "%v, %v", c.x0, c.x1)
	}
}

func TestEnsembleAppendsAndTruncates(t *testing.T) {
	e := NewEnsemble(1, 1)
	for range 3 {
		e.Append(stump())
	}
	require.NoError(t, e.Check(2))
	x := mat.NewDense(2, 2, []float64{1, 33, 2, 0})
	check := func(want ...float64) {
		t.Helper()
		got := make([]float64, 2)
		e.Add(got, x)
		assert.Equal(t, want, got)
	}
	check(9, 15)
	e.Truncate(1)
	require.NoError(t, e.Check(2))
	check(3, 5)
	e.Append(stump())
	check(6, 10)
	e.Truncate(0)
	check(0, 0)
}

func TestCheckRefusesDamage(t *testing.T) {
	for name, damage := range map[string]func(*Ensemble){
		"feature": func(e *Ensemble) { e.Feature[0] = 2 },
		"loop":    func(e *Ensemble) { e.Left[0] = 0 },
		"child":   func(e *Ensemble) { e.Left[5] = 9 },
		"value":   func(e *Ensemble) { e.Left[4] = 6 },
		"set":     func(e *Ensemble) { e.Threshold[1] = 2 },
		"bits":    func(e *Ensemble) { e.SetStart[1] = 9 },
		"length":  func(e *Ensemble) { e.Flags = e.Flags[1:] },
		"root":    func(e *Ensemble) { e.Roots[0] = 10 },
		"roots":   func(e *Ensemble) { e.Roots[1] = 0 },
		"mixed":   func(e *Ensemble) { e.Left[1] = 7 },
		"outputs": func(e *Ensemble) { e.Outputs = 0 },
	} {
		e := NewEnsemble(1, 1)
		e.Append(stump())
		e.Append(stump())
		require.NoError(t, e.Check(2))
		damage(e)
		assert.Error(t, e.Check(2), name)
	}
}

// grid holds what features and thresholds are drawn from, so that they meet.
var grid = []float64{math.Inf(-1), -1, math.Copysign(0, -1), 0, math.SmallestNonzeroFloat64, 0.5, 1, 2, 33, 1e300, math.Inf(1)}

// randomEnsemble draws trees of that many leaves: with splits by a threshold or,
// for every other feature, by a set of codes.
func randomEnsemble(rng *rand.Rand, trees, leaves, features, outputs, leafSize int, categorical bool, threshold func() float64) *Ensemble {
	e := NewEnsemble(outputs, leafSize)
	for range trees {
		t := NewTree(leafSize)
		treetest.Split(rng, leaves, func(leaf int) (left int) {
			f, missingLeft := rng.IntN(features), rng.IntN(2) == 0
			if categorical && f%2 == 0 {
				return t.SplitSet(leaf, f, []int{rng.IntN(3), 33}, missingLeft)
			}
			return t.Split(leaf, f, threshold(), missingLeft)
		}, t.Values)
		e.Append(t)
	}
	return e
}

// However many rows come at a time, each gets the sum of the leaves that it
// finds in one tree after the other, to the last bit.
func TestAddOfManyRowsIsThatOfEach(t *testing.T) {
	rng := treetest.Rand()
	const features = 5
	for _, shape := range []struct{ outputs, leafSize, leaves int }{{1, 1, 1}, {1, 1, 8}, {3, 1, 31}, {3, 3, 5}, {1, 1, 700}} {
		for _, categorical := range []bool{false, true} {
			e := randomEnsemble(rng, 7, shape.leaves, features, shape.outputs, shape.leafSize, categorical,
				func() float64 { return grid[rng.IntN(len(grid))] })
			require.NoError(t, e.Check(features))
			for _, n := range []int{1, 2, 15, 16, 63, 64, 65, 1100} {
				x := mat.NewDense(n, features, nil)
				want := make([]float64, n*shape.outputs)
				for i := range n {
					row := x.RawRowView(i)
					for f := range row {
						row[f] = append(grid, math.NaN())[rng.IntN(len(grid)+1)]
					}
					for j := range shape.outputs {
						want[i*shape.outputs+j] = 0.25
					}
					for tree := range e.Trees() {
						e.addLeaf(want[i*shape.outputs:][:shape.outputs], tree, e.LeafOf(tree, row))
					}
				}
				got := make([]float64, len(want))
				for i := range got {
					got[i] = 0.25
				}
				e.Add(got, x)
				assert.Equal(t, want, got, "%+v, categorical %v, %d rows", shape, categorical, n)
			}
		}
	}
}

// BenchmarkAdd is the time for 8,192 rows of 16 features, of which each has 255 thresholds.
func BenchmarkAdd(b *testing.B) {
	const rows, features = 8192, 16
	for _, leaves := range []int{8, 31, 255} {
		for _, categorical := range []bool{false, true} {
			b.Run(fmt.Sprintf("leaves=%d/categorical=%v", leaves, categorical), func(b *testing.B) {
				rng := treetest.Rand()
				e := randomEnsemble(rng, 15_500/leaves, leaves, features, 1, 1, categorical, func() float64 { return float64(rng.IntN(255)) / 255 })
				x := mat.NewDense(rows, features, nil)
				for i := range x.RawMatrix().Data {
					x.RawMatrix().Data[i] = rng.Float64()
					if categorical && i%2 == 0 {
						x.RawMatrix().Data[i] = float64(rng.IntN(5))
					}
				}
				dst := make([]float64, rows)
				for b.Loop() {
					e.Add(dst, x)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows*e.Trees()), "ns/row/tree")
			})
		}
	}
}

func TestImportanceOfAFeatureWithoutSplitsIsZero(t *testing.T) {
	e := NewEnsemble(1, 1)
	tree := stump()
	tree.Gain[0], tree.Gain[1] = 2, 3
	e.Append(tree)
	e.Append(tree)
	got := e.Importance(4)
	assert.Equal(t, []float64{4, 6, 0, 0}, got.Gain)
	assert.Equal(t, []int{2, 2, 0, 0}, got.Splits)
	assert.Equal(t, []int{1, 0, 2, 3}, got.ByGain())
}
