package folds

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() {
	selection.Register("from_year", func() selection.Splitter { return &fromYear{First: 2000} })
}

// fromYear is a split of a project's own: it names its column itself.
type fromYear struct {
	Column string `yaml:"column" json:"column" validate:"required"`
	First  int    `yaml:"first" json:"first"`
}

func (s *fromYear) Columns() selection.Columns { return selection.Columns{Time: s.Column} }

func (s *fromYear) Split(rows selection.Rows, _ *rand.Rand) ([]selection.Fold, error) {
	var f selection.Fold
	for i, t := range rows.Time {
		if t >= Order(float64(s.First)) {
			f.Test = append(f.Test, i)
		} else {
			f.Train = append(f.Train, i)
		}
	}
	return []selection.Fold{f}, nil
}

func sample() *table.Table {
	return table.Must(
		table.Floats("year", []float64{1999, 2001, 2000}), table.Floats("x", []float64{1, math.NaN(), 3}),
		table.Categories("town", []string{"b", "", "b"}), table.Times("sold", []int64{5, 3, table.NullTime}),
	)
}

func TestOwnSplitter(t *testing.T) {
	var s Settings
	require.NoError(t, config.Parse("model.yaml", []byte("split: {from_year: {column: year}}"), &s))
	require.Equal(t, "from_year, column year, first 2000", s.Split.String())
	rows, err := s.Rows(sample(), nil)
	require.NoError(t, err)
	folds, err := s.Split.Split(rows, nil)
	require.NoError(t, err)
	require.Equal(t, []selection.Fold{{Train: []int{0}, Test: []int{1, 2}}}, folds)

	rows.Time[0] = rows.Time[1]
	_, err = s.Split.Split(rows, nil)
	require.EqualError(t, err, "from_year: fold 1 of 1 has 0 training rows and 3 test rows")

	s.Time = "x"
	_, err = s.Rows(sample(), nil)
	require.EqualError(t, err, `cross_validation.time: row 2 of column "x" is null`, "the settings beside the split win")
	require.ErrorContains(t, config.Parse("model.yaml", []byte("split: {from_year: {first: 1}}"), &s),
		"model.yaml:1:20: split.from_year.column: must be given")
	require.ErrorContains(t, config.Parse("model.yaml", []byte("split: from_yeer"), &s),
		`model.yaml:1:8: split: unknown splitter "from_yeer"; did you mean "from_year"?`)
}

func TestRows(t *testing.T) {
	rows, err := Rows(sample(), selection.Columns{
		Y: "town", Groups: "town", Points: []string{"year", "year"}, Keys: []string{"year", "town"},
	}, []float64{7, 8, 9})
	require.NoError(t, err)
	require.Equal(t, selection.Rows{
		N: 3, Y: []float64{0, 1, 0}, Groups: []int{0, 1, 0},
		Points: [][]float64{{1999, 1999}, {2001, 2001}, {2000, 2000}}, Keys: []string{"1999\tb", "2001\t", "2000\tb"},
	}, rows)
	rows, err = Rows(sample(), selection.Columns{}, []float64{7, 8, 9})
	require.NoError(t, err)
	require.Equal(t, selection.Rows{N: 3, Y: []float64{7, 8, 9}}, rows)

	refused := func(c selection.Columns, want string) {
		t.Helper()
		_, err := Rows(sample(), c, nil)
		require.EqualError(t, err, want)
	}
	refused(selection.Columns{Groups: "twn"}, `groups: no column "twn": there are [year x town sold]`)
	refused(selection.Columns{Keys: []string{"x", "y"}}, `keys: no column "y": there are [year x town sold]`)
	refused(selection.Columns{Time: "sold"}, `time: row 3 of column "sold" is null`)
	refused(selection.Columns{Time: "town"}, `time: column "town" is a category, neither a time nor a number`)
	refused(selection.Columns{Points: []string{"x", "sold"}}, `points: column "sold" is a time, not a number`)
}

func TestNumbersInOrder(t *testing.T) {
	v := []float64{math.Inf(-1), -math.MaxFloat64, -1.5, -1, -5e-324, 0, 5e-324, 1, 1.5, math.MaxFloat64, math.Inf(1)}
	for i := 1; i < len(v); i++ {
		require.Less(t, Order(v[i-1]), Order(v[i]), "%v, %v", v[i-1], v[i])
	}
	require.Equal(t, Order(0), Order(math.Copysign(0, -1)))
}
