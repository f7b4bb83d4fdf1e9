package boost

import (
	"slices"

	"example.com/engine/quantile"
)

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
	return quantile.LinearOf(v, level)
}

func weightedPercentile(v, w []float64, level float64) float64 {
	v, w = (&columnSample{column: v, weights: w}).sort()
	if len(v) == 0 {
		return 0
	}
	return quantile.InvertedCDF(v, w, level)
}

// copies returns copies to reorder; of nil, nil.
func copies(y, w []float64) (v, u []float64) {
	return slices.Clone(y), slices.Clone(w)
}
