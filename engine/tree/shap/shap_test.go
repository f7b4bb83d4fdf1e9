package shap

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/tree"
	"example.com/engine/tree/treetest"
)

// randomTree splits leaves at random until there are that many, with features
// that come again on a path, sets of codes, and covers of 0.
func randomTree(r *rand.Rand, leaves, features, leafSize int) *tree.Tree {
	t := tree.NewTree(leafSize)
	t.Cover[0] = 1000
	treetest.Split(r, leaves, func(leaf int) (left int) {
		f := r.IntN(features)
		if r.IntN(5) == 0 {
			left = t.SplitSet(leaf, f, []int{0, 2, 3}, r.IntN(2) == 0)
		} else {
			left = t.Split(leaf, f, float64(r.IntN(4))+0.5, r.IntN(2) == 0)
		}
		share := r.Float32()
		if r.IntN(10) == 0 {
			share = float32(r.IntN(2))
		}
		t.Cover[left], t.Cover[left+1] = share*t.Cover[leaf], (1-share)*t.Cover[leaf]
		return left
	}, t.Values)
	return t
}

func randomRow(r *rand.Rand, features int) []float64 {
	row := make([]float64, features)
	for f := range row {
		if row[f] = float64(r.IntN(5)); row[f] == 4 {
			row[f] = math.NaN()
		}
	}
	return row
}

// expected is what the tree predicts on average where only the features in the
// bit set known are: Lundberg et al. 2020, algorithm 1.
func expected(t *tree.Tree, node int, row []float64, known uint, k int) float64 {
	if t.IsLeaf(node) {
		return t.Values(node)[k]
	}
	f, left := int(t.Feature[node]), int(t.Left[node])
	if known>>f&1 != 0 {
		return expected(t, t.Child(node, row[f]), row, known, k)
	}
	share, weight := 0.5, float64(t.Cover[left])+float64(t.Cover[left+1])
	if weight > 0 {
		share = float64(t.Cover[left]) / weight
	}
	return share*expected(t, left, row, known, k) + (1-share)*expected(t, left+1, row, known, k)
}

// shapley sums over all sets of features, as Shapley's formula does.
func shapley(t *tree.Tree, row []float64, j, k int) float64 {
	p, sum := len(row), 0.0
	for set := range uint(1) << p {
		if set>>j&1 != 0 {
			continue
		}
		size := bits.OnesCount(set)
		weight := math.Gamma(float64(size+1)) * math.Gamma(float64(p-size)) / math.Gamma(float64(p+1))
		sum += weight * (expected(t, 0, row, set|1<<j, k) - expected(t, 0, row, set, k))
	}
	return sum
}

func TestContributionsAreShapleyValues(t *testing.T) {
	const features = 5
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		leafSize := 1 + int(seed%3)
		grown := randomTree(r, 1+r.IntN(40), features, leafSize)
		e := tree.NewEnsemble(leafSize, leafSize)
		e.Append(grown)
		x := New(e, features, 1, make([]float64, leafSize))
		for range 5 {
			row := randomRow(r, features)
			got := make([]float64, features*leafSize)
			x.Explain(got, row)
			for k := range leafSize {
				for j := range features {
					assert.InDelta(t, shapley(grown, row, j, k), got[k*features+j], 1e-12, "seed %d, feature %d", seed, j)
				}
				assert.InDelta(t, expected(grown, 0, row, 0, k), x.Base()[k], 1e-12)
			}
		}
	}
}

// A chain of 400 splits by as many features: what sums over sizes of sets
// would overflow or cancel in.
func TestContributionsOfADeepPath(t *testing.T) {
	const depth = 400
	grown := tree.NewTree(1)
	grown.Cover[0] = 1 << 20
	at, row := 0, make([]float64, depth)
	for f := range depth {
		left := grown.Split(at, f, 0.5, false)
		grown.Cover[left], grown.Cover[left+1] = grown.Cover[at]*0.9, grown.Cover[at]*0.1
		grown.Values(left + 1)[0] = float64(f % 7)
		at = left
	}
	grown.Values(at)[0] = 3
	e := tree.NewEnsemble(1, 1)
	e.Append(grown)
	x := New(e, depth, 1, []float64{0})
	got := make([]float64, depth)
	row[200] = 1
	x.Explain(got, row)
	sum := x.Base()[0]
	for _, v := range got {
		assert.False(t, math.IsNaN(v))
		sum += v
	}
	assert.InDelta(t, 200%7, sum, 1e-9)
}

func TestLegendreIsExactForPolynomials(t *testing.T) {
	for n := 1; n <= 200; n++ {
		u, w := legendre(n)
		for _, degree := range []int{0, 1, n, 2*n - 1} {
			sum := 0.0
			for i := range u {
				sum += w[i] * math.Pow(u[i], float64(degree))
			}
			assert.InEpsilon(t, 1/float64(degree+1), sum, 1e-12, "%d points, degree %d", n, degree)
		}
	}
}

//go:generate python3 testdata/shap.py

// foreignModel is a model of another library with its own contributions, of
// which the last number of a row is the base.
type foreignModel struct {
	Trees         [][][]any
	Base          float64
	Contributions [][]float64
}

// ensemble returns the model in the format of this package.
func (m *foreignModel) ensemble() *tree.Ensemble {
	e := tree.NewEnsemble(1, 1)
	for _, nodes := range m.Trees {
		t := tree.NewTree(1)
		var build func(from, to int)
		build = func(from, to int) {
			n := nodes[from]
			t.Cover[to] = float32(n[len(n)-1].(float64))
			if len(n) == 2 {
				t.Values(to)[0] = n[0].(float64)
				return
			}
			feature, missingLeft := int(n[0].(float64)), n[3].(bool)
			var left int
			if codes, ok := n[2].([]any); ok {
				var set []int
				for _, c := range codes {
					set = append(set, int(c.(float64)))
				}
				left = t.SplitSet(to, feature, set, missingLeft)
			} else {
				left = t.Split(to, feature, n[1].(float64), missingLeft)
			}
			build(int(n[4].(float64)), left)
			build(int(n[5].(float64)), left+1)
		}
		build(0, 0)
		e.Append(t)
	}
	return e
}

func TestContributionsAreThoseOfLightGBMAndXGBoost(t *testing.T) {
	var fixture struct {
		Rows              [][]treetest.Number
		LightGBM, XGBoost foreignModel
	}
	treetest.ReadJSON(t, "shap.json", &fixture)
	rows := treetest.Matrix(fixture.Rows)
	_, features := rows.Dims()
	check := func(name string, m *foreignModel, tolerance float64) {
		t.Helper()
		require.NotEmpty(t, m.Contributions, name)
		e := New(m.ensemble(), features, 1, []float64{m.Base})
		got := make([]float64, features)
		for i, want := range m.Contributions {
			e.Explain(got, rows.RawRowView(i))
			assert.InDeltaSlice(t, want[:features], got, tolerance, "%s, row %d", name, i)
			assert.InDelta(t, want[features], e.Base()[0], tolerance, name)
		}
	}
	check("lightgbm", &fixture.LightGBM, 1e-9)
	check("xgboost", &fixture.XGBoost, 2e-5) // in single precision
}
