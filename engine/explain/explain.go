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
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/engine/parallel"
	"example.com/engine/quantile"
)

// Dependence is how predictions change with one column, all others left as they
// are: for each row a curve of its own (individual conditional expectation,
// Goldstein and others 2015), and their mean (partial dependence, Friedman
// 2001). Where the column goes along with others, the curves also ask about
// rows that there are none of.
type Dependence struct {
	Mean       []float64   // at each point
	Individual [][]float64 // of each row, at each point
}

// Depend asks for the predictions of the rows with the column at each of so
// many points, and returns those of each output. at returns them row by row,
// so many outputs a row.
func Depend(ctx context.Context, rows, outputs, points int, at func(point int) ([]float64, error)) ([]Dependence, error) {
	out := make([]Dependence, outputs)
	for k := range out {
		out[k] = Dependence{make([]float64, points), make([][]float64, rows)}
		for i := range rows {
			out[k].Individual[i] = make([]float64, points)
		}
	}
	return out, parallel.Try(points, func(p int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		values, err := at(p)
		if err != nil {
			return err
		}
		for j, v := range values {
			d := &out[j%outputs]
			d.Individual[j/outputs][p] = v
			d.Mean[p] += v / float64(rows)
		}
		return nil
	})
}

// Grid returns at most so many values at which to ask: those that come, if
// there are no more than that, and else evenly spaced ones from their 5th to
// their 95th percentile, as scikit-learn takes them. NaN is left out.
func Grid(v []float64, points int) []float64 {
	sorted := slices.DeleteFunc(slices.Clone(v), math.IsNaN)
	slices.Sort(sorted)
	if distinct := slices.Compact(slices.Clone(sorted)); len(distinct) <= points {
		return distinct
	}
	low, high := quantile.Cunnane(sorted, 0.05), quantile.Cunnane(sorted, 0.95)
	if low == high { // nearly all values are the same
		low, high = sorted[0], sorted[len(sorted)-1]
	}
	grid := make([]float64, points)
	for k := range grid {
		grid[k] = low + (high-low)*float64(k)/float64(points-1)
	}
	return grid
}

// Sample returns at most so many of n rows, drawn without replacement, in
// rising order.
func Sample(n, most int, rng *rand.Rand) []int {
	rows := rng.Perm(n)
	rows = rows[:min(n, most)]
	slices.Sort(rows)
	return rows
}
