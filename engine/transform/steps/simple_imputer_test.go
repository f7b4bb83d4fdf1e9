package steps

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

func TestSimpleImputer(t *testing.T) {
	againstScikitLearn(t, "simple_imputer")

	for strategy, want := range map[string]float64{"mean": 4, "median": 2.5, "most_frequent": 2, "constant": 0} {
		s := NewSimpleImputer()
		s.Strategy = strategy
		fitted(t, s, column(9, 2, null, 3, 2))
		requireSame(t, []float64{want, 7}, transformed(t, s, column(null, 7)))
	}
}

func TestSimpleImputerOfWords(t *testing.T) {
	s := NewSimpleImputer()
	s.Strategy = "most_frequent"
	x := table.Must(table.Categories("a", []string{"c", "b", "", "c", "b"}), table.Texts("t", []string{"y", "", "z", "z", ""}))
	fitted(t, s, x)
	require.Equal(t, []Fill{{Text: "b"}, {Text: "z"}}, s.Fills)

	// The row's own levels do not have the word that fills it.
	row := table.Must(table.Categories("a", []string{"", "q"}), table.Texts("t", []string{"", "r"}))
	out, err := s.Transform(row)
	require.NoError(t, err)
	require.Equal(t, []string{"b", "q"}, textsOf(out.Column("a")))
	require.Equal(t, []string{"z", "r"}, textsOf(out.Column("t")))
	require.Equal(t, []string{"", "q"}, textsOf(row.Column("a")))

	// Levels with spare room belong to others, too.
	room := append(make([]string, 0, 9), "q")
	_, err = s.Transform(table.Must(&table.Column{Name: "a", Kind: table.Category, Codes: []int32{-1}, Levels: room}, table.Texts("t", []string{""})))
	require.NoError(t, err)
	require.Equal(t, []string{"q", ""}, room[:2])
	require.Equal(t, "simple_imputer(strategy=most_frequent, fill=[b z])", s.String())
}

func TestSimpleImputerDropsAndIndicates(t *testing.T) {
	x := table.Must(table.Floats("a", []float64{1, null, 3}), table.Floats("b", []float64{null, null, null}), table.Floats("c", []float64{4, 5, 6}))
	s := NewSimpleImputer()
	s.AddIndicator = true
	fitted(t, s, x)
	require.Equal(t, []string{"a", "c", "missingindicator_a", "missingindicator_b"}, s.NamesOut())
	out, err := s.Transform(x)
	require.NoError(t, err)
	requireSame(t, []float64{1, 2, 3}, out.Column("a").Floats)
	requireSame(t, []float64{0, 1, 0}, out.Column("missingindicator_a").Floats)
	require.Equal(t, "simple_imputer(strategy=mean, fill=[2 5], dropped=[b])", s.String())
}

func TestSimpleImputerRefuses(t *testing.T) {
	s := NewSimpleImputer()
	require.ErrorContains(t, s.Fit(wordColumn("x"), nil, nil), `column "a" is a category and has no mean; use the strategy most_frequent or constant`)
	s.Strategy = "average"
	require.ErrorContains(t, s.Fit(column(1), nil, nil), "strategy")
	s.Strategy, s.FillValue = "constant", "none"
	require.ErrorContains(t, s.Fit(column(1), nil, nil), `fill_value: "none" is not a number, and column "a" is`)
	require.ErrorContains(t, s.Fit(table.Must(table.Times("w", []int64{1})), nil, nil), `column "w" is a time`)
}
