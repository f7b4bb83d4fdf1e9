package drift

//go:generate python3 testdata/make.py

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/sketch"
)

// The statistics are scipy's, on the samples and with the script in testdata.
func TestOracle(t *testing.T) {
	data, err := os.ReadFile("testdata/scipy.json")
	require.NoError(t, err)
	var want struct {
		Numbers []struct {
			Name             string
			A, B             []float64
			KS               float64 `json:"ks"`
			ExactP           float64 `json:"exact_p"`
			AsymptoticP      float64 `json:"asymptotic_p"`
			Wasserstein, AUC float64
		}
		Counts []struct {
			A, B          []float64
			Chi2, P, PSI  float64
			Freedom       int
			JensenShannon float64 `json:"jensen_shannon"`
		}
		Fisher []struct {
			A, N, B, M int
			P          float64
		}
		Corrections []struct{ P, Q []float64 }
		Binomial    []struct {
			K, N    int
			P, Tail float64
		}
	}
	require.NoError(t, json.Unmarshal(data, &want))
	require.True(t, len(want.Numbers) > 5 && len(want.Counts) > 3 && len(want.Fisher) > 4)
	const tiny = 1e-9
	for _, w := range want.Numbers {
		a, b := sketch.Of(w.A), sketch.Of(w.B)
		d := KolmogorovSmirnov(a, b)
		assert.InDelta(t, w.KS, d, tiny, w.Name)
		assert.InDelta(t, w.ExactP, KolmogorovSmirnovP(d, len(w.A), len(w.B)), tiny, w.Name)
		en := float64(len(w.A)*len(w.B)) / float64(len(w.A)+len(w.B))
		assert.InDelta(t, w.AsymptoticP, kolmogorov(math.Sqrt(en)*d), tiny, w.Name)
		assert.InEpsilon(t, w.Wasserstein+1, Wasserstein(a, b)+1, tiny, w.Name)
		auc, _ := AUC(w.A, w.B)
		assert.InDelta(t, w.AUC, auc, tiny, w.Name)
	}
	for _, w := range want.Counts {
		statistic, freedom, p := ChiSquared(w.A, w.B)
		assert.InEpsilon(t, w.Chi2, statistic, tiny)
		assert.Equal(t, w.Freedom, freedom)
		assert.InDelta(t, w.P, p, tiny)
		assert.InDelta(t, w.JensenShannon, JensenShannon(w.A, w.B), tiny)
		assert.InDelta(t, w.PSI, PSI(w.A, w.B), tiny)
	}
	for _, w := range want.Fisher {
		assert.InDelta(t, w.P, Fisher(w.A, w.N, w.B, w.M), tiny, w)
	}
	for _, w := range want.Corrections {
		assert.InDeltaSlice(t, w.Q, BenjaminiHochberg(w.P), tiny)
	}
	for _, w := range want.Binomial {
		assert.InDelta(t, w.Tail, binomialP(w.K, w.N, w.P), tiny)
	}
}
