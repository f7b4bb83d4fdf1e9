package conformal

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// ClassScore tells how badly a class fits the probabilities of a row.
func ClassScore(kind string, proba []float64, class int) float64 {
	if kind == "lac" {
		return 1 - proba[class]
	}
	sum := 0.0
	for k, p := range proba {
		if p > proba[class] || k == class {
			sum += p
		}
	}
	return sum
}

// Sets returns the classes of each row that are in, the likeliest first. The
// likeliest is always in, so that no set is empty.
func Sets(proba *mat.Dense, in func(i, class int) bool) [][]int {
	rows, classes := proba.Dims()
	out := make([][]int, rows)
	for i := range out {
		p := proba.RawRowView(i)
		order := make([]int, classes)
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
		for k, class := range order {
			if k == 0 || in(i, class) {
				out[i] = append(out[i], class)
			}
		}
	}
	return out
}
