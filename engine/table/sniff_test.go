package table

import (
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
)

func TestSniff(t *testing.T) {
	check := func(name, text string, want Dialect) {
		t.Helper()
		got := must.Get(Sniff(file(t, name, text)))(t)
		assert.Equal(t, want, got, text)
	}
	check("a.csv", "a,b\n1,2\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "a\n1\n", Dialect{',', '.', UTF8, false})
	check("a.tsv", "a\n1\n", Dialect{'\t', '.', UTF8, false})
	check("a.csv", "a;b\n1,5;x, y\n2,25;z\n", Dialect{';', ',', UTF8, false})
	check("a.csv", "a;b\n1.5;x, y\n", Dialect{';', '.', UTF8, false})
	check("a.csv", "a\tb\n1,234\tx\n", Dialect{'\t', '.', UTF8, false}) // thousands, for all one knows
	check("a.csv", "a|b|c\n1|x,y|2\n", Dialect{'|', '.', UTF8, false})
	check("a.csv", "a,b\n\"x;y;z\n;\",1\n\"q\"\"r\",2\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "\ufeffa;b\r\n\r\n1;2\r\n", Dialect{';', '.', UTF8, false})
	check("a.csv", "n;b\ncaf\xe9;1\n", Dialect{';', '.', Windows1252, false})
	check("a.txt", "\xff\xfea\x00\t\x00b\x00\n\x001\x00\t\x002\x00\n\x00", Dialect{'\t', '.', UTF16, false})
	check("a.csv", "name,note\n5\" pipe,x\na,b\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "", Dialect{',', '.', UTF8, false})
	check("a.csv", "g;p\n1;1.234 €\n2;2.500,50 €\n3;12,5 %\n", Dialect{';', ',', UTF8, false})
	check("a.csv", "5.1,3.5,setosa\n4.9,3.0,setosa\n", Dialect{',', '.', UTF8, true})
	check("a.csv", "39, State-gov, 77516\n50, Private, 83311\n38, State-gov, 215646\n", Dialect{',', '.', UTF8, true})
	check("a.csv", "5,0,0\n4,0,255\n", Dialect{',', '.', UTF8, true})
	check("a.csv", "country,1999,2000\nBrazil,37737,80488\nChina,212258,213766\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "0,1,2\n1.5,2.5,3\n", Dialect{',', '.', UTF8, false})
	check("a.csv", ",x,y\n1,2,3\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "a,b\na,b\nc,d\n", Dialect{',', '.', UTF8, false})
	check("a.csv", "\ufeff?,1.5,y\n2,1.5,y\n", Dialect{',', '.', UTF8, false}) // a column of numbers has a text there
	check("big.csv", "s;t\n"+strings.Repeat("é;ü\n", 400_000), Dialect{';', '.', UTF8, false})
}

// Characters that two reads cut come out whole.
func TestUTF16InPieces(t *testing.T) {
	text := strings.Repeat("aé𝄞\n", 50_000)
	var data []byte
	for _, u := range utf16.Encode([]rune("s\n" + text)) {
		data = append(data, byte(u>>8), byte(u))
	}
	path := file(t, "a.csv", "\xfe\xff"+string(data))
	got := must.Get(ReadFile(path, Options{Encoding: UTF16, Fields: []Field{{Name: "s", Kind: Text}}}))(t)
	assert.Equal(t, text, strings.Join(got.Column("s").Texts, "\n")+"\n")
}

// A file without names gives its first record as a row.
func TestHeadless(t *testing.T) {
	path := file(t, "a.csv", "\ufeff\n1.5,\"x, y\",\n2.5,z,3\n")
	o := Options{Headless: true}
	header := must.Get(Header(path, o))(t)
	assert.Equal(t, []string{"column_1", "column_2", "column_3"}, header)
	o.Fields = []Field{{Name: "column_1"}, {Name: "column_2", Kind: Text}}
	got := must.Get(ReadFile(path, o))(t)
	assert.Equal(t, []float64{1.5, 2.5}, got.Column("column_1").Floats)
	assert.Equal(t, []string{"x, y", "z"}, got.Column("column_2").Texts)
}

// What numbers are dressed in is taken out only where the field says so.
func TestStrip(t *testing.T) {
	path := file(t, "a.csv", "p\n\"$1,200\"\n7.5\n\"1,5\"\n")
	_, err := ReadFile(path, Options{Fields: []Field{{Name: "p", Strip: "$,"}}})
	assert.ErrorContains(t, err, `a.csv:4: column "p": "1,5" is not a number`)
	_, err = ReadFile(path, Options{Fields: []Field{{Name: "p"}}})
	assert.ErrorContains(t, err, `"$1,200" is not a number`)
}

func TestGotaRoundTrip(t *testing.T) {
	want := mixed(500)
	df := ToGota(want)
	require.NoError(t, df.Err)
	got := must.Get(FromGota(df, want.Fields()))(t)
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
	got := must.Get(FromGota(df, []Field{{"time", Time, "", nil, "", ""}, {"text", Text, "", nil, "", ""}}))(t)
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
	_, err := FromGota(df, []Field{{"string", Float, "", nil, "", ""}})
	require.EqualError(t, err, `column "string": row 1: "a" is not a number`)
	_, err = FromGota(df.Select("nothing"), nil)
	require.Error(t, err)
}

func TestEdit(t *testing.T) {
	path := file(t, "a.csv", "x,c\n1,a\n2,b\n?,c\n4,d\n")
	fields := []Field{{"x", Float, "", nil, "", ""}, {"c", Category, "", nil, "", ""}}
	chunk := first(t, path, Options{Fields: fields, KeepBad: true})
	got := must.Get(Edit(chunk, func(df dataframe.DataFrame) dataframe.DataFrame {
		return df.Filter(dataframe.F{Colname: "c", Comparator: series.In, Comparando: []string{"b", "c"}})
	}, fields))(t)
	require.Equal(t, fields, got.Fields())
	require.Equal(t, []float64{2}, got.Column("x").Floats[:1])
	require.Equal(t, Origin{path, 2, 3}, got.Origin(0))
	require.Equal(t, []Bad{{"x", "is not a number", []int{1}, []string{"?"}}}, got.Bad())

	got, err := Edit(chunk, func(df dataframe.DataFrame) dataframe.DataFrame { return df.Drop(rowColumn) }, fields)
	require.NoError(t, err)
	require.Equal(t, Origin{}, got.Origin(0))
}
