package selection

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindRepeats(t *testing.T) {
	require.Equal(t, Repeats{Agreement: 1, Together: true}, FindRepeats(nil, nil))
	require.Equal(t, Repeats{Agreement: 1, Together: true}, FindRepeats([]int32{0, 1, 2}, []int32{0, 0, 2}), "none")
	require.Equal(t, Repeats{Rows: 2, Agreement: 1, Together: true}, FindRepeats([]int32{0, 0, 2, 2}, []int32{0, 0, 2, 2}))
	// Of two repeated rows one agrees, as do half of any two rows.
	require.Equal(t, Repeats{Rows: 2}, FindRepeats([]int32{0, 0, 2, 2, 4, 5}, []int32{0, 0, 2, 0, 2, 2}))
	// A target of one value agrees by itself.
	require.Equal(t, Repeats{Rows: 1, Agreement: 1, Together: true}, FindRepeats([]int32{0, 0}, []int32{0, 0}))
	require.PanicsWithValue(t, "selection: slice length mismatch", func() { FindRepeats([]int32{0}, nil) })
}

// draw makes n rows of some kinds, the share of which are copies of an earlier
// row, and the others of a target that is 1 once in ten.
func draw(n, kinds int, copies float64) (first, target []int32) {
	rng := rand.New(rand.NewPCG(7, 8))
	kind, y := make([]int, n), make([]int, n)
	ofKind, ofTarget := map[int]int32{}, map[int]int32{}
	for i := range n {
		kind[i], y[i] = rng.IntN(kinds), min(1, rng.IntN(10))
		if i > 0 && rng.Float64() < copies {
			j := rng.IntN(i)
			kind[i], y[i] = kind[j], y[j]
		}
		for m, v := range map[*map[int]int32]int{&ofKind: kind[i], &ofTarget: y[i]} {
			if _, ok := (*m)[v]; !ok {
				(*m)[v] = int32(i)
			}
		}
		first, target = append(first, ofKind[kind[i]]), append(target, ofTarget[y[i]])
	}
	return first, target
}

func TestCopiesOrChance(t *testing.T) {
	for name, c := range map[string]struct {
		kinds    int
		copies   float64
		together bool
	}{
		"coarse columns":        {30, 0, false},
		"fine columns":          {1 << 40, 0, true},
		"fine columns, copies":  {1 << 40, 0.4, true},
		"few that are alike":    {1 << 16, 0, true},
		"coarse, and copies":    {30, 0.4, false},
		"many copies and alike": {4000, 0.4, false},
	} {
		r := FindRepeats(draw(4000, c.kinds, c.copies))
		require.Equal(t, c.together, r.Together, "%s: %+v", name, r)
	}
	r := FindRepeats(draw(4000, 30, 0))
	require.InDelta(t, 0, r.Agreement, 0.05, "a target that the columns do not tell")
}
