package tree

import "slices"

// Importance is how much an ensemble uses each feature, in the order of the
// columns. Neither sums to 1, and a feature that no tree splits by has 0.
type Importance struct {
	// Gain is the sum of what the splits by the feature gained in the criterion
	// that the trees grew by. It favours features of many values, and shares
	// the gain of features that stand for one another out at random.
	Gain []float64 `json:"gain"`
	// Splits is the number of splits by the feature.
	Splits []int `json:"splits"`
}

// Importance returns that of each of so many features, added up over the
// trees.
func (e *Ensemble) Importance(features int) Importance {
	imp := Importance{Gain: make([]float64, features), Splits: make([]int, features)}
	for i, f := range e.Feature {
		if f >= 0 {
			imp.Gain[f] += float64(e.Gain[i])
			imp.Splits[f]++
		}
	}
	return imp
}

// ByGain returns the features by falling gain, the first on a tie.
func (imp Importance) ByGain() []int {
	order := make([]int, len(imp.Gain))
	for f := range order {
		order[f] = f
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case imp.Gain[a] > imp.Gain[b]:
			return -1
		case imp.Gain[a] < imp.Gain[b]:
			return 1
		}
		return 0
	})
	return order
}
