package partition

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/must"
	"example.com/engine/selection"
	"example.com/engine/table"
)

func init() {
	selection.Register("from_year", func() selection.Splitter { return &fromYear{First: 1980} })
	Register("first", func() Strategy { return &first{Rows: 10} })
}

// fromYear is a splitter of a project's own, for folds as well.
type fromYear struct {
	Column string `yaml:"column" json:"column" validate:"required"`
	First  int    `yaml:"first" json:"first"`
	lost   int    // rows that are in no part
}

func (s *fromYear) Columns() selection.Columns {
	return selection.Columns{Y: s.Column, Groups: s.Column}
}

func (s *fromYear) Split(rows selection.Rows, _ *rand.Rand) ([]selection.Fold, error) {
	var f selection.Fold
	for i, year := range rows.Y[s.lost:] {
		if year >= float64(s.First) {
			f.Test = append(f.Test, i)
		} else {
			f.Train = append(f.Train, i)
		}
	}
	return []selection.Fold{f, {}}, nil
}

// first is a strategy of a project's own.
type first struct {
	Rows int `yaml:"rows" json:"rows"`
}

func (f *first) Needs() []derive.Input { return nil }
func (f *first) String() string        { return "the first" }

func (f *first) Divide(rows selection.Rows, _ []*table.Column, _ *rand.Rand) (*Division, error) {
	d := &Division{Test: make([]bool, rows.N)}
	for i := range f.Rows {
		d.Test[i] = true
	}
	return d, nil
}

func TestOwnSplitter(t *testing.T) {
	p := parse(t, "derive:\n- sum: {name: double, columns: [year, year]}\nsplit: {from_year: {column: double, first: 3980}}")
	rows := people(1000, 0)
	must.Get(p.Check(rows.Fields()))(t)
	d := must.Get(p.Divide(rows))(t)
	for i, test := range d.Test {
		require.Equal(t, rows.Column("year").Floats[i] >= 1990, test)
	}
	text := must.Get(json.Marshal(p.Split))(t)
	require.JSONEq(t, `{"from_year": {"column": "double", "first": 3980}}`, string(text))
	require.Equal(t, "by from_year", p.Split.String())

	p.Split.Strategy = splitted{"from_year", &fromYear{Column: "year", lost: 1}}
	_, err := p.Divide(rows)
	require.EqualError(t, err, "split: from_year: split of 1000 rows has 999 of them in its two parts; each row belongs in one")

	p = parse(t, "split: {from_year: {column: yeer}}")
	_, err = p.Check(rows.Fields())
	require.EqualError(t, err, `features.yaml: split: from_year: column: there is no column "yeer"; did you mean "year"? there are: town, name, income, year, born`)
	var cv folds.Settings
	require.NoError(t, config.Parse("model.yaml", []byte("split: {from_year: {column: year}}"), &cv), "the same for folds")
}

func TestOwnStrategy(t *testing.T) {
	d := must.Get(parse(t, "split: {first: {rows: 3}}").Divide(people(100, 0)))(t)
	require.Equal(t, []int{0, 1, 2}, d.Rows(true))
}

func TestKinds(t *testing.T) {
	require.Equal(t, []string{"first", "from_year", "group", "hash", "random", "rows", "stratified", "time"}, Kinds())
	var s Split
	require.EqualError(t, config.Parse("x.yaml", []byte("split: kfold"), &struct {
		Split *Split `yaml:"split"`
	}{&s}), "x.yaml:1:8: split: unknown split \"kfold\"; allowed: first, from_year, group, hash, random, rows, stratified, time")

	require.PanicsWithValue(t, "partition: two splits are named hash", func() { Register("hash", newRandom) })
	require.Panics(t, func() { Register("", newRandom) })
	require.Panics(t, func() { Register("none", nil) })
}
