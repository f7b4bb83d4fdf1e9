package boost

import "slices"

// percentile returns a quantile of v, which it reorders. Without weights it
// interpolates linearly between the two values next to rank level·(n-1), as
// numpy.percentile does; with weights it is the first value whose cumulated
// weight reaches level of the whole, as scikit-learn's _weighted_percentile.
// It is 0 if v is empty or has no weight.
func percentile(v, w []float64, level float64) float64 {
	if len(v) == 0 {
		return 0
	}
	if w != nil {
		return weightedPercentile(v, w, level)
	}
	rank := level * float64(len(v)-1)
	i := int(rank)
	a := nth(v, i)
	if rank == float64(i) {
		return a
	}
	b := slices.Min(v[i+1:])
	return a + float64((b-a)*(rank-float64(i)))
}

func weightedPercentile(v, w []float64, level float64) float64 {
	v, w = (&columnSample{column: v, weights: w}).sort()
	if len(v) == 0 {
		return 0
	}
	total := 0.0
	for i := range w {
		total += w[i]
		w[i] = total
	}
	i, _ := slices.BinarySearch(w, level*total)
	return v[min(i, len(v)-1)]
}

// nth moves the n-th smallest value, counted from 0, to v[n], those below
// before it and those above behind it, and returns it: quickselect.
func nth(v []float64, n int) float64 {
	from, to := 0, len(v) // where the value must be
	for rounds := 0; to-from > 16 && rounds < 64; rounds++ {
		pivot := median3(v[from], v[(from+to)/2], v[to-1])
		i, j := from, to-1
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
		switch {
		case n <= j:
			to = j + 1
		case n >= i:
			from = i
		default:
			return v[n]
		}
	}
	slices.Sort(v[from:to])
	return v[n]
}

func median3(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}

// copies returns copies to reorder; of nil, nil.
func copies(y, w []float64) (v, u []float64) {
	return slices.Clone(y), slices.Clone(w)
}
