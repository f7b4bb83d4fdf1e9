package linear

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// draw makes n rows of p normal columns, a target that leans on the first
// columns, and weights 0, 1, 2 and 3.
func draw(n, p int) (x *mat.Dense, y, w []float64) {
	rng := rand.New(rand.NewPCG(1, uint64(n*p)))
	x = mat.NewDense(n, p, nil)
	y, w = make([]float64, n), make([]float64, n)
	for i := range y {
		row := x.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64() + float64(j)
		}
		y[i] = 3 + 2*row[0] + row[p/2] + rng.NormFloat64()
		w[i] = float64(rng.IntN(4))
	}
	return x, y, w
}

// each runs a test on every regression, in the order of their names.
func each(t *testing.T, test func(t *testing.T, create func() regressor)) {
	for _, name := range slices.Sorted(maps.Keys(regressions)) {
		t.Run(name, func(t *testing.T) { test(t, regressions[name]) })
	}
}

func fitted[R regressor](t *testing.T, r R, x *mat.Dense, y, w []float64) R {
	t.Helper()
	require.NoError(t, r.Fit(context.Background(), x, y, w, nil))
	return r
}

func predict(r regressor, x *mat.Dense) []float64 {
	n, _ := x.Dims()
	dst := make([]float64, n)
	r.Predict(dst, x)
	return dst
}

func TestWeightDoesWhatRepetitionDoes(t *testing.T) {
	x, y, w := draw(60, 3)
	var repeated rows
	for i := range y {
		for range int(w[i]) {
			repeated.X = append(repeated.X, x.RawRowView(i))
			repeated.Y = append(repeated.Y, y[i])
		}
	}
	each(t, func(t *testing.T, create func() regressor) {
		weighted, plain := create(), create()
		require.NoError(t, weighted.Fit(context.Background(), x, y, w, nil))
		require.NoError(t, plain.Fit(context.Background(), repeated.matrix(), repeated.Y, nil, nil))
		require.InDeltaSlice(t, predict(plain, x), predict(weighted, x), 1e-10)
	})
}

func TestSameBitsAtAnyNumberOfCPUs(t *testing.T) {
	x, y, w := draw(40_000, 6)
	each(t, func(t *testing.T, create func() regressor) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
		var want string
		for _, cpus := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(cpus)
			model := fitted(t, create(), x, y, w)
			got, err := json.Marshal(model)
			require.NoError(t, err)
			if cpus == 1 {
				want = string(got)
			}
			require.Equal(t, want, string(got))
		}
	})
}

func TestRowAloneGetsTheSameBits(t *testing.T) {
	x, y, _ := draw(50, 7)
	each(t, func(t *testing.T, create func() regressor) {
		model := fitted(t, create(), x, y, nil)
		batch, one := predict(model, x), make([]float64, 1)
		row := x.Slice(17, 18, 0, 7).(*mat.Dense)
		model.Predict(one, row)
		require.Equal(t, batch[17], one[0])
		require.Zero(t, testing.AllocsPerRun(10, func() { model.Predict(one, row) }))
	})
}

func TestFitDoesNotCopyX(t *testing.T) {
	x, y, _ := draw(200_000, 5) // 8 MB
	each(t, func(t *testing.T, create func() regressor) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.NoError(t, create().Fit(context.Background(), x, y, nil, nil))
		runtime.ReadMemStats(&after)
		// A median orders the rows by an index of 8 bytes each.
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(2<<20))
	})
}

func TestConstantColumnGetsNoCoefficient(t *testing.T) {
	x, y, w := draw(90, 4)
	for i := range y {
		x.Set(i, 2, 0.1) // its mean in float64 is not 0.1
	}
	for _, name := range []string{"least_squares", "ridge", "lasso", "elastic_net"} {
		model := fitted(t, regressions[name](), x, y, w)
		require.Zero(t, coefficients(t, model)[2], name)
	}
}

func coefficients(t *testing.T, model regressor) []float64 {
	var l Line
	b, err := json.Marshal(model)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &l))
	return l.Coef
}

func TestOneRowPredictsItsTarget(t *testing.T) {
	x := mat.NewDense(1, 2, []float64{5, 7})
	each(t, func(t *testing.T, create func() regressor) {
		model := fitted(t, create(), x, []float64{3}, nil)
		require.Equal(t, []float64{3}, predict(model, mat.NewDense(1, 2, []float64{-1, 99})))
	})
}

func TestScalesFarApart(t *testing.T) {
	x, y, _ := draw(500, 3)
	for i := range y {
		x.Set(i, 1, 1e12*x.At(i, 1))
	}
	model := fitted(t, NewLeastSquares(), x, y, nil)
	require.Equal(t, 1, model.Rank)
	require.Equal(t, []string{"least squares: the columns have rank 1 of 3: some repeat others, are constant, or need scaling"}, model.Warnings())
	model.Tol = 1e-15
	require.NoError(t, model.Fit(context.Background(), x, y, nil, nil))
	require.Equal(t, 3, model.Rank)
	require.Empty(t, model.Warnings())
}

func TestBadDataIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(x *mat.Dense, y, w []float64)
		want  string
	}{
		"cell": {
			func(x *mat.Dense, _, _ []float64) {
				x.Set(4, 1, math.NaN())
				x.Set(2, 2, math.NaN())
				x.Set(7, 1, math.NaN())
			},
			"linear: column 1 is NaN in row 4: impute missing values before a linear model",
		},
		"infinite cell": {
			func(x *mat.Dense, _, _ []float64) { x.Set(9, 2, math.Inf(-1)) },
			"linear: column 2 is -Inf in row 9: impute missing values before a linear model",
		},
		"target": {
			func(_ *mat.Dense, y, _ []float64) { y[3] = math.NaN() },
			"linear: target of row 3 is NaN",
		},
		"weight": {
			func(_ *mat.Dense, _, w []float64) { w[5] = -1 },
			"linear: weight of row 5 is -1",
		},
		"no weight": {
			func(_ *mat.Dense, _, w []float64) { clear(w) },
			"linear: the weights of 10 rows add up to 0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			x, y, w := draw(10, 3)
			c.spoil(x, y, w)
			require.EqualError(t, NewRidge().Fit(context.Background(), x, y, w, nil), c.want)
		})
	}
}

func TestOverflowIsAnError(t *testing.T) {
	x := mat.NewDense(3, 1, []float64{-1e-300, 0, 1e-300})
	err := NewLeastSquares().Fit(context.Background(), x, []float64{-1e100, 0, 1e100}, nil, nil)
	require.EqualError(t, err, "linear: coefficients overflow: scale the columns first")
}

func TestFitStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y, _ := draw(100, 3)
	require.ErrorIs(t, NewRidge().Fit(ctx, x, y, nil, nil), context.Canceled)
}

func TestWrongShapesPanic(t *testing.T) {
	x, y, _ := draw(10, 3)
	model := NewRidge()
	require.PanicsWithValue(t, "linear: predict before fit", func() { model.Predict(y, x) })
	require.PanicsWithValue(t, "linear: slice length mismatch", func() { _ = model.Fit(context.Background(), x, y[:4], nil, nil) })
	require.NoError(t, model.Fit(context.Background(), x, y, nil, nil))
	wide, _, _ := draw(10, 4)
	require.PanicsWithValue(t, "linear: x is 10 × 4, want 10 × 3", func() { model.Predict(y, wide) })
}

func TestDummyRegressor(t *testing.T) {
	check := func(strategy string, y, w []float64, want float64) {
		t.Helper()
		d := NewDummy()
		d.Strategy = strategy
		x := mat.NewDense(len(y), 1, []float64{math.NaN(), 0, 0, 0}[:len(y)])
		require.NoError(t, d.Fit(context.Background(), x, y, w, nil))
		require.Equal(t, []float64{want, want, want, want}[:len(y)], predict(d, x))
	}
	check("mean", []float64{1, 2, 6}, nil, 3)
	check("mean", []float64{1, 2, 6}, []float64{3, 0, 1}, 2.25)
	check("mean", []float64{0.1, 0.1, 0.1}, nil, 0.1)
	check("median", []float64{9, 1, 2}, nil, 2)
	check("median", []float64{9, 1, 2, 4}, nil, 3)
	check("median", []float64{9, 1, 2, 4}, []float64{1, 1, 0, 2}, 4)
	check("median", []float64{9, 1, 2, 4}, []float64{1, 1, 0, 0}, 5)
	check("median", []float64{9, 1, 2, 4}, []float64{0, 0, 1, 0}, 2)
}

func TestDummyClassifier(t *testing.T) {
	x := mat.NewDense(4, 1, nil)
	check := func(strategy string, w []float64, want ...float64) {
		t.Helper()
		d := NewDummyClassifier()
		d.Strategy = strategy
		require.NoError(t, d.Fit(context.Background(), x, []float64{2, 0, 2, 3}, w, nil))
		dst := mat.NewDense(1, 5, []float64{9, 9, 9, 9, 9})
		d.PredictProba(dst, x)
		require.Equal(t, want, dst.RawRowView(0))
	}
	check("prior", nil, 0.25, 0, 0.5, 0.25, 0)
	check("prior", []float64{1, 0, 1, 2}, 0, 0, 0.5, 0.5, 0)
	check("most_frequent", nil, 0, 0, 1, 0, 0)
	check("most_frequent", []float64{1, 0, 1, 2}, 0, 0, 1, 0, 0)
}

func TestDummyRefuses(t *testing.T) {
	x := mat.NewDense(2, 1, nil)
	check := func(strategy string, y []float64, want string) {
		t.Helper()
		d := &Dummy{Strategy: strategy}
		require.EqualError(t, d.Fit(context.Background(), x, y, nil, nil), want)
	}
	check("prior", []float64{0, 0.5}, "linear: target of row 1 is 0.5, not a class code 0, 1, 2…")
	check("prior", []float64{0, -1}, "linear: target of row 1 is -1, not a class code 0, 1, 2…")
	check("prior", []float64{0, 1e9}, "linear: target of row 1 is 1e+09, not a class code 0, 1, 2…")
	check("mode", []float64{0, 1}, `linear: dummy has no strategy "mode"`)
}
