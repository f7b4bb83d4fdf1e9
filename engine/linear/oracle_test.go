package linear

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/must"
	"example.com/engine/tree/treetest"
)

// regressor is what every regression of the package is.
type regressor interface {
	Fit(ctx context.Context, x *mat.Dense, y, w []float64, rng *rand.Rand) error
	Predict(dst []float64, x *mat.Dense)
}

// regressions makes each regression with its defaults, by its name in
// testdata/make.py.
var regressions = map[string]func() regressor{
	"dummy":         func() regressor { return NewDummy() },
	"least_squares": func() regressor { return NewLeastSquares() },
	"ridge":         func() regressor { return NewRidge() },
	"lasso":         func() regressor { return NewLasso() },
	"elastic_net":   func() regressor { return NewElasticNet() },
}

// rows is training data of a fixture.
type rows struct {
	X    [][]float64
	Y, W []float64
}

func (r rows) matrix() *mat.Dense {
	return mat.NewDense(len(r.X), len(r.X[0]), slices.Concat(r.X...))
}

func TestRegressionsAgreeWithScikitLearn(t *testing.T) {
	var fixture struct {
		Data        map[string]rows
		Regressions []struct {
			Kind, Data string
			Settings   json.RawMessage
			Weighted   bool
			Coef       []float64
			Intercept  float64
		}
	}
	treetest.ReadJSON(t, "linear.json", &fixture)
	require.Len(t, fixture.Regressions, 63)
	fixture.Data["census"] = census(t)
	for _, c := range fixture.Regressions {
		t.Run(fmt.Sprintf("%s %s %s weighted=%t", c.Kind, c.Settings, c.Data, c.Weighted), func(t *testing.T) {
			data := fixture.Data[c.Data]
			x, w := data.matrix(), data.W
			if !c.Weighted {
				w = nil
			}
			model := regressions[c.Kind]()
			require.NoError(t, json.Unmarshal(c.Settings, model))
			require.NoError(t, model.Fit(context.Background(), x, data.Y, w, nil))

			// A direct solution agrees to rounding: 1e-9 leaves room for the
			// condition of the columns, 5e3 at most. A descent ends at a
			// duality gap of 1e-15, and coefficients go with its root.
			tolerance := 1e-9
			if c.Kind == "lasso" || c.Kind == "elastic_net" {
				tolerance = 1e-6
			}
			want := Line{Coef: c.Coef, Intercept: c.Intercept}
			var got Line
			b := must.Get(json.Marshal(model))(t)
			require.NoError(t, json.Unmarshal(b, &got))
			if unique(c.Kind, c.Data, c.Settings) {
				near(t, "coef", got.Coef, want.Coef, tolerance)
				near(t, "intercept", []float64{got.Intercept}, []float64{want.Intercept}, tolerance)
			}
			fitted, expected := make([]float64, len(data.Y)), make([]float64, len(data.Y))
			model.Predict(fitted, x)
			want.Predict(expected, x)
			scale := max(math.Abs(slices.Max(expected)), math.Abs(slices.Min(expected)))
			require.InDeltaSlice(t, expected, fitted, tolerance*scale, "predictions")
		})
	}
}

// unique tells whether the problem has one solution. Where columns depend on
// each other, neither the penalty |β|₁ nor the bound at 0 says which one gets
// the coefficient, unlike the least norm and the penalty |β|².
func unique(kind, data string, settings json.RawMessage) bool {
	var s struct{ Positive bool }
	_ = json.Unmarshal(settings, &s)
	switch data {
	case "dependent":
		return kind != "lasso" && !s.Positive
	case "wide":
		return kind != "least_squares" || !s.Positive
	}
	return true
}

// near demands that each number is within the share tolerance of the one
// wanted, or of a millionth where that is smaller.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i := range want {
		require.InDelta(t, want[i], got[i], tolerance*max(math.Abs(want[i]), 1e-6), "%s %d", what, i)
	}
}

// census is the table that the project bundles.
func census(t *testing.T) rows {
	t.Helper()
	var r rows
	for _, row := range treetest.Census(t) {
		last := len(row) - 1
		r.X, r.Y = append(r.X, row[:last]), append(r.Y, row[last])
	}
	require.Len(t, r.Y, 20640)
	return r
}

// Dot products of the triangle's columns are those of the rows, for one block
// and for many, in one lane and in many, and for fewer rows than columns.
func TestTriangleKeepsDotProducts(t *testing.T) {
	for _, c := range []struct{ n, p int }{{5, 9}, {10, 9}, {300, 40}, {9000, 40}, {60_000, 3}} {
		x, y, w := draw(c.n, c.p)
		s := must.Get(newSample(x, y, w))(t)
		m := s.means(true)
		tri := must.Get(s.triangle(context.Background(), m))(t)
		require.LessOrEqual(t, len(tri.y), c.p+1)
		for j := range c.p {
			var withY, withFirst float64
			for i := range y {
				d := w[i] * (x.At(i, j) - m.x[j])
				withY += d * (y[i] - m.y)
				withFirst += d * (x.At(i, 0) - m.x[0])
			}
			near(t, "x·y", []float64{floats.Dot(tri.x[j], tri.y)}, []float64{withY}, 1e-9)
			near(t, "x·x", []float64{floats.Dot(tri.x[j], tri.x[0])}, []float64{withFirst}, 1e-9)
		}
		squares := 0.0
		for i := range y {
			squares += w[i] * math.Pow(y[i]-m.y, 2)
		}
		near(t, "y·y", []float64{floats.Dot(tri.y, tri.y)}, []float64{squares}, 1e-9)
	}
}

// The normal equations of a wide ridge say what the decomposition says; where
// they can't, they say nothing.
func TestWideRidge(t *testing.T) {
	for _, c := range []struct{ n, p int }{{30, wide + 40}, {600, wide + 40}} {
		x, y, w := draw(c.n, c.p)
		tri, _, err := prepare(context.Background(), x, y, w, true)
		require.NoError(t, err)
		sp := must.Get(tri.spectrum())(t)
		got := tri.normal(0.7)
		require.NotNil(t, got)
		near(t, "coefficients", got, sp.solve(0.7, sp.rank(noise)), 1e-8)
		if c.n < c.p {
			require.Nil(t, tri.normal(1e-12), "alpha drowns in rounding")
		}
	}
}

// The optimum over β ≥ 0 is where no column pulls the residual up, and those
// with a coefficient don't pull it at all (Karush, Kuhn and Tucker).
func TestNonNegativeIsOptimal(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 50 {
		n, p := 30, 1+trial%12
		x, y := mat.NewDense(n, p, nil), make([]float64, n)
		for i := range y {
			common := rng.NormFloat64() // columns correlate like models of one target
			y[i] = common + 0.3*rng.NormFloat64()
			for j := range p {
				x.Set(i, j, common+0.1*rng.NormFloat64())
			}
			x.Set(i, p-1, x.At(i, 0)) // the last repeats the first
		}
		for _, alpha := range []float64{0, 0.5} {
			model := fitted(t, &Ridge{Alpha: alpha, Positive: true}, x, y, nil)
			fitted := predict(model, x)
			for j := range p {
				pull := -alpha * model.Coef[j]
				for i := range y {
					pull += x.At(i, j) * (y[i] - fitted[i])
				}
				require.GreaterOrEqual(t, model.Coef[j], 0.0)
				require.LessOrEqual(t, pull, 1e-10)
				if model.Coef[j] > 0 {
					require.InDelta(t, 0, pull, 1e-10)
				}
			}
		}
	}
}
