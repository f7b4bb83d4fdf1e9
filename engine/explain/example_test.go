package explain_test

import (
	"context"
	"fmt"

	"example.com/engine/explain"
)

// How 3 a + b depends on a, all else left as it is.
func ExampleDepend() {
	a, b := []float64{1, 2, 2, 4}, []float64{10, 20, 30, 40}
	grid := explain.Grid(a, 50)
	curves, err := explain.Depend(context.Background(), len(b), 1, len(grid), func(point int) ([]float64, error) {
		predicted := make([]float64, len(b))
		for i := range b {
			predicted[i] = 3*grid[point] + b[i]
		}
		return predicted, nil
	})
	fmt.Println(grid, curves[0].Mean, err)
	// Output: [1 2 4] [28 31 37] <nil>
}
