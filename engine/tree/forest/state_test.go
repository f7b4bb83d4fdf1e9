package forest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
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

// censusRows returns the rows that forest.py takes: 3,000 to learn from and 3,000
// to judge by.
func censusRows(t testing.TB) (train, test *mat.Dense, y, yTest []float64) {
	t.Helper()
	all := treetest.Census(t)
	p := len(all[0]) - 1
	x, target := mat.NewDense(6000, p, nil), make([]float64, 6000)
	for i := range 6000 {
		row := all[i*7919%len(all)]
		x.SetRow(i, row[:p])
		target[i] = row[p]
	}
	half := func(from int) *mat.Dense { return mat.DenseCopyOf(x.Slice(from, from+3000, 0, p)) }
	return half(0), half(3000), target[:3000], target[3000:]
}

// forest is any of the four learners that may be scored out of bag.
type forest interface {
	fitter
	oob() float64
}

func (o OutOfBag) oob() float64 { return o.Score }

func TestForestsScoreAsThoseOfScikitLearn(t *testing.T) {
	if testing.Short() {
		t.Skip("fits real data, which takes long with the race detector")
	}
	reference := readReference(t).HeldOut.Scores
	train, test, y, yTest := censusRows(t)
	high := func(y []float64) []float64 {
		out := make([]float64, len(y))
		for i, v := range y {
			if v > 180000 {
				out[i]++
			}
			if v > 300000 {
				out[i]++
			}
		}
		return out
	}
	for name, f := range map[string]forest{
		"forest":         with(NewRegressor(), func(f *Regressor) { f.MaxFeatures, f.OOBScore = "3", true }),
		"extra":          with(NewExtraRegressor(), func(f *ExtraRegressor) { f.MaxFeatures = "3" }),
		"forest_leaf5":   with(NewRegressor(), func(f *Regressor) { f.MaxFeatures, f.MinSamplesLeaf = "0.5", 5 }),
		"forest_classes": with(NewClassifier(), func(f *Classifier) { f.OOBScore = true }),
		"forest_entropy": with(NewClassifier(), func(f *Classifier) { f.Criterion, f.MinSamplesLeaf = entropy, 3 }),
		"extra_classes":  with(NewExtraClassifier(), func(f *ExtraClassifier) { f.MinSamplesLeaf = 2 }),
	} {
		t.Run(name, func(t *testing.T) {
			want := reference[name]
			require.NotZero(t, want.Score)
			const seeds = 2
			score, oob := 0.0, 0.0
			for seed := range uint64(seeds) {
				_, classes := f.(interface{ PredictProba(dst, x *mat.Dense) })
				target, targetTest := y, yTest
				if classes {
					target, targetTest = high(y), high(yTest)
				}
				require.NoError(t, f.Fit(context.Background(), train, target, nil, rand.New(rand.NewPCG(seed, 1))))
				score += heldOutScore(f.learned(), test, targetTest) / seeds
				oob += f.oob() / seeds
			}
			// The means of two forests and of ten differ by 0.77 spreads, as a rule.
			assert.InDelta(t, want.Score, score, 3*0.77*want.Spread)
			if want.OOB != 0 {
				assert.InDelta(t, want.OOB, oob, 0.01)
			}
			t.Logf("%s: %.4f, scikit-learn %.4f ± %.4f; out of bag %.4f and %.4f", name, score, want.Score, want.Spread, oob, want.OOB)
		})
	}
}

// heldOutScore is the root mean squared error, or the log loss of shares of at
// least 0.001.
func heldOutScore(a *Fitted, x *mat.Dense, y []float64) float64 {
	k := a.Trees.Outputs
	out, sum := make([]float64, len(y)*k), 0.0
	a.predict(out, x)
	for i, v := range y {
		if k == 1 {
			sum += (out[i] - v) * (out[i] - v)
		} else {
			sum -= math.Log(max(out[i*k+int(v)], 1e-3))
		}
	}
	if k == 1 {
		return math.Sqrt(sum / float64(len(y)))
	}
	return sum / float64(len(y))
}
