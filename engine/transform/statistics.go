package transform

import (
	"math"
	"slices"
)

// epsilon is the gap between 1 and the next float64.
const epsilon = 0x1p-52

// sum adds v with Neumaier's compensation, nulls left out, and counts the
// numbers. Its error does not grow with the length.
func sum(v []float64) (total float64, n int) {
	lost := 0.0
	for _, x := range v {
		if x != x {
			continue
		}
		n++
		t := total + x
		if math.Abs(total) >= math.Abs(x) {
			lost += total - t + x
		} else {
			lost += x - t + total
		}
		total = t
	}
	return total + lost, n
}

// moments returns the mean and the population variance of the numbers in v and
// how many there are, all 0 if none. The variance takes a second pass.
//
// Note: there is no correction for the rounding of the mean (Chan, Golub &
// LeVeque 1983). The mean is right to its last bit, and a variance that this
// would matter to counts as constant.
func moments(v []float64) (mean, variance float64, n int) {
	total, n := sum(v)
	if n == 0 {
		return 0, 0, 0
	}
	mean = total / float64(n)
	squares := 0.0
	for _, x := range v {
		if x == x {
			d := x - mean
			squares += float64(d * d) // not fused, so the same on every machine
		}
	}
	return mean, squares / float64(n), n
}

// isConstant tells whether a variance is within the rounding error of a
// constant column's, by scikit-learn's bound.
func isConstant(mean, variance float64, n int) bool {
	bound := float64(n) * mean * epsilon
	return variance <= float64(float64(n)*epsilon*variance)+float64(bound*bound)
}

// observed returns a copy of v without nulls.
func observed(v []float64) []float64 {
	out := make([]float64, 0, len(v))
	for _, x := range v {
		if x == x {
			out = append(out, x)
		}
	}
	return out
}

// linearQuantile returns the q-quantile (0 ≤ q ≤ 1) of v, which it reorders:
// linear between order statistics, numpy's default. v must not be empty.
func linearQuantile(v []float64, q float64) float64 {
	at := q * float64(len(v)-1)
	low := int(at)
	a := nth(v, low)
	if low == len(v)-1 {
		return a
	}
	b := slices.Min(v[low+1:])
	return lerp(a, b, at-float64(low))
}

// sortedQuantile is linearQuantile of a sorted v.
func sortedQuantile(v []float64, q float64) float64 {
	at := q * float64(len(v)-1)
	low := int(at)
	if low >= len(v)-1 {
		return v[len(v)-1]
	}
	return lerp(v[low], v[low+1], at-float64(low))
}

// averagedInvertedCDF is the quantile of a sorted v that takes the mean of two
// order statistics where the distribution function is flat at q, and the next
// one elsewhere: numpy's averaged_inverted_cdf.
func averagedInvertedCDF(v []float64, q float64) float64 {
	at := q*float64(len(v)) - 1
	low := int(math.Floor(at))
	if low < 0 {
		return v[0]
	}
	if low >= len(v)-1 {
		return v[len(v)-1]
	}
	if at == math.Floor(at) {
		return lerp(v[low], v[low+1], 0.5)
	}
	return v[low+1]
}

// lerp goes from a to b as t goes from 0 to 1, exact at both ends, as numpy's.
func lerp(a, b, t float64) float64 {
	if t >= 0.5 {
		return b - float64((b-a)*(1-t))
	}
	return a + float64((b-a)*t)
}

// median returns the middle of v, or the mean of the two middles; it reorders
// v, which must not be empty.
func median(v []float64) float64 {
	half := len(v) / 2
	upper := nth(v, half)
	if len(v)%2 == 1 {
		return upper
	}
	return (slices.Max(v[:half]) + upper) / 2
}

// nth reorders v so that v[k] is what sorting would put there, nothing larger
// is before it and nothing smaller behind, and returns v[k]. It is Hoare's
// quickselect, which sorts the rest when it makes no headway.
func nth(v []float64, k int) float64 {
	low, high := 0, len(v)-1
	for budget := 64; high > low; budget-- {
		if budget == 0 {
			slices.Sort(v[low : high+1])
			break
		}
		i, j := partition(v, low, high)
		switch {
		case k <= j:
			high = j
		case k >= i:
			low = i
		default:
			return v[k]
		}
	}
	return v[k]
}

// partition splits v[low..high] around the median of its first, middle and
// last, so that v[low..j] ≤ v[j+1..i-1] ≤ v[i..high].
func partition(v []float64, low, high int) (i, j int) {
	a, b, c := v[low], v[low+(high-low)/2], v[high]
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

// linspace returns n numbers from a to b in equal steps, as numpy's.
func linspace(a, b float64, n int) []float64 {
	out := make([]float64, n)
	step := (b - a) / float64(max(1, n-1))
	for i := range out {
		out[i] = float64(float64(i)*step) + a
	}
	if n > 1 {
		out[n-1] = b
	}
	return out
}
