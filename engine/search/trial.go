package search

import (
	"cmp"
	"math"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/results"
)

// Trial is a candidate's cross-validation, or why there is none. It holds no
// clock: whoever runs it writes the same bytes.
type Trial struct {
	Number   int       `json:"trial"`
	Budget   int       `json:"budget,omitempty"` // of the halving's resource; 0 without one
	Settings []Setting `json:"settings"`
	// Error is why the candidate could not be fitted or scored.
	Error           string                  `json:"error,omitempty"`
	CrossValidation results.CrossValidation `json:"cross_validation"`
	// Key is the hash of all that the scores depend on.
	Key string `json:"key"`
}

// Score is the mean over the folds, NaN where there is none.
func (t *Trial) Score(metric string) float64 {
	if v, ok := t.CrossValidation.Mean[metric]; ok && t.Error == "" {
		return v
	}
	return math.NaN()
}

// Rank sorts trials, best first: those with more of the resource before those
// with less, those without a score last, equals by their number.
func Rank(trials []*Trial, m metrics.Metric) {
	slices.SortFunc(trials, func(a, b *Trial) int {
		x, y := a.Score(m.Name), b.Score(m.Name)
		return cmp.Or(
			cmp.Compare(b.Budget, a.Budget),
			order(m.Better(y, x) || math.IsNaN(x) && !math.IsNaN(y), m.Better(x, y) || math.IsNaN(y) && !math.IsNaN(x)),
			cmp.Compare(a.Number, b.Number),
		)
	})
}

func order(after, before bool) int {
	switch {
	case after:
		return 1
	case before:
		return -1
	}
	return 0
}
