package neighbors_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/neighbors"
)

func Example() {
	x, y := mat.NewDense(5, 1, []float64{1, 2, 5, 8, 9}), []float64{10, 20, 50, 80, 90}
	r := neighbors.NewRegressor()
	r.Neighbors = 2
	if err := r.Fit(context.Background(), x, y, nil, nil); err != nil {
		panic(err)
	}
	predicted := make([]float64, 2)
	r.Predict(predicted, mat.NewDense(2, 1, []float64{1.4, 8.9}))
	fmt.Println(predicted)
	// Output: [15 85]
}
