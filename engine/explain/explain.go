// Package explain asks a model what its predictions depend on: by shuffling
// columns, and by setting one of them to each of a row of values.
//
// It takes numbers and functions and gives numbers, and depends on nothing else
// of this module but the package random. What a model, a column or a score is,
// is up to the caller. Names and definitions are those of scikit-learn's module
// inspection. The same arguments give the same bits at any GOMAXPROCS.
package explain

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Sample returns at most so many of n rows, drawn without replacement, in
// rising order.
func Sample(n, most int, rng *rand.Rand) []int {
	rows := rng.Perm(n)
	rows = rows[:min(n, most)]
	slices.Sort(rows)
	return rows
}

// each calls f(0) … f(tasks-1), as many at a time as there are processors, and
// returns the error of the first task that has one.
func each(tasks int, f func(task int) error) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, tasks)
	for range min(tasks, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < tasks; k = int(next.Add(1)) - 1 {
				errs[k] = f(k)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
