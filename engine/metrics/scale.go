package metrics

import "math"

// scale is where a metric's distribution is nearer to a normal one: its interval is
// symmetric there.
type scale struct {
	to, from func(float64) float64
	slope    func(float64) float64 // of to
	ends     bool                  // at the end of the scale all rows are right, or none
}

// plain is the metric itself, as for differences.
var plain = scale{same, same, func(float64) float64 { return 1 }, false}

func same(x float64) float64 { return x }

// distance is the scale of a share that is a sum of distances, as ece: near 0 the
// logarithm of it has no bounds.
var distance = scale{same, func(x float64) float64 { return min(max(x, 0), 1) }, plain.slope, false}

// scale is the share itself for ece, the logarithm of another loss, that of the odds for what lies between 0 and 1,
// and for the others of which 1 is perfect the logarithm of what is missing.
func (m Metric) scale() scale {
	switch {
	case !m.Greater && m.Unit == Share && m.Input == Probabilities:
		return distance
	case !m.Greater:
		return scale{math.Log, math.Exp, func(x float64) float64 { return 1 / x }, true}
	case m.Unit == Share || m.Input == Probabilities:
		return odds
	}
	return scale{
		func(x float64) float64 { return -math.Log(1 - x) }, func(x float64) float64 { return 1 - math.Exp(-x) },
		func(x float64) float64 { return 1 / (1 - x) }, true,
	}
}

// within are the lowest and the highest value that the metric can have for the rows.
func (m Metric) within(d Data) (low, high float64) {
	switch {
	case m.ends != nil:
		return m.ends(d)
	case m.Input != Values && (m.Unit == Share || m.Greater && m.Input == Probabilities):
		return 0, 1
	case m.Greater:
		return math.Inf(-1), math.Inf(1)
	}
	return 0, math.Inf(1)
}

func (m Metric) between(low, high float64) Metric {
	m.ends = func(Data) (float64, float64) { return low, high }
	return m
}

// odds is the scale of what lies between 0 and 1.
var odds = scale{
	func(x float64) float64 { return math.Log(x / (1 - x)) }, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	func(x float64) float64 { return 1 / (x * (1 - x)) }, true,
}

// all returns the values on the scale, without those at its ends.
func (s scale) all(v []float64) []float64 {
	var out []float64
	for _, x := range v {
		if x = s.to(x); finite(x) {
			out = append(out, x)
		}
	}
	return out
}
