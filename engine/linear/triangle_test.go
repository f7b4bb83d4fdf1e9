package linear

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
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
