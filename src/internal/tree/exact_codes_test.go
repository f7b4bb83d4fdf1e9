package tree

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// One sorter takes columns of any number of values, in any order. It once
// failed on a column of more values than the ones before it, as its keys and
// its rows had not grown alike.
func TestSorterTakesColumnsOfAnyLength(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for first := 500; first < 3000; first += 100 {
		var s exactSorter
		for _, n := range []int{first, first + 50, first + 200, first / 2} {
			x := mat.NewDense(n, 1, nil)
			var want []float64
			for i := range n {
				x.Set(i, 0, float64(r.IntN(1<<10))) // an odd number of passes
				if r.IntN(1000) == 0 {
					x.Set(i, 0, math.NaN())
					continue
				}
				want = append(want, x.At(i, 0))
			}
			s.load(x, 0)
			s.sort()
			slices.Sort(want)
			require.Len(t, s.keys, len(want))
			for i, k := range s.keys {
				require.Equal(t, want[i], keyedValue(k))
				require.Equal(t, want[i], x.At(int(s.rows[i]), 0))
			}
		}
	}
}
