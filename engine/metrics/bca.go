package metrics

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// jackknifeParts bounds the parts that are left out in turn.
const jackknifeParts = 1000

// bca moves the two shares at which the sorted values are cut, by the bias of
// the values against the estimate and by how the metric's spread changes with
// its size (Efron 1987, "Better bootstrap confidence intervals"). Where either
// can't be told, it returns the shares as they are.
func (u units) bca(score Scorer, sorted []float64, estimate, low, high float64) (float64, float64) {
	below := sort.SearchFloat64s(sorted, estimate)
	upTo := sort.Search(len(sorted), func(i int) bool { return sorted[i] > estimate })
	normal := distuv.UnitNormal
	bias := normal.Quantile(float64(below+upTo) / 2 / float64(len(sorted)))
	if math.IsNaN(bias) || math.IsInf(bias, 0) {
		return low, high
	}
	a := u.acceleration(score)
	move := func(share float64) float64 {
		z := bias + normal.Quantile(share)
		return normal.CDF(bias + z/(1-a*z))
	}
	return move(low), move(high)
}

// acceleration is the skewness of the metric's influence by leaving out each
// unit, or each of 1,000 parts of the units, dealt out in turn; 0 if it is
// undefined.
func (u units) acceleration(score Scorer) float64 {
	parts := min(u.count, jackknifeParts)
	left, w, counts := make([]float64, parts), make([]float64, u.rows), make([]float64, u.count)
	for p := range left {
		for unit := range counts {
			counts[unit] = 1
			if unit%parts == p {
				counts[unit] = 0
			}
		}
		u.spread(w, counts)
		left[p] = score(w)
	}
	mean := weighted(left, nil)
	squares, cubes := 0.0, 0.0
	for _, v := range left {
		squares += (mean - v) * (mean - v)
		cubes += (mean - v) * (mean - v) * (mean - v)
	}
	a := cubes / (6 * math.Pow(squares, 1.5))
	if math.IsNaN(a) || math.IsInf(a, 0) {
		return 0
	}
	return a
}
