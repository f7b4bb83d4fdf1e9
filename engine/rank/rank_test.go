package rank

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is counted pair by pair is what the order gives.
func TestRanksCountWhatIsBelow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		v := make([]float64, n)
		for i := range v {
			v[i] = []float64{math.Inf(-1), -1.5, math.Copysign(0, -1), 0, 2, math.Inf(1), math.NaN()}[r.IntN(7)]
		}
		lowest, mean := Lowest(v), Mean(v)
		for i, a := range v {
			below, equal := 0, 0
			for _, b := range v {
				switch {
				case b < a || a != a && b == b:
					below++
				case b == a || a != a && b != b:
					equal++
				}
			}
			assert.Equal(t, float64(below), lowest[i], "%v in %v", a, v)
			assert.Equal(t, float64(below)+float64(equal-1)/2, mean[i], "%v in %v", a, v)
		}
	}
}

func ExampleMean() {
	fmt.Println(Mean([]float64{0.3, 7, 0.3, -1}))
	// Output: [1.5 3 1.5 0]
}

func TestOrderKeepsEqualOnes(t *testing.T) {
	v := []int{2, 1, 2, 0, 1}
	assert.Equal(t, []int{3, 1, 4, 0, 2}, Order(len(v), func(a, b int) int { return v[a] - v[b] }))
	assert.Empty(t, Order(0, nil))
}
