package model_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/table"
)

// Rows that have no answer are left out, whichever they are; the others have the answers
// that they have alone.
func TestAnswer(t *testing.T) {
	rows := table.Must(table.Categories("town", []string{"a", "b", "a", "b"}), table.Floats("y", []float64{1, 2, 1, 3}))
	m := modeltest.Fit(t, "columns: [{columns: [town], steps: [one_hot_encoder: {handle_unknown: error}]}]", rows)
	known := must.Get(m.Predict(rows))(t)
	for _, c := range []struct {
		towns []string
		want  []int
	}{
		{[]string{"a", "b"}, []int{0, 1}},
		{[]string{"c", "a", "b", "d", "c", "b", "a", "c"}, []int{1, 2, 5, 6}},
		{[]string{"c"}, nil},
		{nil, nil},
	} {
		p, answered, why := m.Answer(table.Must(table.Categories("town", c.towns)))
		require.Equal(t, len(c.want) < len(c.towns), why != nil)
		if why != nil {
			require.ErrorContains(t, why, "row 1: category")
		}
		require.ElementsMatch(t, c.want, answered)
		for k, row := range answered {
			require.Equal(t, known.Values[map[string]int{"a": 0, "b": 1}[c.towns[row]]], p.Values[k])
		}
	}
}
