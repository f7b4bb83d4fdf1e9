package drift

import (
	"math"

	"example.com/engine/sketch"
)

// KolmogorovSmirnov returns the greatest distance between the shares of values
// at or below a number, NaN if a or b has no values.
func KolmogorovSmirnov(a, b sketch.Points) float64 {
	if len(a.Values) == 0 || len(b.Values) == 0 {
		return math.NaN()
	}
	most := 0.0
	walk(a, b, func(_, _, shareA, shareB float64) { most = max(most, math.Abs(shareA-shareB)) })
	return most
}

// Wasserstein returns the first Wasserstein distance, the area between the
// shares of values at or below a number, in the unit of the values; NaN if a or
// b has no values.
func Wasserstein(a, b sketch.Points) float64 {
	if len(a.Values) == 0 || len(b.Values) == 0 {
		return math.NaN()
	}
	area := 0.0
	walk(a, b, func(from, to, shareA, shareB float64) { area += math.Abs(shareA-shareB) * (to - from) })
	return area
}

// walk calls f with each stretch between neighbours of all values, and with the
// shares of a and b at or below it.
func walk(a, b sketch.Points, f func(from, to, shareA, shareB float64)) {
	totalA, totalB := a.Count(), b.Count()
	sumA, sumB := 0.0, 0.0
	for i, j := 0, 0; i < len(a.Values) || j < len(b.Values); {
		at := next(a, b, i, j)
		if i < len(a.Values) && a.Values[i] == at {
			sumA += a.Weights[i]
			i++
		}
		if j < len(b.Values) && b.Values[j] == at {
			sumB += b.Weights[j]
			j++
		}
		to := at
		if i < len(a.Values) || j < len(b.Values) {
			to = next(a, b, i, j)
		}
		f(at, to, sumA/totalA, sumB/totalB)
	}
}

// next returns the least of the values from i and from j on.
func next(a, b sketch.Points, i, j int) float64 {
	switch {
	case i == len(a.Values):
		return b.Values[j]
	case j == len(b.Values):
		return a.Values[i]
	default:
		return min(a.Values[i], b.Values[j])
	}
}

// leastShare stands for an empty bin in PSI, whose logarithm has no value at 0.
const leastShare = 1e-4

// PSI is the population stability index of counts in the same bins: the sum of
// (q - p) ln(q/p) over the shares p of a and q of b, each at least 0.0001. It
// panics where the lengths differ.
func PSI(a, b []float64) float64 {
	p, q := shares(a), shares(b)
	sum := 0.0
	for i := range p {
		x, y := max(p[i], leastShare), max(q[i], leastShare)
		sum += (y - x) * math.Log(y/x)
	}
	return sum
}

// JensenShannon is the Jensen–Shannon distance of counts in the same bins, the
// square root of the divergence in bits: 0 where the shares are equal, 1 where
// no bin has values of both. It panics where the lengths differ.
func JensenShannon(a, b []float64) float64 {
	p, q := shares(a), shares(b)
	sum := 0.0
	for i := range p {
		m := (p[i] + q[i]) / 2
		sum += information(p[i], m) + information(q[i], m)
	}
	return math.Sqrt(max(0, sum/2/math.Ln2))
}

func information(p, m float64) float64 {
	if p == 0 {
		return 0
	}
	return p * math.Log(p/m)
}

func shares(counts []float64) []float64 {
	sum := 0.0
	for _, n := range counts {
		sum += n
	}
	out := make([]float64, len(counts))
	for i, n := range counts {
		out[i] = n / sum
	}
	return out
}

// binCount is how many bins a number is cut into for PSI and JensenShannon.
const binCount = 10

// edges returns the upper ends of bins that hold as many values each, but the
// last, which has none; fewer where many values are equal.
func edges(p sketch.Points) []float64 {
	var out []float64
	for i := 1; i < binCount; i++ {
		e := p.Quantile(float64(i) / binCount)
		if last := p.Values[len(p.Values)-1]; e < last && (len(out) == 0 || e > out[len(out)-1]) {
			out = append(out, e)
		}
	}
	return out
}

// binned counts the values at or below each edge and above the one before, and
// those above the last.
func binned(p sketch.Points, edges []float64) []float64 {
	counts := make([]float64, len(edges)+1)
	bin := 0
	for i, v := range p.Values {
		for bin < len(edges) && v > edges[bin] {
			bin++
		}
		counts[bin] += p.Weights[i]
	}
	return counts
}
