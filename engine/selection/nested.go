package selection

import (
	"fmt"
	"math/rand/v2"
)

// NestedFold is an outer fold with inner folds of its training part: settings
// are chosen on the inner ones, and the outer test part, which the choice did
// not see, measures the whole procedure (Cawley and Talbot 2010).
type NestedFold struct {
	Fold
	Inner []Fold // in row numbers of the whole
}

// Nested splits by the outer splitter and each training part by the inner one.
func Nested(outer, inner Splitter, rows Rows, rng *rand.Rand) ([]NestedFold, error) {
	folds, err := outer.Split(rows, rng)
	if err != nil {
		return nil, err
	}
	nested := make([]NestedFold, len(folds))
	for k, f := range folds {
		parts, err := inner.Split(rows.Take(f.Train), rng)
		if err != nil {
			return nil, fmt.Errorf("inner folds of fold %d: %w", k, err)
		}
		nested[k].Fold = f
		for _, part := range parts {
			nested[k].Inner = append(nested[k].Inner, Fold{
				Train: lookup(f.Train, part.Train),
				Test:  lookup(f.Train, part.Test),
			})
		}
	}
	return nested, nil
}
