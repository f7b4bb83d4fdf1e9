package boost_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/random"
	"example.com/engine/tree/boost"
)

// The target jumps from 10 to 20 at 50; of rows without the feature it is 0.
func ExampleRegressor() {
	x, y := mat.NewDense(300, 1, nil), make([]float64, 300)
	for i := range y {
		switch x.Set(i, 0, float64(i%100)); {
		case i < 100:
			x.Set(i, 0, math.NaN())
		case i%100 < 50:
			y[i] = 10
		default:
			y[i] = 20
		}
	}
	b := boost.NewRegressor()
	if err := b.Fit(context.Background(), x, y, nil, random.New(42, "trees")); err != nil {
		panic(err)
	}
	predicted := make([]float64, 3)
	b.Predict(predicted, mat.NewDense(3, 1, []float64{49, 50, math.NaN()}))
	fmt.Printf("%d rounds: %.2f\n", b.Rounds(), predicted)
	// Output: 100 rounds: [10.00 20.00 0.00]
}
