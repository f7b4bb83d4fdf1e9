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
	var s exactSorter
	for range 200 {
		n, most := 2+r.IntN(3000), 2<<r.IntN(40) // which tells how many passes there are
		x := mat.NewDense(n, 1, nil)
		var want []float64
		for i := range n {
			x.Set(i, 0, float64(r.IntN(most)))
			if r.IntN(4) == 0 {
				x.Set(i, 0, math.NaN())
				continue
			}
			want = append(want, x.At(i, 0))
		}
		s.load(x, 0)
		s.sort()
		slices.Sort(want)
		for i, k := range s.keys {
			require.Equal(t, want[i], keyedValue(k))
			require.Equal(t, want[i], x.At(int(s.rows[i]), 0))
		}
		require.Len(t, s.keys, len(want))
	}
}
