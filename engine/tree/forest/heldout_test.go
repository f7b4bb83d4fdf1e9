package forest

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree/treetest"
)

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
