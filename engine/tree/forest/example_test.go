package forest_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/tree"
	"example.com/engine/tree/forest"
)

func ExampleTreeRegressor_Text() {
	// Median income in $10,000, and 0, 1 or 2 for the coast, inland and an island.
	x := mat.NewDense(8, 2, []float64{
		1.5, 1,
		2.0, 1,
		2.5, 0,
		2.7, 2,
		3.5, 0,
		4.0, 1,
		6.5, 0,
		8.3, 0,
	})
	value := []float64{90, 100, 230, 240, 250, 120, 400, 450} // in $1,000
	t := forest.NewTreeRegressor()
	t.MaxLeafNodes, t.CategoricalFeatures = 3, []int{1}
	if err := t.Fit(context.Background(), x, value, nil, nil); err != nil {
		panic(err)
	}
	fmt.Print(t.Text(tree.Rules{
		Features: []string{"income", "place"},
		Levels:   [][]string{1: {"coast", "inland", "island"}},
		Decimals: 1,
		Missing:  true,
	}))
	// Output:
	// |--- income <= 5.2 or missing
	// |   |--- place in {inland}
	// |   |   |--- value: [103.3]
	// |   |--- place not in {inland} or missing
	// |   |   |--- value: [240.0]
	// |--- income >  5.2
	// |   |--- value: [425.0]
}
