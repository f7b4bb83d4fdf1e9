// Package transform turns columns into the numbers that an estimator takes.
//
// Each transformer has the name, the settings and the edge cases of the
// scikit-learn one. Its settings and what it learned are exported fields of
// one struct: the settings carry yaml tags, what it learned carries yaml:"-",
// and JSON carries both, which is how a fitted pipeline is saved.
package transform

import (
	"math/rand/v2"

	"example.com/housing/src/internal/table"
)

// Transformer learns from training rows and maps columns to columns.
type Transformer interface {
	// Fit learns from the columns of x. y is the target (class codes for a
	// classification), or nil; rng is used by what draws numbers.
	Fit(x *table.Table, y []float64, rng *rand.Rand) error
	// Transform returns one row for each row of x and leaves x as it was.
	// It is safe for concurrent use and does not allocate more than its result.
	Transform(x *table.Table) (*table.Table, error)
}

// FitTransformer is a Transformer whose output on its own training rows
// differs from Transform, as with cross-fitted target statistics.
type FitTransformer interface {
	Transformer
	FitTransform(x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error)
}
