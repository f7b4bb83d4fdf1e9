package drift

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/sketch"
	"example.com/engine/table"
)

func TestProfile(t *testing.T) {
	rows := table.Must(
		table.Floats("x", []float64{1, 2, math.NaN(), 4, math.Inf(1)}),
		table.Categories("c", []string{"a", "b", "a", "", "a"}),
		table.Times("t", []int64{1e9, table.NullTime, 3e9, 3e9, 3e9}),
		table.Texts("s", []string{"", "ab", "abc", "ab", "ab"}),
	)
	p := Of(rows)
	assert.Equal(t, 5, p.Rows)
	x := p.Column("x")
	assert.Equal(t, []any{Number, 3, 2, 1.0, 4.0, 7.0 / 3}, []any{x.Kind, x.Count, x.Nulls, *x.Min, *x.Max, *x.Mean})
	assert.InDelta(t, math.Sqrt(14.0/9), *x.Std, 1e-15)
	assert.Equal(t, 0.4, x.NullShare())
	c := p.Column("c")
	assert.Equal(t, []any{4, 1, 1}, []any{c.Count, c.Nulls, c.Once})
	assert.True(t, c.Knows("b"))
	assert.False(t, c.Knows("z"))
	assert.Equal(t, []float64{1, 3}, p.Column("t").Points.Values)
	assert.Equal(t, []float64{3, 1}, p.Column("s").Points.Weights)
	assert.Nil(t, p.Column("nope"))

	chunks := NewProfiler(rows.Fields())
	for i := range rows.Len() {
		chunks.Add(rows.Slice(i, i+1))
	}
	assert.Equal(t, p, chunks.Profile())
	assert.Panics(t, func() { chunks.Add(table.Must(table.Texts("x", nil))) })
}

// A profile stays small, and reads back from its head and arrays.
func TestProfileSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, c := make([]float64, 50_000), make([]string, 50_000)
	for i := range x {
		x[i], c[i] = rng.NormFloat64(), fmt.Sprint(rng.IntN(5000))
	}
	p := Of(table.Must(table.Floats("x", x), table.Categories("c", c)))
	assert.LessOrEqual(t, len(p.Columns[0].Points.Values), maxPoints)
	assert.InDelta(t, 0, p.Columns[0].Quantiles[3], 0.03)
	assert.Len(t, p.Columns[1].Levels, maxLevels)
	assert.Positive(t, p.Columns[1].Others)
	assert.True(t, p.Columns[1].Knows("anything"))

	head, err := json.Marshal(p)
	require.NoError(t, err)
	back := &Profile{}
	require.NoError(t, json.Unmarshal(head, back))
	for name, array := range back.Arrays() {
		*array.(*[]float64) = *p.Arrays()[name].(*[]float64)
	}
	assert.Equal(t, p.Columns[0].Points.Values, back.Columns[0].Points.Values)
	assert.Len(t, back.Arrays(), 2)
	require.NoError(t, back.Validate())
	back.Columns[0].Points.Weights[3]++
	assert.ErrorContains(t, back.Validate(), `the profile of column "x" has 500 points that stand for 50001 of 50000 values`)
}

//go:generate python3 testdata/make.py

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
