package steps

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLog(t *testing.T) {
	againstScikitLearn(t, "log")

	l := fitted(t, NewLog(), column(1))
	requireSame(t, []float64{0, null, 1}, transformed(t, l, column(1, null, math.E)))
	for _, bad := range []float64{0, -1} {
		_, err := l.Transform(column(1, bad))
		require.ErrorContains(t, err, `column "a", row 2: log(`)
		require.ErrorContains(t, err, ") is not a finite number")
	}
	l.PlusOne = true
	requireSame(t, []float64{0, 1e-20}, transformed(t, l, column(0, 1e-20)))
	_, err := l.Transform(column(-1))
	require.EqualError(t, err, `column "a", row 1: log1p(-1) is not a finite number`)
}
