package table

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFirstEqual(t *testing.T) {
	nan, minusZero := math.NaN(), math.Copysign(0, -1)
	cols := []*Column{
		Floats("x", []float64{0, minusZero, nan, nan, 1, 1, 0}),
		Categories("c", []string{"a", "a", "", "", "b", "a", "a"}),
		Texts("s", []string{"s", "s", "", "", "s", "s", "s"}),
		Times("t", []int64{1, 1, NullTime, NullTime, 1, 1, 1}),
	}
	require.Equal(t, []int32{0, 0, 2, 2, 4, 5, 0}, FirstEqual(7, cols...))
	require.Equal(t, []int32{0, 0, 0}, FirstEqual(3), "without columns all rows are the same")
	require.Empty(t, FirstEqual(0, Floats("x", nil)))
}

// One column of each kind tells rows apart, also if their hashes are equal.
func TestFirstEqualSeesEveryKind(t *testing.T) {
	columns := func(last int) []*Column {
		return []*Column{
			Floats("x", []float64{1, float64(last)}),
			Categories("c", []string{"1", fmt.Sprint(last)}),
			Texts("s", []string{"1", fmt.Sprint(last)}),
			Times("t", []int64{1, int64(last)}),
		}
	}
	require.Equal(t, []int32{0, 0}, FirstEqual(2, columns(1)...))
	require.True(t, equal(columns(1), 0, 1))
	for k := range columns(1) {
		cols := columns(1)
		cols[k] = columns(2)[k]
		require.Equal(t, []int32{0, 1}, FirstEqual(2, cols...), cols[k].Name)
		require.False(t, equal(cols, 0, 1), cols[k].Name)
	}
}

func TestNullEqualsNullAlone(t *testing.T) {
	cols := []*Column{Floats("x", []float64{0, math.NaN()})}
	require.False(t, equal(cols, 0, 1))
	require.False(t, equal(cols, 1, 0))
	require.True(t, equal(cols, 1, 1))
}
