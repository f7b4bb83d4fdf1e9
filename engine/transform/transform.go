// Package transform turns columns into the numbers that an estimator takes.
//
// This package has what transformers share: their contract, the registry, and
// how they run over blocks of rows. Those that come with the engine are in
// package steps, a project's own in src/own. The settings of a transformer and
// what it learned are exported fields of one struct: the settings carry yaml
// tags, what it learned carries yaml:"-", and JSON carries both, which is how a
// fitted pipeline is saved.
//
// [Pipeline] applies transformers one after the other, [ColumnTransformer]
// applies pipelines to groups of columns and puts the results side by side.
//
// A transformer is one file, in any package: a struct with its
// settings, the embedded [Signature] and what it learns; Fit; Transform, which
// is a call of [Run]; Apply, the arithmetic on rows; String; and a line in init
// that registers its name. Methods that some have besides are [InPlacer],
// [Depender], [Arrayer], [FitTransformer], and Validate, which checks settings
// beyond their tags.
package transform

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"example.com/engine/table"
)

// Transformer learns from training rows and maps columns to columns.
type Transformer interface {
	// Fit learns from the columns of x, and forgets what it knew. y is the
	// target (class codes for a classification), or nil; rng is used by what
	// draws numbers.
	Fit(x *table.Table, y []float64, rng *rand.Rand) error
	// Transform returns one row for each row of x and leaves x as it was. What
	// it returns may share with x what it did not change. A null gives a null
	// unless the transformer says otherwise. It is safe for concurrent use.
	Transform(x *table.Table) (*table.Table, error)
}

// FitTransformer is a Transformer whose output on its own training rows
// differs from Transform, as with cross-fitted target statistics.
type FitTransformer interface {
	Transformer
	FitTransform(x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error)
}

// Arrayer has learned slices that are too long for JSON. Arrays returns pointers
// to them by name, for saving and for loading; before what they belong to is
// learned or read from JSON it may return nil.
type Arrayer interface{ Arrays() map[string]any }

// fitTransform is FitTransform where t has it, else Fit and Transform.
func fitTransform(t Transformer, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if ft, ok := t.(FitTransformer); ok {
		return ft.FitTransform(x, y, rng)
	}
	if err := t.Fit(x, y, rng); err != nil {
		return nil, err
	}
	return t.Transform(x)
}

// kinds are the transformers by the name that a configuration uses, each with
// its default settings.
var kinds = map[string]func() Rowwise{}

// Register adds a kind, in the init of the file that has it; create returns one
// with its default settings. A name that is taken is a mistake in the program,
// and panics.
func Register(kind string, create func() Rowwise) {
	if kinds[kind] != nil {
		panic("transform: two transformers are named " + kind)
	}
	kinds[kind] = create
}

// Kinds returns the names of all transformers, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// New returns the transformer of that kind with its default settings.
func New(kind string) (Transformer, error) {
	create, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("no transformer %q; there are %v", kind, Kinds())
	}
	return create(), nil
}
