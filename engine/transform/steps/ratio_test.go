package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRatio(t *testing.T) {
	x := tableOf(t, []fixtureColumn{
		{"rooms", "number", []any{6.0, 5.0, nil, 1.0, 0.0}},
		{"households", "number", []any{3.0, nil, 2.0, 0.0, 0.0}},
	})
	r := fitted(t, NewRatio(), x)
	requireSame(t, []float64{2, null, null, null, null}, transformed(t, r, x))
	require.Equal(t, []string{"rooms_per_households"}, r.NamesOut())
	require.Equal(t, "ratio(rooms / households)", r.String())
	require.EqualError(t, r.Fit(column(1), nil, nil), "it takes two columns and got [a]")
}
