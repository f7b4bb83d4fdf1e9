package shap_test

import (
	"fmt"

	"example.com/engine/tree"
	"example.com/engine/tree/shap"
)

// Of four training rows, three had an income up to 3 and a value of 100.
func Example() {
	t := tree.NewTree(1)
	left := t.Split(0, 1, 3, true)
	t.Values(left)[0], t.Values(left + 1)[0] = 100, 200
	copy(t.Cover, []float32{4, 3, 1})
	e := tree.NewEnsemble(1, 1)
	e.Append(t)

	x := shap.New(e, 2, 1, []float64{0})
	contributions := make([]float64, 2)
	x.Explain(contributions, []float64{30, 4.5}) // age and income
	fmt.Println(x.Base(), contributions)
	// Output: [125] [0 75]
}
