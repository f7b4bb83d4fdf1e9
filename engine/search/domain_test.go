package search

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
)

func domain(t testing.TB, text string) Domain {
	t.Helper()
	var d Domain
	require.NoError(t, config.Parse("", []byte(text), &d))
	return d
}

// The draws of one path over the trials have the distribution that the kind
// names: the largest distance of the distribution functions stays below the
// critical value of Kolmogorov and Smirnov for one in a thousand.
func TestRangesHaveTheirDistribution(t *testing.T) {
	const n = 4000
	check := func(text string, cdf func(float64) float64) {
		t.Helper()
		d := domain(t, text)
		var v []float64
		for i := range n {
			v = append(v, drawn{7, i}.number("estimator.ridge.alpha", &d))
		}
		slices.Sort(v)
		assert.GreaterOrEqual(t, v[0], d.Low)
		assert.LessOrEqual(t, v[n-1], d.High)
		distance := 0.0
		for i, x := range v {
			if i+1 < n && v[i+1] == x { // ties: where the step ends
				continue
			}
			distance = max(distance, math.Abs(cdf(x)-float64(i+1)/n))
		}
		assert.Less(t, distance, 1.95/math.Sqrt(n), text)
	}
	check("uniform: [-3, 5]", func(x float64) float64 { return (x + 3) / 8 })
	check("log_uniform: [0.001, 100]", func(x float64) float64 { return math.Log(x/0.001) / math.Log(1e5) })
	check("int_uniform: [5, 80]", func(x float64) float64 { return (x - 4) / 76 })
	check("log_int_uniform: [1, 100]", func(x float64) float64 { return math.Log((x+0.5)/0.5) / math.Log(100.5/0.5) })
}

func TestBothEndsAreDrawn(t *testing.T) {
	for _, kind := range []string{IntUniform, LogIntUniform} {
		d := domain(t, kind+": [1, 3]")
		seen := map[float64]bool{}
		for i := range 100 {
			seen[drawn{1, i}.number("a", &d)] = true
		}
		assert.Equal(t, map[float64]bool{1: true, 2: true, 3: true}, seen, kind)
	}
}

func TestEntriesAreEquallyLikely(t *testing.T) {
	const n = 4000
	count := [5]float64{}
	for i := range n {
		count[drawn{1, i}.option("estimator", len(count))]++
	}
	chi2 := 0.0
	for _, c := range count {
		chi2 += (c - n/5) * (c - n/5) / (n / 5)
	}
	assert.Less(t, chi2, 18.5, "one in a thousand, with four degrees of freedom")
}

// Two paths of a trial, and two trials of a path, have nothing to do with each
// other.
func TestDrawsAreIndependent(t *testing.T) {
	const n = 4000
	d := domain(t, "uniform: [0, 1]")
	correlation := func(a, b func(i int) (drawn, string)) float64 {
		sum := 0.0
		for i := range n {
			p, path := a(i)
			x := p.number(path, &d)
			p, path = b(i)
			y := p.number(path, &d)
			sum += (x - 0.5) * (y - 0.5) * 12
		}
		return sum / n
	}
	limit := 3.3 / math.Sqrt(n)
	alpha := func(i int) (drawn, string) { return drawn{1, i}, "alpha" }
	assert.InDelta(t, 0, correlation(alpha, func(i int) (drawn, string) { return drawn{1, i}, "gamma" }), limit)
	assert.InDelta(t, 0, correlation(alpha, func(i int) (drawn, string) { return drawn{1, i + 1}, "alpha" }), limit)
	assert.InDelta(t, 0, correlation(alpha, func(i int) (drawn, string) { return drawn{2, i}, "alpha" }), limit)
	assert.InDelta(t, 1, correlation(alpha, alpha), 0.1)
}

func TestDigits(t *testing.T) {
	for _, c := range []struct{ v, scale, want float64 }{
		{0.123456, 0.123456, 0.1235},
		{123456, 123456, 123500},
		{0.00012345678, 0.00012345678, 0.0001235},
		{1000000.123456, 10, 1000000.12},
		{7, 7, 7},
		{0, 0, 0},
		{-3.14159, 3.14159, -3.142},
	} {
		assert.Equal(t, c.want, digits(c.v, c.scale))
	}
}

func TestGridOfARange(t *testing.T) {
	for text, want := range map[string][]float64{
		"{uniform: [0, 1], points: 3}":          {0, 0.5, 1},
		"{log_uniform: [0.01, 100], points: 5}": {0.01, 0.1, 1, 10, 100},
		"{int_uniform: [1, 4]}":                 {1, 2, 3, 4},
		"{int_uniform: [5, 80], points: 4}":     {5, 30, 55, 80},
		"{int_uniform: [1, 3], points: 9}":      {1, 2, 3},
		"{log_int_uniform: [1, 64], points: 4}": {1, 4, 16, 64},
	} {
		d := domain(t, text)
		got, err := d.grid()
		require.NoError(t, err)
		assert.Equal(t, want, got, text)
	}
}

func TestDomainRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{}":                                   "expected one kind of range, got 0",
		"{uniform: [0, 1], choice: [1]}":       "expected one kind of range, got 2: [uniform choice]",
		"{points: 3}":                          "expected one kind of range, got 0",
		"12":                                   "expected keys with values, got 12",
		"null":                                 "expected keys with values, got null",
		"[]":                                   "choice: is empty",
		"{choice: []}":                         "is empty",
		"{choice: }":                           "choice: is empty",
		"{choice: [1], points: 2}":             "a choice has its own number of points",
		"{uniform: [0, 1, 2]}":                 "has 3 items; exactly 2 allowed",
		"{uniform: []}":                        "is empty",
		"{uniform: }":                          "the first end, 0, is not less than the second, 0",
		"{uniform: [1, 1]}":                    "the first end, 1, is not less than the second, 1",
		"{uniform: [2, 1]}":                    "the first end, 2, is not less than the second, 1",
		"{uniform: [a, b]}":                    `expected a number, got the text "a"`,
		"{uniform: [0, .inf]}":                 "not finite",
		"{log_uniform: [0, 1]}":                "must be greater than 0",
		"{log_uniform: [-1, 1]}":               "must be greater than 0",
		"{log_int_uniform: [0, 9]}":            "must be greater than 0",
		"{int_uniform: [1.5, 9]}":              "expected a whole number, got 1.5",
		"{int_uniform: [0, 9007199254740993]}": "nearer to 0 than 2^53",
		"{uniform: [0, 1], points: 1}":         "1 is less than 2",
		"{unifrom: [0, 1]}":                    `unknown key; did you mean "uniform"?`,
	} {
		var d Domain
		assert.ErrorContains(t, config.Parse("", []byte(text), &d), want, text)
	}
}
