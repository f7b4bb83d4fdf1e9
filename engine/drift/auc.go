package drift

import (
	"math"
	"slices"
	"sort"
)

// AUC returns the chance that a score of current is above one of reference,
// ties counted half (the U of Mann and Whitney over the number of pairs), and
// its standard error (DeLong, DeLong & Clarke-Pearson 1988).
func AUC(reference, current []float64) (auc, se float64) {
	n, m := float64(len(reference)), float64(len(current))
	above := placements(current, reference)
	below := placements(reference, current)
	for i := range below {
		below[i] = 1 - below[i]
	}
	auc, v1 := meanVariance(above)
	_, v0 := meanVariance(below)
	return auc, math.Sqrt(v1/m + v0/n)
}

// placements returns for each x the share of others below it, ties half.
func placements(x, others []float64) []float64 {
	sorted := slices.Sorted(slices.Values(others))
	out := make([]float64, len(x))
	for i, v := range x {
		lo := sort.SearchFloat64s(sorted, v)
		hi := lo + sort.Search(len(sorted)-lo, func(k int) bool { return sorted[lo+k] > v })
		out[i] = (float64(lo) + float64(hi)) / 2 / float64(len(sorted))
	}
	return out
}

func meanVariance(v []float64) (mean, variance float64) {
	for i, x := range v {
		mean += (x - mean) / float64(i+1)
	}
	for _, x := range v {
		variance += (x - mean) * (x - mean)
	}
	return mean, variance / float64(len(v)-1)
}

// Folds gathers the AUC of a classifier over the folds of a cross-validation:
// their mean, since scores of different classifiers can't be compared.
type Folds struct {
	n        int
	sum      float64
	variance float64 // of the sum
	null     float64 // of the sum, where the tables are alike
	rows     int
}

// Add adds the scores of the rows that one fold held out. A fold without rows
// of both tables is left out.
func (f *Folds) Add(reference, current []float64) {
	if len(reference) < 2 || len(current) < 2 {
		return
	}
	auc, se := AUC(reference, current)
	n, m := float64(len(reference)), float64(len(current))
	f.n++
	f.rows += len(reference) + len(current)
	f.sum += auc
	f.variance += se * se
	f.null += (n + m + 1) / (12 * n * m)
}

// Multivariate returns what the folds come to. The test is one-sided: that the
// AUC is above one half.
func (f *Folds) Multivariate(columns []Importance) *Multivariate {
	if f.n == 0 {
		return nil
	}
	k := float64(f.n)
	auc, se := f.sum/k, math.Sqrt(f.variance)/k
	const z95 = 1.959963984540054
	p := math.Erfc((auc-0.5)/(math.Sqrt(f.null)/k)/math.Sqrt2) / 2
	return &Multivariate{
		AUC: auc, Low: max(0, auc-z95*se), High: min(1, auc+z95*se), Rows: f.rows,
		Test: Test{"mann_whitney", auc, p, 1}, Columns: columns,
	}
}
