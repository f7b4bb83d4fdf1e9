package tree_test

import (
	"fmt"
	"math"

	"example.com/engine/tree"
)

// A tree of one split, as rules and as a prediction.
func Example() {
	t := tree.NewTree(1)
	left := t.Split(0, 0, 3.07, true) // null goes left
	t.Values(left)[0], t.Values(left + 1)[0] = 120_000, 260_000
	e := tree.NewEnsemble(1, 1)
	e.Append(t)

	fmt.Print(e.Text(tree.Rules{Features: []string{"income"}}))
	for _, income := range []float64{3.07, 3.08, math.NaN()} {
		value := []float64{0}
		e.AddRow(value, []float64{income})
		fmt.Println(income, value)
	}
	// Output:
	// |--- income <= 3.07
	// |   |--- value: [120000]
	// |--- income >  3.07
	// |   |--- value: [260000]
	// 3.07 [120000]
	// 3.08 [260000]
	// NaN [120000]
}
