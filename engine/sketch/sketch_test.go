package sketch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Few distinct numbers are counted exactly, however many values there are.
func TestQuantilesExact(t *testing.T) {
	q := NewQuantiles()
	for i := range 100_000 {
		q.Add(float64(i % exactValues))
	}
	p := q.Points()
	require.True(t, q.Exact() && p.Exact)
	require.Len(t, p.Values, exactValues)
	assert.Equal(t, 100_000.0, p.Count())
	assert.Equal(t, 510.0, p.Quantile(0.5)) // 672 values come 98 times, the others 97
	assert.Equal(t, 1.0, p.Share(exactValues-1))
	assert.InDelta(t, 98/100_000.0, p.Share(0), 1e-12)
}

// The rank of every percentile is within five standard deviations of the
// documented error, in whatever order the numbers come.
func TestQuantilesError(t *testing.T) {
	const n = 1_000_001
	rng := rand.New(rand.NewPCG(1, 2))
	orders := map[string]func(int) float64{
		"rising":  func(i int) float64 { return float64(i) },
		"falling": func(i int) float64 { return float64(n - 1 - i) },
		"saw":     func(i int) float64 { return float64(i * 7919 % n) },
	}
	for name, at := range orders {
		q := NewQuantiles()
		for i := range n {
			q.Add(at(i))
		}
		p := q.Points()
		assert.False(t, q.Exact())
		assert.Equal(t, float64(n), p.Count())
		assert.Equal(t, 0.0, p.Values[0])
		assert.Equal(t, float64(n-1), p.Values[len(p.Values)-1])
		require.Equal(t, n, q.count)
		for _, points := range []Points{p, p.Thin(1000)} {
			for range 200 {
				share := rng.Float64()
				assert.InDelta(t, share, points.Share(share*n), 5*0.002, "%s %v", name, share)
			}
		}
	}
}

// A value that holds much of the weight keeps it.
func TestThinKeepsAtoms(t *testing.T) {
	q := NewQuantiles()
	for i := range 100_000 {
		q.Add(float64(i))
		q.Add(5000.5)
	}
	p := q.Points().Thin(200)
	assert.LessOrEqual(t, len(p.Values), 200)
	assert.Equal(t, 200_000.0, p.Count())
	assert.InDelta(t, 0.5, p.Share(5000.5)-p.Share(5000.4), 0.015)
	assert.Equal(t, 0.0, p.Values[0])
	assert.Equal(t, 99_999.0, p.Values[len(p.Values)-1])
}

func TestPoints(t *testing.T) {
	p := Of([]float64{3, 1, math.NaN(), 3, 2})
	assert.Equal(t, Points{Values: []float64{1, 2, 3}, Weights: []float64{1, 1, 2}, Exact: true}, p)
	assert.InDelta(t, 2.25, p.Mean(), 1e-15)
	assert.InDelta(t, math.Sqrt(0.6875), p.Std(), 1e-15)
	assert.Equal(t, 1.0, p.Quantile(0))
	assert.Equal(t, 3.0, p.Quantile(1))
	assert.True(t, math.IsNaN(Points{}.Quantile(0.5)) && math.IsNaN(Points{}.Share(1)) && math.IsNaN(Points{}.Mean()))
	assert.Panics(t, func() { NewQuantiles().Add(math.Inf(1)) })
}

func TestDistinct(t *testing.T) {
	for _, n := range []int{0, 10, sampledValues, 1_000_000} {
		d := NewDistinct()
		for i := range n {
			d.Add(Hash(fmt.Sprint(i)))
		}
		assert.Equal(t, n <= sampledValues, d.halved == 0)
		assert.InEpsilon(t, n+1, d.Count()+1, 0.05, n)
		repeated, followed := d.Repeated()
		assert.Zero(t, repeated)
		assert.GreaterOrEqual(t, followed, min(n, sampledValues/4))
	}
	d := NewDistinct()
	for i := range 200_000 {
		d.Add(Hash(fmt.Sprint(i / 2)))
	}
	repeated, followed := d.Repeated()
	assert.Equal(t, followed, repeated)
}
