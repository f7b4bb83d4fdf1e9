// Package quantile has the quantiles that the engine takes, each under the name of
// its definition: Hyndman and Fan, "Sample quantiles in statistical packages" (The
// American Statistician, 1996), number them. q is from 0 to 1. No value is NaN.
//
// Products are not fused with sums, so that a quantile is the same on every machine.
package quantile

import (
	"math"
	"slices"
)

// Linear interpolates between the two of the sorted values that are next to position
// q·(n-1), counted from 0: type 7, the default of R and numpy. It is NaN if there are
// none.
//
// Note: it goes from the lower value by a share of the gap, [Numpy] from the nearer
// one. They can differ in the last bit, and each keeps its users' results as they
// were: edges of bins and intervals of metrics here, what is held against
// scikit-learn bit for bit there.
func Linear(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	low, share := position(len(sorted), q)
	if share == 0 {
		return sorted[low]
	}
	return sorted[low] + float64((sorted[low+1]-sorted[low])*share)
}

// LinearOf is Linear of values in any order, which it changes.
func LinearOf(v []float64, q float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	low, share := position(len(v), q)
	a := Select(v, low)
	if share == 0 {
		return a
	}
	return a + float64((slices.Min(v[low+1:])-a)*share)
}

// Numpy is Linear to the bit of numpy.quantile. There must be a value.
func Numpy(sorted []float64, q float64) float64 {
	low, share := position(len(sorted), q)
	if low >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return between(sorted[low], sorted[low+1], share)
}

// NumpyOf is Numpy of values in any order, which it changes.
func NumpyOf(v []float64, q float64) float64 {
	low, share := position(len(v), q)
	a := Select(v, low)
	if low == len(v)-1 {
		return a
	}
	return between(a, slices.Min(v[low+1:]), share)
}

// position is q·(n-1) in its whole part and the rest.
func position(n int, q float64) (low int, share float64) {
	at := q * float64(n-1)
	low = int(at)
	return low, at - float64(low)
}

// between goes from a to b as t goes from 0 to 1, exact at both ends, as numpy does.
func between(a, b, t float64) float64 {
	if t >= 0.5 {
		return b - float64((b-a)*(1-t))
	}
	return a + float64((b-a)*t)
}

// Cunnane interpolates between sorted values at position q·n + 0.4 + 0.2·q, counted
// from 1: scipy's mquantiles. There must be two values.
func Cunnane(sorted []float64, q float64) float64 {
	n := float64(len(sorted))
	at := float64(n*q) + 0.4 + float64(0.2*q)
	k := math.Floor(min(max(at, 1), n-1))
	share := min(max(at-k, 0), 1)
	return float64((1-share)*sorted[int(k)-1]) + float64(share*sorted[int(k)])
}

// AveragedInvertedCDF is the least of the sorted values that the share q of all is at
// or below, or its mean with the next one if the share is met exactly: type 2, numpy's
// averaged_inverted_cdf to the bit. There must be a value.
func AveragedInvertedCDF(sorted []float64, q float64) float64 {
	at := float64(q*float64(len(sorted))) - 1
	low := int(math.Floor(at))
	switch {
	case low < 0:
		return sorted[0]
	case low >= len(sorted)-1:
		return sorted[len(sorted)-1]
	case at == math.Floor(at):
		return between(sorted[low], sorted[low+1], 0.5)
	}
	return sorted[low+1]
}

// InvertedCDF is the least of the sorted values that the share q of all weight is at or
// below: type 1, with weights. It is NaN if there are none.
func InvertedCDF(sorted, weights []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	want, sum := q*total, 0.0
	for i, w := range weights {
		if sum += w; sum >= want {
			return sorted[i]
		}
	}
	return sorted[len(sorted)-1]
}

// AveragedCumulated is AveragedInvertedCDF with weights: cumulated[i] is the weight of
// the sorted values up to i. It is scikit-learn's _weighted_percentile with
// average=True, to the bit.
func AveragedCumulated(sorted, cumulated []float64, q float64) float64 {
	last := len(sorted) - 1
	want := q * cumulated[last]
	i, _ := slices.BinarySearch(cumulated, want)
	i = min(i, last)
	if cumulated[i]-want > 0x1p-52 {
		return sorted[i]
	}
	return (sorted[i] + sorted[min(i+1, last)]) / 2
}

// Median returns the middle of v, or the mean of the two middles. It reorders v, which
// must not be empty.
func Median(v []float64) float64 {
	half := len(v) / 2
	upper := Select(v, half)
	if len(v)%2 == 1 {
		return upper
	}
	return (slices.Max(v[:half]) + upper) / 2
}

// Select reorders v so that v[k] is what sorting would put there, nothing larger is
// before it and nothing smaller behind, and returns v[k]. It is Hoare's quickselect,
// which sorts the rest when that is short, or makes no headway.
func Select(v []float64, k int) float64 {
	from, to := 0, len(v) // where the value must be
	for rounds := 0; to-from > 16 && rounds < 64; rounds++ {
		i, j := partition(v, from, to-1)
		switch {
		case k <= j:
			to = j + 1
		case k >= i:
			from = i
		default:
			return v[k]
		}
	}
	slices.Sort(v[from:to])
	return v[k]
}

// partition splits v[low..high] around the median of its first, middle and last, so
// that v[low..j] ≤ v[j+1..i-1] ≤ v[i..high].
//
// Note: another pivot leaves the values in another order. The huber loss of tree/boost
// adds in the order that is left, so its last bits hang on this one.
func partition(v []float64, low, high int) (i, j int) {
	a, b, c := v[low], v[(low+high+1)/2], v[high]
	pivot := max(min(a, b), min(max(a, b), c))
	i, j = low, high
	for i <= j {
		for v[i] < pivot {
			i++
		}
		for v[j] > pivot {
			j--
		}
		if i <= j {
			v[i], v[j] = v[j], v[i]
			i++
			j--
		}
	}
	return i, j
}
