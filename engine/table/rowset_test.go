package table

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowSet(t *testing.T) {
	a := Must(
		Floats("x", []float64{0, math.Copysign(0, -1), math.NaN(), math.NaN(), 1, 1}),
		Categories("c", []string{"a", "a", "", "", "ab", "a"}),
		Texts("s", []string{"", "", "b", "b", "c", "bc"}),
		Times("t", []int64{1, 1, NullTime, NullTime, 0, 0}),
	)
	s := NewRowSet()
	for i, want := range []bool{true, false, true, false, true, true} {
		require.Equal(t, want, s.Add(a.Columns(), i), "row %d", i)
	}
	require.Equal(t, 4, s.Len())
	require.True(t, s.Add(a.Columns()[1:3], 4)) // "ab","c" is not "a","bc"
	require.True(t, s.Add(a.Columns()[1:3], 5))

	// The levels of another table may have other codes.
	b := Must(Categories("c", []string{"ab"}), Texts("s", []string{"c"}))
	require.False(t, s.Add(b.Columns(), 0))
}
