package kmeans

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
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

func readCases(t *testing.T) []kMeansCase {
	t.Helper()
	data, err := os.ReadFile("testdata/kmeans.json")
	require.NoError(t, err, "python testdata/make.py makes it")
	var f struct {
		MadeWith map[string]string `json:"made_with"`
		Cases    []kMeansCase
	}
	require.NoError(t, json.Unmarshal(data, &f))
	require.NotEmpty(t, f.Cases)
	require.Equal(t, "1.9.1", f.MadeWith["scikit-learn"])
	return f.Cases
}

// TestKMeansFromGivenCenters takes scikit-learn's steps from the same start.
// It centers the data first and expands squares, so sums differ in the last
// digits, but no point may change hands.
func TestKMeansFromGivenCenters(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			p := len(c.Points[0])
			x, centers := slices.Concat(c.Points...), slices.Concat(c.Init...)
			inertia := From(x, p, c.Weights, centers, Settings{MaxIter: 300, Tol: 1e-4})
			require.InDeltaSlice(t, slices.Concat(c.Centers...), centers, 1e-9)
			require.InEpsilon(t, c.Inertia, inertia, 1e-9)
		})
	}
}

// TestKMeansIsAsGoodAsScikitLearn compares with the best of five runs of ten
// seedings.
func TestKMeansIsAsGoodAsScikitLearn(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			x := slices.Concat(c.Points...)
			_, inertia := Fit(x, len(c.Points[0]), c.Weights, Settings{NClusters: len(c.Init), NInit: 10, MaxIter: 300, Tol: 1e-4}, source())
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
	centers, inertia := Fit(x, 1, nil, Settings{NClusters: 4, NInit: 3, MaxIter: 300, Tol: 1e-4}, source())
	require.Zero(t, inertia)
	for _, c := range centers {
		require.Contains(t, []float64{1, 2}, c)
	}
}

func TestKMeansSeedsAreDistinctPoints(t *testing.T) {
	x, w := make([]float64, 100), make([]float64, 100)
	for i := range x {
		x[i], w[i] = float64(i), float64(1-i%2) // even ones only
	}
	seeds := seed(x, 1, w, 20, source())
	slices.Sort(seeds)
	require.Len(t, slices.Compact(seeds), 20)
	for _, s := range seeds {
		require.Zero(t, math.Mod(s, 2), "a point of weight 0")
	}
}

func TestLabelsFindClusters(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var points []float64
	for i := range 300 {
		points = append(points, float64(100*(i%3))+rng.NormFloat64(), rng.NormFloat64())
	}
	cluster := Labels(points, 2, 3, rng)
	for i := range 300 {
		require.Equal(t, cluster[i%3], cluster[i])
	}
	require.ElementsMatch(t, []int32{0, 1, 2}, cluster[:3])
	for range 20 { // the start has a center in each: they are far apart
		starts := slices.Collect(slices.Chunk(spread(points, 2, 3, rng), 2))
		slices.SortFunc(starts, slices.Compare)
		for c, start := range starts {
			require.InDelta(t, 100*c, start[0], 10)
		}
	}
	require.Equal(t, []int32{0, 0, 0}, Labels([]float64{1, 1, 1, 1, 1, 1}, 2, 2, rng))
	require.Empty(t, Labels(nil, 2, 2, rng))
}

// TestLabelsAreThoseOfPlainSteps compares with Lloyd's algorithm without bounds, on
// points with ties.
func TestLabelsAreThoseOfPlainSteps(t *testing.T) {
	for n := range uint64(40) {
		rng := rand.New(rand.NewPCG(n, 3))
		p, k := 1+int(n%3), 2+rng.IntN(9)
		x := make([]float64, p*(1+rng.IntN(700)))
		for i := range x {
			x[i] = math.Round(20*rng.NormFloat64()) / 4
		}
		want := plainLabels(x, p, spread(x, p, k, rand.New(rand.NewPCG(n, 4))))
		require.Equal(t, want, Labels(x, p, k, rand.New(rand.NewPCG(n, 4))))
	}
}

func plainLabels(x []float64, p int, centers []float64) []int32 {
	labels := make([]int32, len(x)/p)
	for range 100 {
		next := plainAssign(x, p, centers)
		if slices.Equal(next, labels) {
			break
		}
		labels = next
		count, means := make([]float64, len(centers)/p), slices.Clone(centers)
		for _, l := range labels {
			count[l]++
			clear(means[int(l)*p : int(l+1)*p])
		}
		for i, l := range labels {
			for j := range p {
				means[int(l)*p+j] += x[i*p+j] / count[l]
			}
		}
		centers = means
	}
	return labels
}

func ExampleLabels() {
	x := []float64{1, 1, 1, 2, 9, 9, 8, 9} // four points on a map
	fmt.Println(Labels(x, 2, 2, rand.New(rand.NewPCG(1, 2))))
	// Output: [0 0 1 1]
}
