package random_test

import (
	"fmt"

	"example.com/engine/random"
)

// Each tree of a forest draws from a stream of its own, whenever it is grown.
func ExampleNew() {
	for _, tree := range []string{"tree 0", "tree 1", "tree 0"} {
		rng := random.New(42, tree)
		fmt.Println(tree, rng.IntN(1000), rng.IntN(1000))
	}
	// Output:
	// tree 0 375 868
	// tree 1 477 222
	// tree 0 375 868
}
