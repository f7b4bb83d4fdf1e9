package shap

import "math"

// legendre returns points and weights such that Σ w·f(u) is the integral of f
// from 0 to 1 for every polynomial f of degree 2n − 1 (Gauss and Legendre).
func legendre(n int) (points, weights []float64) {
	points, weights = make([]float64, n), make([]float64, n)
	for i := range n {
		// A start by Abramowitz and Stegun 22.16.6, then Newton's method.
		x := math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var slope float64
		for range 100 {
			value, below := 1.0, 0.0
			for k := 1; k <= n; k++ {
				value, below = (float64(2*k-1)*x*value-float64(k-1)*below)/float64(k), value
			}
			slope = float64(n) * (x*value - below) / (x*x - 1)
			step := value / slope
			x -= step
			if math.Abs(step) < 1e-16 {
				break
			}
		}
		points[i], weights[i] = (1-x)/2, 1/((1-x*x)*slope*slope)
	}
	return points, weights
}

// lane is a part of a quadrature: points u, 1 − u, and weights.
type lane struct{ points, rest, weights lanes }

// quadrature returns a quadrature of n points. What is left of the last lanes is
// the point 1 with weight 0.
func quadrature(n int) []lane {
	points, weights := legendre(n)
	rule := make([]lane, (n+laneWidth-1)/laneWidth)
	for i := range len(rule) * laneWidth {
		r, k := &rule[i/laneWidth], i%laneWidth
		r.points[k] = 1
		if i < n {
			r.points[k], r.rest[k], r.weights[k] = points[i], 1-points[i], weights[i]
		}
	}
	return rule
}
