package transform

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

type kMeansCase struct {
	Name        string
	Points      [][]float64
	Weights     []float64
	Init        [][]float64
	Centers     [][]float64
	Inertia     float64
	BestInertia float64 `json:"best_inertia"`
}

// TestKMeansFromGivenCenters takes scikit-learn's steps from the same start.
// It centers the data first and expands squares, so sums differ in the last
// digits, but no point may change hands.
func TestKMeansFromGivenCenters(t *testing.T) {
	for _, c := range readFixture[kMeansCase](t, "kmeans") {
		t.Run(c.Name, func(t *testing.T) {
			p := len(c.Points[0])
			x, centers := slices.Concat(c.Points...), slices.Concat(c.Init...)
			inertia := newClustering(x, p, c.Weights, centers).run(300, 1e-4*meanVariance(x, p))
			require.InDeltaSlice(t, slices.Concat(c.Centers...), centers, 1e-9)
			require.InEpsilon(t, c.Inertia, inertia, 1e-9)
		})
	}
}

// TestKMeansIsAsGoodAsScikitLearn compares with the best of five runs of ten
// seedings.
func TestKMeansIsAsGoodAsScikitLearn(t *testing.T) {
	for _, c := range readFixture[kMeansCase](t, "kmeans") {
		t.Run(c.Name, func(t *testing.T) {
			x := slices.Concat(c.Points...)
			_, inertia := kMeans(x, len(c.Points[0]), c.Weights, len(c.Init), 10, 300, 1e-4, source())
			require.LessOrEqual(t, inertia, c.BestInertia*1.01)
		})
	}
}

func source() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// TestKMeansBoundsSkipNothing compares with Lloyd's algorithm without bounds.
func TestKMeansBoundsSkipNothing(t *testing.T) {
	rng := source()
	for _, p := range []int{1, 2, 3} {
		x := make([]float64, 900*p)
		for i := range x {
			x[i] = math.Round(20*rng.NormFloat64()) / 4 // ties, too
		}
		start := slices.Clone(x[:7*p])
		c := newClustering(x, p, nil, slices.Clone(start))
		plain := slices.Clone(start)
		for range 12 {
			c.assign()
			labels := plainAssign(x, p, plain)
			require.Equal(t, labels, c.labels)
			c.update()
			copy(plain, c.centers)
		}
	}
}

func plainAssign(x []float64, p int, centers []float64) []int32 {
	labels := make([]int32, len(x)/p)
	for i := range labels {
		least := math.Inf(1)
		for k := range len(centers) / p {
			if d := squaredDistance(x[i*p:(i+1)*p], centers[k*p:(k+1)*p]); d < least {
				least, labels[i] = d, int32(k)
			}
		}
	}
	return labels
}

// TestKMeansWeightsAreRepeats weighs a point by 3 and repeats it three times.
func TestKMeansWeightsAreRepeats(t *testing.T) {
	rng := source()
	var once, repeated, weights []float64
	for range 200 {
		x, n := 10*rng.Float64(), rng.IntN(4)
		once, weights = append(once, x), append(weights, float64(n))
		for range n {
			repeated = append(repeated, x)
		}
	}
	a, b := []float64{1, 4, 9}, []float64{1, 4, 9}
	weighted := newClustering(once, 1, weights, a).run(300, 0)
	plain := newClustering(repeated, 1, nil, b).run(300, 0)
	require.InDeltaSlice(t, b, a, 1e-12)
	require.InEpsilon(t, plain, weighted, 1e-12)
}

// TestKMeansFillsEmptyClusters takes the farthest point from its cluster, which
// then is the mean of the others.
func TestKMeansFillsEmptyClusters(t *testing.T) {
	c := newClustering([]float64{0, 2, 4, 12}, 1, nil, []float64{3, 100})
	c.assign()
	require.Equal(t, []int32{0, 0, 0, 0}, c.labels)
	c.update()
	require.Equal(t, []float64{2, 12}, c.centers)
}

func TestKMeansOfFewDistinctPoints(t *testing.T) {
	x := slices.Repeat([]float64{1, 2}, 10)
	centers, inertia := kMeans(x, 1, nil, 4, 3, 300, 1e-4, source())
	require.Zero(t, inertia)
	for _, c := range centers {
		require.Contains(t, []float64{1, 2}, c)
	}
}

func TestKMeansSeedsAreDistinctPoints(t *testing.T) {
	x := linspace(0, 99, 100)
	w := make([]float64, 100)
	for i := range 50 {
		w[2*i] = 1 // even ones only
	}
	seeds := seed(x, 1, w, 20, source())
	slices.Sort(seeds)
	require.Len(t, slices.Compact(seeds), 20)
	for _, s := range seeds {
		require.Zero(t, math.Mod(s, 2), "a point of weight 0")
	}
}
