package linear_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/linear"
)

func ExampleRidge() {
	x := mat.NewDense(4, 2, []float64{1, 1, 1, 2, 2, 2, 2, 3})
	y := []float64{6, 8, 9, 11} // 3 + x₀ + 2 x₁
	for _, alpha := range []float64{0, 1} {
		r := linear.NewRidge()
		r.Alpha = alpha
		if err := r.Fit(context.Background(), x, y, nil, nil); err != nil {
			panic(err)
		}
		fmt.Printf("alpha %v: %.3f + %.3f x₀ + %.3f x₁\n", alpha, r.Intercept, r.Coef[0], r.Coef[1])
	}
	// Output:
	// alpha 0: 3.000 + 1.000 x₀ + 2.000 x₁
	// alpha 1: 4.500 + 0.800 x₀ + 1.400 x₁
}
