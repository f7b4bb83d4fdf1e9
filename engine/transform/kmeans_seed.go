package transform

import (
	"math"
	"math/rand/v2"
	"sort"

	"example.com/engine/parallel"
)

// kMeans clusters n points of p coordinates from several seedings and returns
// the centers, k × p, of the one with the least inertia. w are the weights of
// the points, nil for all ones. The number of processors does not matter.
func kMeans(x []float64, p int, w []float64, k, seedings, maxIter int, tol float64, rng *rand.Rand) (centers []float64, inertia float64) {
	tol *= meanVariance(x, p)
	sources := make([]*rand.Rand, seedings)
	for i := range sources {
		sources[i] = split(rng)
	}
	all, inertias := make([][]float64, seedings), make([]float64, seedings)
	parallel.For(seedings, func(i int) {
		all[i] = seed(x, p, w, k, sources[i])
		inertias[i] = newClustering(x, p, w, all[i]).run(maxIter, tol)
	})
	best := 0
	for i, v := range inertias {
		if v < inertias[best] {
			best = i
		}
	}
	return all[best], inertias[best]
}

// split returns a source of its own, drawn from rng, which may be nil.
func split(rng *rand.Rand) *rand.Rand {
	if rng == nil {
		return nil
	}
	return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
}

// meanVariance is the variance of a coordinate, averaged over them.
func meanVariance(x []float64, p int) float64 {
	total := 0.0
	column := make([]float64, len(x)/p)
	for j := range p {
		for i := range column {
			column[i] = x[i*p+j]
		}
		_, variance, _ := moments(column)
		total += variance
	}
	return total / float64(p)
}

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
