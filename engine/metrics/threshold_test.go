package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every threshold is tried, by asking for each what a prepared metric says.
func TestBestThresholdIsTheBestOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	y, score, w := make([]float64, 60), make([]float64, 60), make([]float64, 60)
	for i := range y {
		y[i], score[i], w[i] = float64(rng.IntN(2)), float64(rng.IntN(20))/20, float64(rng.IntN(3))
	}
	list := append(All(Binary), Cost(1, 4), Cost(3, 0.5))
	for _, m := range list {
		for _, w := range [][]float64{nil, w} {
			if m.Of == nil {
				continue
			}
			at := func(limit float64) float64 {
				pred := make([]float64, len(y))
				for i, s := range score {
					if s >= limit {
						pred[i] = 1
					}
				}
				return m.Score(Data{Y: y, Pred: pred, W: w})
			}
			limit, value := BestThreshold(y, score, w, m)
			require.Equal(t, value, at(limit), m.Name)
			for _, other := range append([]float64{math.Inf(1), math.Inf(-1)}, score...) {
				require.False(t, m.Better(at(other), value), "%s at %v is better than at %v", m.Name, other, limit)
			}
		}
	}
}

func TestBestThresholdEdges(t *testing.T) {
	y, score := []float64{0, 1, 0}, []float64{0.1, 0.2, 0.3}
	check := func(fp, fn, want float64) {
		t.Helper()
		at, _ := BestThreshold(y, score, nil, Cost(fp, fn))
		require.InDelta(t, want, at, 1e-15)
	}
	at, _ := BestThreshold(y, score, nil, Cost(1, 0))
	require.Equal(t, math.Inf(1), at)
	check(0.5, 2, (0.1+0.2)/2)
	check(0, 1, 0.1+(0.2-0.1)/2)
	accuracy, err := Lookup("accuracy")
	require.NoError(t, err)
	next := math.Nextafter(1, 2)
	at, _ = BestThreshold([]float64{0, 1}, []float64{1, next}, nil, accuracy)
	require.Equal(t, next, at, "nothing lies between")
	at, _ = BestThreshold([]float64{1, 1}, []float64{0, 1}, nil, accuracy)
	require.Equal(t, math.Inf(-1), at)
}

func TestCostByName(t *testing.T) {
	m, err := Lookup("cost_0.5_20")
	require.NoError(t, err)
	require.Equal(t, "cost_0.5_20", m.Name)
	require.Equal(t, (0.5+2*20)/5, m.Score(Data{Y: []float64{0, 0, 1, 1, 1}, Pred: []float64{0, 1, 0, 0, 1}}))
	for _, name := range []string{"cost_", "cost_1", "cost_-1_2", "cost_0_0", "cost_1_2_3", "cost_NaN_1", "cost_1_Inf"} {
		_, err := Lookup(name)
		require.ErrorContains(t, err, "as cost_1_20", name)
	}
}
