package calibration

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/linear"
)

// distorted draws rows whose true log-odds are slope · (what p says) + intercept.
func distorted(n int, slope, intercept float64, rng *rand.Rand) (p, y, truth []float64) {
	p, y, truth = make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		z := 2 * rng.NormFloat64()
		_, p[i] = linear.Expit(z)
		_, truth[i] = linear.Expit(slope*z + intercept)
		if rng.Float64() < truth[i] {
			y[i] = 1
		}
	}
	return p, y, truth
}

func TestSigmoidFindsTheLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, want := range [][2]float64{{1, 0}, {0.4, -3}, {2, 1}, {0, -1}} {
		p, y, _ := distorted(40_000, want[0], want[1], rng)
		s := fitSigmoid(p, y)
		require.InDelta(t, want[0], s.Slope, 0.06, want)
		require.InDelta(t, want[1], s.Intercept, 0.08, want)
	}
	p, y, _ := distorted(4000, -1, 0, rng)
	s := fitSigmoid(p, y)
	require.Zero(t, s.Slope, "never turned round")
}

// At the least loss the gradient is zero, for rows where Newton's plain step overshoots, too.
func TestSigmoidAtExtremes(t *testing.T) {
	for name, p := range map[string][]float64{
		"parted": {0.1, 0.2, 0.8, 0.9}, "sure": {0, 1e-300, 1 - 1e-16, 1}, "constant": {0.3, 0.3, 0.3, 0.3}, "zero": {0, 0, 0, 0},
	} {
		y := []float64{0, 0, 1, 1}
		s := fitSigmoid(p, y)
		f := platt{y: y, high: 0.75, low: 0.25}
		for _, v := range p {
			f.z = append(f.z, s.logOdds(v))
		}
		_, _, decrement := f.step(s.Slope, s.Intercept)
		require.InDelta(t, 0, decrement, 1e-6, name)
		for _, v := range p {
			_, got := s.of(v)
			require.True(t, got > 0 && got < 1, "%s: %v of %v", name, got, v)
		}
	}
}

// Every rising sequence of block means is tried on small samples.
func TestStepsAreTheBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n := 1 + rng.IntN(8)
		p, y := make([]float64, n), make([]float64, n)
		for i := range n {
			p[i], y[i] = float64(rng.IntN(5))/5, float64(rng.IntN(2))
		}
		s := fitSteps(p, y)
		require.Len(t, s.Values, len(s.Edges)+1)
		for k := range s.Edges {
			require.Less(t, s.Values[k], s.Values[k+1])
		}
		got := 0.0
		for i := range p {
			_, v := s.of(p[i])
			got += (v - y[i]) * (v - y[i])
		}
		// What tempering costs is a row's at each end.
		require.LessOrEqual(t, got, bruteForce(p, y)+2.0/3+1e-9)
	}
}

// bruteForce is the least squared error of a rising function of five values.
func bruteForce(p, y []float64) float64 {
	best := math.Inf(1)
	for cuts := range 16 { // a cut after each of the first four values, or none
		share := make([]float64, 5)
		rising, last, from := true, -1.0, 0
		for v := range 5 {
			if v < 4 && cuts>>v&1 == 0 {
				continue
			}
			sum, rows := 0.0, 0.0
			for i := range p {
				if at := int(math.Round(p[i] * 5)); at >= from && at <= v {
					sum, rows = sum+y[i], rows+1
				}
			}
			if rows > 0 {
				rising, last = rising && sum/rows >= last, sum/rows
			}
			for ; from <= v; from++ {
				share[from] = sum / max(rows, 1)
			}
		}
		if !rising {
			continue
		}
		loss := 0.0
		for i := range p {
			d := share[int(math.Round(p[i]*5))] - y[i]
			loss += d * d
		}
		best = min(best, loss)
	}
	return best
}

// Both methods put right what was distorted, on rows that they did not see.
func TestFitAndApply(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, method := range []string{"sigmoid", "isotonic"} {
		p, y, _ := distorted(20_000, 0.5, -2, rng)
		c := Fit(method, two(p), y)
		require.True(t, c.Whole(2))
		require.False(t, c.Whole(3))
		p, _, truth := distorted(5000, 0.5, -2, rng)
		proba := two(p)
		c.Apply(proba)
		for i, want := range truth {
			require.InDelta(t, want, proba.At(i, 1), 0.1, "%s of %v", method, p[i])
			require.InDelta(t, 1, proba.At(i, 0)+proba.At(i, 1), 1e-15)
		}
		var again Calibration
		data, err := json.Marshal(c)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &again))
		require.Equal(t, *c, again)
	}
}

// Three classes with sharpened probabilities.
func TestSeveralClasses(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	draw := func(n int) (sharp, truth *mat.Dense, y []float64) {
		sharp, truth, y = mat.NewDense(n, 3, nil), mat.NewDense(n, 3, nil), make([]float64, n)
		for i := range n {
			z := []float64{rng.NormFloat64(), rng.NormFloat64() - 1, rng.NormFloat64()}
			u, total, sharpened := rng.Float64(), 0.0, 0.0
			for _, v := range z {
				total, sharpened = total+math.Exp(v), sharpened+math.Exp(3*v)
			}
			for k, v := range z {
				truth.Set(i, k, math.Exp(v)/total)
				sharp.Set(i, k, math.Exp(3*v)/sharpened)
				if u -= truth.At(i, k); u > 0 && k < 2 {
					y[i] = float64(k + 1)
				}
			}
		}
		return sharp, truth, y
	}
	away := func(a, b *mat.Dense) float64 {
		var d mat.Dense
		d.Sub(a, b)
		return mat.Norm(&d, 2)
	}
	for _, method := range []string{"sigmoid", "isotonic"} {
		sharp, _, y := draw(10_000)
		c := Fit(method, sharp, y)
		require.True(t, c.Whole(3))
		sharp, truth, _ := draw(3000)
		before := away(sharp, truth)
		c.Apply(sharp)
		require.Less(t, away(sharp, truth), before/3, method)
	}
}

func two(p []float64) *mat.Dense {
	proba := mat.NewDense(len(p), 2, nil)
	for i, v := range p {
		proba.SetRow(i, []float64{1 - v, v})
	}
	return proba
}
