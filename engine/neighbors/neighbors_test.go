package neighbors

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

//go:generate python3 testdata/make.py

var ctx = context.Background()

func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

func TestPredictionsAreScikitLearns(t *testing.T) {
	var fixture struct {
		Cases []struct {
			X, Q       [][]float64
			Y, Classes []float64
			Fits       []struct {
				Settings json.RawMessage
				Value    []float64
				Proba    [][]float64
			}
		}
	}
	b, err := os.ReadFile("testdata/neighbors.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &fixture))
	require.Len(t, fixture.Cases, 3)
	for _, c := range fixture.Cases {
		require.Len(t, c.Fits, 6)
		for _, fit := range c.Fits {
			t.Run(fmt.Sprintf("%d columns %s", len(c.X[0]), fit.Settings), func(t *testing.T) {
				r, k := NewRegressor(), NewClassifier()
				require.NoError(t, json.Unmarshal(fit.Settings, r))
				require.NoError(t, json.Unmarshal(fit.Settings, k))
				require.NoError(t, r.Fit(ctx, dense(c.X), c.Y, nil, nil))
				require.NoError(t, k.Fit(ctx, dense(c.X), c.Classes, nil, nil))
				value, proba := make([]float64, len(c.Q)), mat.NewDense(len(c.Q), 3, nil)
				r.Predict(value, dense(c.Q))
				k.PredictProba(proba, dense(c.Q))
				// Sums of at most seven terms, added in another order.
				require.InDeltaSlice(t, fit.Value, value, 1e-13)
				require.InDeltaSlice(t, slices.Concat(fit.Proba...), proba.RawMatrix().Data, 1e-14)
			})
		}
	}
}

// grid makes rows on a coarse grid, where many distances tie.
func grid(n, p int, rng *rand.Rand) *mat.Dense {
	return drawn(n, p, func() float64 { return float64(rng.IntN(6)) * 0.1 })
}

func normal(n, p int, rng *rand.Rand) *mat.Dense { return drawn(n, p, rng.NormFloat64) }

func drawn(n, p int, draw func() float64) *mat.Dense {
	x := mat.NewDense(n, p, nil)
	x.Apply(func(int, int, float64) float64 { return draw() }, x)
	return x
}

// The tree finds what looking at all rows and sorting them finds, ties too.
func TestTreeFindsWhatBruteForceFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 12, 13, 25, 100, 777} {
		for _, p := range []int{1, 2, 5, 15} {
			for _, x := range []*mat.Dense{grid(n, p, rng), normal(n, p, rng), mat.NewDense(n, p, nil)} {
				tree, brute := newIndex(x, true), newIndex(x, false)
				require.LessOrEqual(t, n/(len(tree.Splits)+1), leafRows)
				require.Empty(t, brute.Splits)
				q := normal(1, p, rng).RawRowView(0)
				for _, k := range []int{1, 5, n, n + 3} {
					want := sorted(x, q)
					want = want[:min(k, n)]
					require.Equal(t, want, brute.Nearest(nil, q, k))
					require.Equal(t, want, tree.Nearest(nil, q, k))
					for i := 0; i < n; i += 1 + n/50 {
						on := x.RawRowView(i)
						require.True(t, slices.Equal(brute.Nearest(nil, on, k), tree.Nearest(nil, on, k)))
					}
				}
			}
		}
	}
}

func TestSquared(t *testing.T) {
	a, b := []float64{1, 2, 3, 4, 5, 6, 7}, []float64{0, 4, 0, 8, 0, 12, 0}
	want := 0.0
	for p := range a {
		require.Equal(t, want, squared(a[:p], b[:p]))
		want += (a[p] - b[p]) * (a[p] - b[p])
	}
}

func sorted(x *mat.Dense, q []float64) []Neighbor {
	n, _ := x.Dims()
	all := make([]Neighbor, n)
	for i := range all {
		all[i] = Neighbor{Row: i, Squared: squared(q, x.RawRowView(i))}
	}
	slices.SortFunc(all, func(a, b Neighbor) int {
		return cmp.Or(cmp.Compare(a.Squared, b.Squared), cmp.Compare(a.Row, b.Row))
	})
	return all
}

// made returns rows of three normal columns, with a target and classes.
func made(n int) (x *mat.Dense, y, classes []float64) {
	rng := rand.New(rand.NewPCG(3, 4))
	x = normal(n, 3, rng)
	for i := range n {
		y = append(y, x.At(i, 0)+rng.NormFloat64())
		classes = append(classes, float64(rng.IntN(3)))
	}
	return x, y, classes
}

func TestBatchGivesTheBitsOfARow(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x, y, classes := made(500)
	r, c := NewRegressor(), NewClassifier()
	r.Weights, c.Weights = "distance", "distance"
	require.NoError(t, r.Fit(ctx, x, y, nil, nil))
	require.NoError(t, c.Fit(ctx, x, classes, nil, nil))
	q := normal(300, 3, rand.New(rand.NewPCG(5, 6)))
	for _, cpus := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(cpus)
		value, proba := make([]float64, 300), mat.NewDense(300, 4, nil)
		r.Predict(value, q)
		c.PredictProba(proba, q)
		one, onep := make([]float64, 1), mat.NewDense(1, 4, nil)
		for i := range 300 {
			row := q.Slice(i, i+1, 0, 3).(*mat.Dense)
			r.Predict(one, row)
			c.PredictProba(onep, row)
			require.Equal(t, value[i], one[0])
			require.Equal(t, proba.RawRowView(i), onep.RawRowView(0))
		}
	}
}

