package kmeans

import (
	"math"
	"math/rand/v2"
	"sort"
)

// seed picks k of the points by greedy k-means++ (Arthur & Vassilvitskii
// 2007): each is the best of 2 + log k candidates, drawn with a probability
// that grows with weight and squared distance to the nearest point picked.
func seed(x []float64, p int, w []float64, k int, rng *rand.Rand) []float64 {
	n := len(x) / p
	trials := 2 + int(math.Log(float64(k)))
	nearest := make([]float64, n) // squared distance to the nearest center
	for i := range nearest {
		nearest[i] = 1
	}
	cumulative := make([]float64, n)
	accumulate(cumulative, nearest, w)
	first := draw(cumulative, rng)
	centers := append(make([]float64, 0, k*p), x[first*p:(first+1)*p]...)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	approach(nearest, nearest, x, p, w, centers)
	best, trial := make([]float64, n), make([]float64, n)
	for len(centers) < k*p {
		accumulate(cumulative, nearest, w)
		row, least := -1, math.Inf(1)
		for range trials {
			candidate := draw(cumulative, rng)
			potential := approach(trial, nearest, x, p, w, x[candidate*p:(candidate+1)*p])
			if row < 0 || potential < least {
				row, least = candidate, potential
				best, trial = trial, best
			}
		}
		nearest, best = best, nearest
		centers = append(centers, x[row*p:(row+1)*p]...)
	}
	return centers
}

// accumulate puts into cumulative the sums of mass times weight.
func accumulate(cumulative, mass, w []float64) {
	total := 0.0
	for i, m := range mass {
		if w != nil {
			m *= w[i]
		}
		total += m
		cumulative[i] = total
	}
}

// draw returns a row with a probability in proportion to its mass.
func draw(cumulative []float64, rng *rand.Rand) int {
	last := len(cumulative) - 1
	at := rng.Float64() * cumulative[last]
	return sort.Search(last, func(i int) bool { return cumulative[i] > at })
}

// approach puts into dst the squared distances in nearest, or those to the
// center where they are less, and returns their weighted sum.
func approach(dst, nearest, x []float64, p int, w, center []float64) (potential float64) {
	if p == 2 { // places on a map
		a, b := center[0], center[1]
		for i, d := range nearest {
			da, db := x[2*i]-a, x[2*i+1]-b
			if e := float64(da*da) + float64(db*db); e < d {
				d = e
			}
			dst[i] = d
		}
	} else {
		for i, d := range nearest {
			dst[i] = min(d, squaredDistance(center, x[i*p:(i+1)*p]))
		}
	}
	for i, d := range dst {
		if w != nil {
			d *= w[i]
		}
		potential += d
	}
	return potential
}

// spread draws at most k centers, each from the points with a probability by its
// squared distance from those drawn before: plain k-means++. There are fewer where
// there are fewer distinct points.
func spread(x []float64, p, k int, rng *rand.Rand) (centers []float64) {
	distance := make([]float64, len(x)/p)
	for i := range distance {
		distance[i] = math.Inf(1)
	}
	for next := rng.IntN(len(distance)); len(centers) < k*p && next >= 0; next = drawBy(distance, rng) {
		center := x[next*p : (next+1)*p]
		centers = append(centers, center...)
		approach(distance, distance, x, p, nil, center)
	}
	return centers
}

// drawBy draws an index with a probability by its weight, -1 if all are 0.
func drawBy(weight []float64, rng *rand.Rand) int {
	total := 0.0
	for _, w := range weight {
		total += w
	}
	at, last := rng.Float64()*total, -1
	for i, w := range weight {
		if w == 0 {
			continue
		}
		if at < w {
			return i
		}
		at -= w
		last = i
	}
	return last
}
