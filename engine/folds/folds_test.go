package folds

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
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
	rows := must.Get(s.Rows(sample(), nil, nil))(t)
	folds := must.Get(s.Split.Split(rows, nil))(t)
	require.Equal(t, []selection.Fold{{Train: []int{0}, Test: []int{1, 2}}}, folds)

	rows.Time[0] = rows.Time[1]
	_, err := s.Split.Split(rows, nil)
	require.EqualError(t, err, "from_year: fold 1 of 1 has 0 training rows and 3 test rows")

	s.Time = "x"
	_, err = s.Rows(sample(), nil, nil)
	require.EqualError(t, err, `cross_validation.time: row 2 of column "x" is null`, "the settings beside the split win")
	require.ErrorContains(t, config.Parse("model.yaml", []byte("split: {from_year: {first: 1}}"), &s),
		"model.yaml:1:20: split.from_year.column: must be given")
	require.ErrorContains(t, config.Parse("model.yaml", []byte("split: from_yeer"), &s),
		`model.yaml:1:8: split: unknown splitter "from_yeer"; did you mean "from_year"?`)
}

func TestRows(t *testing.T) {
	units := []uint64{3, 4, 5}
	rows := must.Get(Rows(sample(), selection.Columns{
		Y: "town", Groups: "town", Points: []string{"year", "year"}, Keys: []string{"town"},
	}, []float64{7, 8, 9}, units))(t)
	b := table.Digests(3, sample().Column("town"))[0]
	require.Equal(t, selection.Rows{
		N: 3, Y: []float64{0, 1, 0}, Groups: []int{int(b), 4, int(b)}, Units: []uint64{b, 4, b},
		Points: [][]float64{{1999, 1999}, {2001, 2001}, {2000, 2000}},
	}, rows, "the group and the key of a row that has none is the row")
	require.Equal(t, []uint64{3, 4, 5}, units)
	rows = must.Get(Rows(sample(), selection.Columns{}, []float64{7, 8, 9}, nil))(t)
	require.Equal(t, selection.Rows{N: 3, Y: []float64{7, 8, 9}}, rows)

	refused := func(c selection.Columns, want string) {
		t.Helper()
		require.EqualError(t, must.Err(Rows(sample(), c, nil, nil)), want)
	}
	refused(selection.Columns{Groups: "twn"}, `groups: no column "twn": there are [year x town sold]`)
	refused(selection.Columns{Keys: []string{"x", "y"}}, `keys: no column "y": there are [year x town sold]`)
	refused(selection.Columns{Time: "sold"}, `time: row 3 of column "sold" is null`)
	refused(selection.Columns{Time: "town"}, `time: column "town" is a category, neither a time nor a number`)
	refused(selection.Columns{Points: []string{"x", "sold"}}, `points: column "sold" is a time, not a number`)
}

// Copies share a unit; rows alike by chance have one each, whatever their order.
func TestUnits(t *testing.T) {
	x, y := table.Floats("x", []float64{1, 1, 1, 2, 1}), table.Categories("y", []string{"a", "b", "a", "a", "a"})
	cols := []*table.Column{x, y}
	u := Units(5, cols, "y", true)
	require.Equal(t, []uint64{u[0], u[0], u[0], u[3], u[0]}, u)
	require.NotEqual(t, u[0], u[3])

	u = Units(5, cols, "y", false)
	require.Len(t, map[uint64]bool{u[0]: true, u[1]: true, u[2]: true, u[3]: true, u[4]: true}, 5)
	require.Equal(t, table.Digests(5, x, y)[:2], u[:2])
	require.Equal(t, []uint64{u[0], u[2], u[4]}, Units(3, []*table.Column{
		table.Categories("y", []string{"a", "a", "a"}), table.Floats("x", []float64{1, 1, 1}),
	}, "y", false))
}

func TestNumbersInOrder(t *testing.T) {
	v := []float64{math.Inf(-1), -math.MaxFloat64, -1.5, -1, -5e-324, 0, 5e-324, 1, 1.5, math.MaxFloat64, math.Inf(1)}
	for i := 1; i < len(v); i++ {
		require.Less(t, Order(v[i-1]), Order(v[i]), "%v, %v", v[i-1], v[i])
	}
	require.Equal(t, Order(0), Order(math.Copysign(0, -1)))
}