func TestOneRowHardlyAllocates(t *testing.T) {
	x, y, _ := made(500)
	r := NewRegressor()
	require.NoError(t, r.Fit(ctx, x, y, nil, nil))
	dst, row := make([]float64, 1), x.Slice(7, 8, 0, 3).(*mat.Dense)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { r.Predict(dst, row) }), 3.0) // the race detector empties the pool
}

func TestWeights(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{0, 1, 2, 10})
	r := NewRegressor()
	r.Neighbors = 2
	check := func(w []float64, at, want float64) {
		t.Helper()
		require.NoError(t, r.Fit(ctx, x, []float64{3, 5, 9, 70}, w, nil))
		dst := make([]float64, 1)
		r.Predict(dst, mat.NewDense(1, 1, []float64{at}))
		require.InDelta(t, want, dst[0], 1e-15)
	}
	check(nil, 0.1, 4)
	check([]float64{1, 3, 1, 1}, 0.1, 4.5)
	check([]float64{1, 0, 1, 1}, 0.1, 6) // the second nearest is left out
	r.Weights = "distance"
	check(nil, 0.25, (3/0.25+5/0.75)/(1/0.25+1/0.75))
	check([]float64{1, 3, 1, 1}, 0.25, (3/0.25+3*5/0.75)/(1/0.25+3/0.75))
	check(nil, 1, 5)
	check(nil, math.NaN(), math.NaN())
}

func TestSavedModelPredictsTheSame(t *testing.T) {
	x, y, _ := made(200)
	saved, loaded := NewRegressor(), new(Regressor)
	require.NoError(t, saved.Fit(ctx, x, y, slices.Repeat([]float64{2}, 200), nil))
	head, err := json.Marshal(saved)
	require.NoError(t, err)
	require.JSONEq(t, `{"n_neighbors": 5, "weights": "uniform", "columns": 3}`, string(head))
	require.NoError(t, json.Unmarshal(head, loaded))
	into := loaded.Arrays()
	for name, from := range saved.Arrays() {
		reflect.ValueOf(into[name]).Elem().Set(reflect.ValueOf(from).Elem())
	}
	want, got := make([]float64, 200), make([]float64, 200)
	saved.Predict(want, x)
	loaded.Predict(got, x)
	require.Equal(t, want, got)
}

func TestBadDataIsNamed(t *testing.T) {
	x, y, classes := made(10)
	check := func(err error, want string) {
		t.Helper()
		require.EqualError(t, err, want)
	}
	r, c := NewRegressor(), NewClassifier()
	w := make([]float64, 10)
	w[3] = 1
	check(r.Fit(ctx, x, y, w, nil), "neighbors: 5 neighbours need as many rows with weight, there are 1")
	w[4] = -1
	check(r.Fit(ctx, x, y, w, nil), "neighbors: weight of row 4 is -1")
	classes[2] = 0.5
	check(c.Fit(ctx, x, classes, nil, nil), "neighbors: target of row 2 is 0.5, not a class code 0, 1, 2…")
	y[6] = math.Inf(1)
	check(r.Fit(ctx, x, y, nil, nil), "neighbors: target of row 6 is +Inf")
	x.Set(8, 1, math.NaN())
	check(r.Fit(ctx, x, y, nil, nil), "neighbors: column 1 is NaN in row 8: impute missing values before nearest neighbours")
	_, err := NewIndex(x)
	check(err, "neighbors: column 1 is NaN in row 8: impute missing values before nearest neighbours")
}

func TestWrongShapesPanic(t *testing.T) {
	x, y, classes := made(10)
	r, c := NewRegressor(), NewClassifier()
	check := func(want string, f func()) {
		t.Helper()
		require.PanicsWithValue(t, want, f)
	}
	check("neighbors: predict before fit", func() { r.Predict(y, x) })
	require.NoError(t, r.Fit(ctx, x, y, nil, nil))
	require.NoError(t, c.Fit(ctx, x, classes, nil, nil))
	check("neighbors: slice length mismatch", func() { r.Predict(y[:3], x) })
	check("neighbors: slice length mismatch", func() { _ = r.Fit(ctx, x, y[:3], nil, nil) })
	check("neighbors: fewer columns than classes", func() { c.PredictProba(mat.NewDense(10, 2, nil), x) })
	check("neighbors: point has 2 columns, want 3", func() { r.Predict(y, mat.NewDense(10, 2, nil)) })
}

// BenchmarkNearest looks for neighbours among 16,512 points in a plane, of which
// some are at one place, as districts on a map are.
func BenchmarkNearest(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := mat.NewDense(16_512, 2, nil)
	for i := range 16_512 {
		town := float64(rng.IntN(8))
		x.SetRow(i, []float64{float64(int(100*(town+rng.NormFloat64()/2))) / 100, float64(int(100*(town+rng.NormFloat64()))) / 100})
	}
	index, err := NewIndex(x)
	if err != nil {
		b.Fatal(err)
	}
	for _, k := range []int{5, 40} {
		b.Run(fmt.Sprint(k), func(b *testing.B) {
			found := make([]Neighbor, 0, k)
			for i := 0; b.Loop(); i++ {
				index.Nearest(found, x.RawRowView(i*7919%16_512), k)
			}
		})
	}
}
