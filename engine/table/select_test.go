package table

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestNewRefusals(t *testing.T) {
	_, err := New(Floats("x", []float64{1}), Floats("y", nil))
	require.EqualError(t, err, `column "y" has 0 rows, "x" has 1`)
	require.EqualError(t, must.Err(New(Floats("x", nil), Texts("x", nil))), `two columns are named "x"`)
}

func TestSelectAndWith(t *testing.T) {
	a := mixed(20)
	b := must.Get(a.Select("text", "number"))(t)
	require.Equal(t, []string{"text", "number"}, b.Names())
	require.Same(t, a.Column("number"), b.Column("number"))
	_, err := a.Select("numbr")
	require.EqualError(t, err, `no column "numbr"; there are number, the category, zeit, "t", text`)
	require.EqualError(t, must.Err(a.Select("text", "text")), `two columns are named "text"`)
	none := must.Get(a.Select())(t)
	require.Equal(t, 20, none.Len())

	c := must.Get(b.With(Floats("text", make([]float64, 20)), Floats("new", make([]float64, 20))))(t)
	require.Equal(t, []Field{{"text", Float, "", nil, "", ""}, {"number", Float, "", nil, "", ""}, {"new", Float, "", nil, "", ""}}, c.Fields())
	require.Equal(t, Text, b.Column("text").Kind)
	require.Error(t, must.Err(b.With(Floats("new", nil))))
}

func TestTakeSliceAppend(t *testing.T) {
	a := mixed(40)
	rows := []int{39, 5, 5, 0}
	b := a.Take(rows)
	for i, r := range rows {
		requireSame(t, a.Slice(r, r+1), b.Slice(i, i+1))
	}
	c := &Table{}
	for _, piece := range []*Table{a.Slice(0, 1), a.Slice(1, 30), a.Slice(30, 30), a.Slice(30, 40)} {
		require.NoError(t, c.Append(piece))
	}
	requireSame(t, a, c)
	requireSame(t, a, Concat(a.Slice(0, 17), a.Slice(17, 40)))
	require.Error(t, c.Append(b.Slice(0, 0).Take(nil).must(t, "text")))
}

func TestCompact(t *testing.T) {
	a := mixed(40)
	b := a.Take([]int{39, 5, 5, 0})
	requireSame(t, b, b.Compact())
	one := Must(Categories("c", []string{"a", "b", "", "c", "b"})).Take([]int{4, 2, 3}).Compact()
	require.Equal(t, []string{"b", "c"}, one.Column("c").Levels)
	require.Equal(t, []int32{0, -1, 1}, one.Column("c").Codes)
}

// With levels of its own a chunk says the same, and knows no other's.
func TestOwnLevels(t *testing.T) {
	texts := make([]string, 300_000)
	for i := range texts {
		texts[i] = fmt.Sprint(i / 1000)
	}
	a := Must(Categories("c", texts))
	path := file(t, "a.csv", string(write(t, "csv", a)))
	r := must.Get(Open(path, Options{Fields: a.Fields(), OwnLevels: true}))(t)
	defer r.Close()
	all, last := &Table{}, 0
	for chunk, err := range r.Chunks() {
		require.NoError(t, err)
		last = len(chunk.Column("c").Levels)
		require.NoError(t, all.Append(chunk))
	}
	requireSame(t, a, all)
	require.Less(t, last, 250)
}

func (t *Table) must(tb testing.TB, names ...string) *Table {
	return must.Get(t.Select(names...))(tb)
}

// Two tables that share a column and grow apart must not write into each other.
func TestAppendLeavesSharedColumns(t *testing.T) {
	a := &Table{}
	for range 3 {
		require.NoError(t, a.Append(Must(Floats("x", []float64{1, 2, 3}))))
	}
	b := a.must(t, "x")
	s := a.Slice(0, 4)
	require.NoError(t, a.Append(Must(Floats("x", []float64{4}))))
	require.NoError(t, b.Append(Must(Floats("x", []float64{5}))))
	require.NoError(t, s.Append(Must(Floats("x", []float64{6}))))
	require.Equal(t, []float64{1, 2, 3, 1, 2, 3, 1, 2, 3, 4}, a.Column("x").Floats)
	require.Equal(t, []float64{1, 2, 3, 1, 2, 3, 1, 2, 3, 5}, b.Column("x").Floats)
	require.Equal(t, []float64{1, 2, 3, 1, 6}, s.Column("x").Floats)
}

func TestAppendMergesLevels(t *testing.T) {
	a := Must(Categories("c", []string{"a", "b", ""}))
	require.NoError(t, a.Append(Must(Categories("c", []string{"b", "", "d", "a"}))))
	require.Equal(t, []string{"a", "b", "d"}, a.Column("c").Levels)
	require.Equal(t, []int32{0, 1, -1, 1, -1, 2, 0}, a.Column("c").Codes)
}

func TestRow(t *testing.T) {
	at := time.Date(1990, 4, 1, 12, 0, 0, 0, time.UTC)
	a := Must(Floats("x", []float64{1.5, math.NaN()}), Categories("c", []string{"a", ""}),
		Times("t", []int64{at.UnixNano(), NullTime}), Texts("s", []string{"b", ""}))
	for i, row := range a.Rows() {
		require.Equal(t, i == 1, row.IsNull("x") && row.IsNull("c") && row.IsNull("t") && row.IsNull("s"))
	}
	require.Equal(t, 1.5, a.Row(0).Float("x"))
	require.Equal(t, at, a.Row(0).Time("t"))
	require.Equal(t, "1990-04-01T12:00:00Z", a.Row(0).String("t"))
	require.Equal(t, "a", a.Row(0).String("c"))
	require.True(t, math.IsNaN(a.Row(1).Float("x")))
	require.True(t, a.Row(1).Time("t").IsZero())
	require.Equal(t, "", a.Row(1).String("x"))
	require.PanicsWithValue(t, "table: no column y", func() { a.Row(0).Float("y") })
	require.PanicsWithValue(t, "table: column c is a category, not a number", func() { a.Row(0).Float("c") })
	require.Panics(t, func() { a.Slice(1, 3) })
}
