package linear

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Above the alpha at which the strongest column pulls no more than the
// penalty, every coefficient is 0; just below it, one is not.
func TestLassoPathStartsAtTheStrongestPull(t *testing.T) {
	x, y, w := draw(80, 5)
	s, err := newSample(x, y, w)
	require.NoError(t, err)
	m := s.means(true)
	strongest := 0.0
	for j := range 5 {
		pull := 0.0
		for i := range y {
			pull += w[i] * (x.At(i, j) - m.x[j]) * (y[i] - m.y) / m.weight
		}
		strongest = max(strongest, pull)
	}
	check := func(alpha float64, want int) {
		t.Helper()
		l := NewLasso()
		l.Alpha = alpha
		require.NoError(t, l.Fit(context.Background(), x, y, w, nil))
		used := 0
		for _, c := range l.Coef {
			if c != 0 {
				used++
			}
		}
		require.Equal(t, want, used)
	}
	check(strongest*1.001, 0)
	check(strongest*0.999, 1)
	check(0, 5)
}

func TestDescentSaysWhenItDidNotConverge(t *testing.T) {
	x, y, _ := draw(80, 5)
	e := NewElasticNet()
	e.Alpha, e.MaxIter, e.Tol = 1e-4, 1, 1e-12
	require.NoError(t, e.Fit(context.Background(), x, y, nil, nil))
	require.False(t, e.Converged)
	require.Len(t, e.Warnings(), 1)
	require.Contains(t, e.Warnings()[0], "did not converge in 1 sweeps")
	e.MaxIter = 1000
	require.NoError(t, e.Fit(context.Background(), x, y, nil, nil))
	require.True(t, e.Converged)
	require.GreaterOrEqual(t, e.DualGap, -1e-14)
	require.Empty(t, e.Warnings())
}

func TestElasticNetStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, y, _ := draw(4, 5) // so few rows that they are not reduced
	require.ErrorIs(t, NewElasticNet().Fit(ctx, x, y, nil, nil), context.Canceled)
}
