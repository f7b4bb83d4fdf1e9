// Package rank orders values and numbers them by their order, from 0.
package rank

import (
	"slices"

	"example.com/engine/radix"
)

// Order returns the numbers below n in the order of a comparison, equal ones as they were.
func Order(n int, compare func(a, b int) int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, compare)
	return order
}

// Lowest returns for each value how many are below it. NaN is above all numbers.
func Lowest(v []float64) []float64 {
	return rank(v, func(from, _ int) float64 { return float64(from) })
}

// Mean returns for each value its place in their order, for equal ones the mean of
// their places. NaN is above all numbers.
func Mean(v []float64) []float64 {
	return rank(v, func(from, to int) float64 { return float64(from+to-1) / 2 })
}

// rank gives equal values, at the places from ≤ i < to of the order, the number of.
func rank(v []float64, of func(from, to int) float64) []float64 {
	var sorter radix.Sorter
	sorter.Reset(len(v))
	for i, x := range v {
		sorter.Add(radix.Key(x), uint32(i))
	}
	keys, rows := sorter.Sort()
	out := make([]float64, len(v))
	for from := 0; from < len(keys); {
		to := from
		for to < len(keys) && keys[to] == keys[from] {
			to++
		}
		for _, i := range rows[from:to] {
			out[i] = of(from, to)
		}
		from = to
	}
	return out
}
