// Package explain asks a model what its predictions depend on: by shuffling
// columns, and by setting one of them to each of a row of values; and it says what
// an estimator is that divides its predictions among its inputs by itself.
//
// It takes numbers and functions and gives numbers, and depends on nothing else
// of this module but packages of arithmetic. What a model, a column or a score is,
// is up to the caller. Names and definitions are those of scikit-learn's module
// inspection. The same arguments give the same bits at any GOMAXPROCS.
package explain

import (
	"math/rand/v2"
	"slices"
)

// Sample returns at most so many of n rows, drawn without replacement, in
// rising order.
func Sample(n, most int, rng *rand.Rand) []int {
	rows := rng.Perm(n)
	rows = rows[:min(n, most)]
	slices.Sort(rows)
	return rows
}
