// Package kmeans clusters points by k-means: Lloyd's steps with bounds that skip what
// can't change, from k-means++ starts.
//
// Points stand one after the other: x[i*p:(i+1)*p] are the p coordinates of point i,
// and so do centers. No coordinate is NaN. The same points and random numbers give
// the same bits at any GOMAXPROCS.
package kmeans

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/parallel"
)

// Settings are those of [Fit], named as scikit-learn's KMeans has them.
type Settings struct {
	NClusters int
	NInit     int     // starts, of which the best is kept
	MaxIter   int     // steps from a start
	Tol       float64 // moves are small below that share of the variance
}

// Fit clusters the points from several starts by greedy k-means++ and returns the
// centers of the one with the least inertia, the weighted sum of squared distances to
// the nearest center. w are the weights of the points, nil for all ones.
func Fit(x []float64, p int, w []float64, s Settings, rng *rand.Rand) (centers []float64, inertia float64) {
	sources := make([]*rand.Rand, s.NInit)
	for i := range sources {
		sources[i] = rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
	}
	all, inertias := make([][]float64, s.NInit), make([]float64, s.NInit)
	tol := s.Tol * meanVariance(x, p)
	parallel.For(s.NInit, func(i int) {
		all[i] = seed(x, p, w, s.NClusters, sources[i])
		inertias[i] = newClustering(x, p, w, all[i]).run(s.MaxIter, tol)
	})
	best := 0
	for i, v := range inertias {
		if v < inertias[best] {
			best = i
		}
	}
	return all[best], inertias[best]
}

// From moves the given centers as [Fit] does from one start, and returns the inertia.
// The setting for starts has no use, nor has the number of clusters.
func From(x []float64, p int, w, centers []float64, s Settings) (inertia float64) {
	return newClustering(x, p, w, centers).run(s.MaxIter, s.Tol*meanVariance(x, p))
}

// Labels returns the cluster of each point, from 0: Lloyd's steps from one start by
// plain k-means++, until no point changes hands or 100 times. There are fewer than k
// clusters where there are fewer distinct points.
func Labels(x []float64, p, k int, rng *rand.Rand) []int32 {
	if len(x) == 0 {
		return nil
	}
	c := newClustering(x, p, nil, spread(x, p, k, rng))
	for step := 0; step < 100 && c.assign(); step++ {
		c.settle()
	}
	return c.labels
}

// meanVariance is the variance of a coordinate, averaged over them.
func meanVariance(x []float64, p int) float64 {
	total := 0.0
	column := make([]float64, len(x)/p)
	for j := range p {
		for i := range column {
			column[i] = x[i*p+j]
		}
		mean, squares := floats.SumCompensated(column)/float64(len(column)), 0.0
		for _, v := range column {
			squares += float64((v - mean) * (v - mean))
		}
		total += squares / float64(len(column))
	}
	return total / float64(p)
}
