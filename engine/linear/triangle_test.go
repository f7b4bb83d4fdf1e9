package linear

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Dot products of the triangle's columns are those of the rows, for one block
// and for many, in one lane and in many, and for fewer rows than columns.
func TestTriangleKeepsDotProducts(t *testing.T) {
	for _, c := range []struct{ n, p int }{{5, 9}, {10, 9}, {300, 40}, {9000, 40}, {60_000, 3}} {
		x, y, w := draw(c.n, c.p)
		s, err := newSample(x, y, w)
		require.NoError(t, err)
		m := s.means(true)
		tri, err := s.triangle(context.Background(), m)
		require.NoError(t, err)
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
		sp, err := tri.spectrum()
		require.NoError(t, err)
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
			model := &Ridge{Alpha: alpha, Positive: true}
			require.NoError(t, model.Fit(context.Background(), x, y, nil, nil))
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
