package quantile

import "slices"

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
