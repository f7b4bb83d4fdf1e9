package table

import (
	"math"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/require"
)

func TestGotaRoundTrip(t *testing.T) {
	want := mixed(500)
	df := ToGota(want)
	require.NoError(t, df.Err)
	got, err := FromGota(df, want.Fields())
	require.NoError(t, err)
	requireSame(t, want, got)
}

func TestFromGotaKinds(t *testing.T) {
	df := dataframe.New(
		series.New([]int{1, 2}, series.Int, "int"),
		series.New([]bool{true, false}, series.Bool, "bool"),
		series.New([]float64{1e-9, math.NaN()}, series.Float, "float"),
		series.New([]any{"a", nil}, series.String, "string"),
		series.New([]string{"2020-01-01", "NaN"}, series.String, "time"),
		series.New([]float64{1e-9, math.NaN()}, series.Float, "text"),
	)
	got, err := FromGota(df, []Field{{"time", Time, "", nil, "", ""}, {"text", Text, "", nil, "", ""}})
	require.NoError(t, err)
	require.Equal(t, []Field{
		{"int", Float, "", nil, "", ""},
		{"bool", Float, "", nil, "", ""},
		{"float", Float, "", nil, "", ""},
		{"string", Category, "", nil, "", ""},
		{"time", Time, "", nil, "", ""},
		{"text", Text, "", nil, "", ""},
	}, got.Fields())
	require.Equal(t, []float64{1, 0}, got.Column("bool").Floats)
	require.Equal(t, 1e-9, got.Row(0).Float("float"))
	require.Equal(t, "1e-09", got.Row(0).String("text"))
	for _, name := range []string{"float", "string", "time", "text"} {
		require.True(t, got.Row(1).IsNull(name), name)
	}
	_, err = FromGota(df, []Field{{"string", Float, "", nil, "", ""}})
	require.EqualError(t, err, `column "string": row 1: "a" is not a number`)
	_, err = FromGota(df.Select("nothing"), nil)
	require.Error(t, err)
}

func TestEdit(t *testing.T) {
	path := file(t, "a.csv", "x,c\n1,a\n2,b\n?,c\n4,d\n")
	fields := []Field{{"x", Float, "", nil, "", ""}, {"c", Category, "", nil, "", ""}}
	r, err := Open(path, Options{Fields: fields, KeepBad: true})
	require.NoError(t, err)
	defer r.Close()
	chunk, err := r.Next()
	require.NoError(t, err)
	got, err := Edit(chunk, func(df dataframe.DataFrame) dataframe.DataFrame {
		return df.Filter(dataframe.F{Colname: "c", Comparator: series.In, Comparando: []string{"b", "c"}})
	}, fields)
	require.NoError(t, err)
	require.Equal(t, fields, got.Fields())
	require.Equal(t, []float64{2}, got.Column("x").Floats[:1])
	require.Equal(t, Origin{path, 2, 3}, got.Origin(0))
	require.Equal(t, []Bad{{"x", "is not a number", []int{1}, []string{"?"}}}, got.Bad())

	got, err = Edit(chunk, func(df dataframe.DataFrame) dataframe.DataFrame { return df.Drop(rowColumn) }, fields)
	require.NoError(t, err)
	require.Equal(t, Origin{}, got.Origin(0))
}
