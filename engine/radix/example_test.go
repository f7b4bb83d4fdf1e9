package radix_test

import (
	"fmt"
	"math"

	"example.com/engine/radix"
)

// Rows are put in the order of a column; a null is last.
func ExampleSorter() {
	column := []float64{2, math.NaN(), -1.5, 2}
	var s radix.Sorter
	s.Reset(len(column))
	for row, x := range column {
		s.Add(radix.Key(x), uint32(row))
	}
	keys, rows := s.Sort()
	fmt.Println(rows, radix.Value(keys[0]))
	// Output: [2 0 3 1] -1.5
}
