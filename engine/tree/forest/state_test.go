package forest

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/must"
	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

func TestForestsAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	// Enough rows for a tree to hand subtrees to other processors, and to
	// search the columns of a node on several.
	x, y := treetest.Sample(80_000, 4, true, 1)
	for i := range 80_000 { // a column that is constant below its split
		x.Set(i, 1, math.Floor(x.At(i, 1)/50))
		y[i] += 20 * x.At(i, 1)
	}
	small, ySmall := treetest.Sample(700, 4, true, 2)
	for name, make := range learners() {
		t.Run(name, func(t *testing.T) {
			var want []byte
			for _, procs := range []int{1, 2, 5} {
				runtime.GOMAXPROCS(procs)
				f := make()
				var e *tree.Ensemble
				switch f := f.(type) {
				case *TreeRegressor:
					f.MinSamplesLeaf, f.CategoricalFeatures = 30, []int{0}
					e = fitTrees(t, f, x, y, nil)
				case *TreeClassifier:
					f.MinSamplesLeaf = 30
					e = fitTrees(t, f, x, treetest.Classes(y, 3), nil)
				default:
					e = fitTrees(t, f, small, targetFor(f, ySmall), nil)
				}
				got := bytesOf(t, f, e)
				if want == nil {
					want = got
				}
				require.Equal(t, want, got, "GOMAXPROCS %d", procs)
			}
		})
	}
}

// bytesOf is all that was learned.
func bytesOf(t testing.TB, f fitter, e *tree.Ensemble) []byte {
	t.Helper()
	head := must.Get(json.Marshal(f))(t)
	for _, part := range []any{e.Roots, e.Feature, e.Threshold, e.Left, e.Flags, e.Cover, e.Gain, e.Value, e.SetStart, e.SetBits} {
		head = must.Get(binary.Append(head, binary.LittleEndian, part))(t)
	}
	return head
}

func TestForestsSurviveSaving(t *testing.T) {
	x, y := treetest.Sample(200, 3, true, 3)
	for name, make := range learners() {
		t.Run(name, func(t *testing.T) {
			f := make()
			e := fitTrees(t, f, x, targetFor(f, y), nil)
			head := must.Get(json.Marshal(f))(t)
			loaded := make()
			require.NoError(t, json.Unmarshal(head, loaded))
			treetest.Copy(t, loaded.Arrays(), f.Arrays())
			require.NoError(t, loaded.Check())
			assert.Equal(t, bytesOf(t, f, e), bytesOf(t, loaded, loaded.learned().Trees))
			assert.Equal(t, meansOf(f, x), meansOf(loaded, x))
			e.Left[e.Roots[0]] = 0
			assert.Error(t, f.Check())
		})
	}
}

// meansOf is what a learner predicts, row by row and checked against a batch.
func meansOf(f fitter, x *mat.Dense) []float64 {
	a := f.learned()
	n, _ := x.Dims()
	k := a.Trees.Outputs
	out, row := make([]float64, n*k), make([]float64, k)
	a.predict(out, x)
	for i := range n {
		a.predict(row, mat.DenseCopyOf(x.Slice(i, i+1, 0, a.Features)))
		for j, v := range row {
			if v != out[i*k+j] {
				panic("test: a row alone differs from a batch")
			}
		}
	}
	return out
}
