package calibration_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/calibration"
)

// A classifier that says 90 % is right in two of four rows.
func Example() {
	held := mat.NewDense(8, 2, []float64{
		0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9,
		0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2,
	})
	c := calibration.Fit("isotonic", held, []float64{1, 0, 1, 0, 0, 1, 0, 0})
	fresh := mat.NewDense(2, 2, []float64{0.05, 0.95, 0.7, 0.3})
	c.Apply(fresh)
	fmt.Println(mat.Formatted(fresh))
	// Output:
	// ⎡ 0.5   0.5⎤
	// ⎣0.75  0.25⎦
}
