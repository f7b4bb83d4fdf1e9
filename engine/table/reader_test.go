package table

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
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

func TestCSVRoundTrip(t *testing.T) {
	want := mixed(5000)
	data := write(t, "csv", want)
	require.Equal(t, data, write(t, "csv", want.Slice(0, 7), want.Slice(7, 5000)))
	for _, o := range []Options{{}, {blockSize: 1000}, {blockSize: 10}} {
		o.Fields = want.Fields()
		got := must.Get(ReadFile(file(t, "a.csv", string(data)), o))(t)
		requireSame(t, want, got)
	}
}

// Codes mean the same string in every chunk, and rows know where they stood.
func TestChunks(t *testing.T) {
	var text strings.Builder
	text.WriteString("c,s\n")
	for i := range 1000 {
		text.WriteString([]string{"a,x\n", "\n\nb,\"two\nlines\"\n", "c,y\r\n"}[(i/300)%3])
	}
	path := file(t, "a.csv", text.String())
	r, err := Open(path, Options{Fields: []Field{{"c", Category, "", nil, "", ""}, {"s", Text, "", nil, "", ""}}, blockSize: 100})
	require.NoError(t, err)
	defer r.Close()
	row := 0
	for chunk, err := range r.Chunks() {
		require.NoError(t, err)
		c := chunk.Column("c")
		odd := chunk.Take([]int{chunk.Len() - 1})
		require.Equal(t, chunk.Origin(chunk.Len()-1), odd.Origin(0))
		for i := range chunk.Len() {
			require.Equal(t, int32(row/300%3), c.Codes[i])
			line := 2 + row
			if row >= 300 {
				line += 2 + 3*(min(row, 600)-300)
			}
			if row >= 600 {
				line -= 2
			}
			if row >= 900 {
				line = 0
			}
			if line > 0 {
				require.Equal(t, Origin{path, row + 1, line}, chunk.Origin(i))
			}
			row++
		}
	}
	require.Equal(t, 1000, row)
}

func TestKeepBad(t *testing.T) {
	path := file(t, "a.csv", "x,c\n1,a\n?,b\nabc,b\n2,b\n")
	chunk := first(t, path, Options{Fields: []Field{{"x", Float, "", nil, "", ""}}, KeepBad: true})
	require.Equal(t, 4, chunk.Len())
	require.True(t, chunk.Row(1).IsNull("x"))
	require.Equal(t, []Bad{{"x", "is not a number", []int{1, 2}, []string{"?", "abc"}}}, chunk.Bad())
	require.Equal(t, []Bad{{"x", "is not a number", []int{0}, []string{"abc"}}}, chunk.Slice(2, 4).Bad())
	last := chunk.Take([]int{3, 2})
	require.Equal(t, []Bad{{"x", "is not a number", []int{1}, []string{"abc"}}}, last.Bad())
	require.Equal(t, Origin{path, 3, 4}, last.Origin(1))
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must.Get(w.Write([]byte("x\n1\n2\n")))(t)
	require.NoError(t, w.Close())
	got := must.Get(ReadFile(file(t, "A.CSV.GZ", b.String()), Options{}))(t)
	require.Equal(t, []float64{1, 2}, got.Column("x").Floats)
	_, err := ReadFile(file(t, "a.csv.gz", b.String()[:b.Len()-6]), Options{})
	require.ErrorContains(t, err, "unexpected EOF")
	require.ErrorContains(t, must.Err(ReadFile(file(t, "a.csv.gz", "x\n1\n"), Options{})), "a.csv.gz: ")
}

func TestInfer(t *testing.T) {
	text := "n,code,c,s,null,date\n1,00501,a,x,,2020-01-01\n-2.5e3,10001,b,y,,2020-01-02\n,10001,a,z,,2020-01-03\n7,00501,b,w,,\n"
	fields := must.Get(Infer(file(t, "a.csv", text), Options{}))(t)
	require.Equal(t, []Field{
		{"n", Float, "", nil, "", ""}, {"code", Category, "", nil, "", ""}, {"c", Category, "", nil, "", ""}, {"s", Text, "", nil, "", ""}, {"null", Float, "", nil, "", ""}, {"date", Text, "", nil, "", ""},
	}, fields)
}

func TestWriterRefusals(t *testing.T) {
	w := must.Get(NewWriter(io.Discard, "csv", []Field{{Name: "x"}}))(t)
	require.EqualError(t, w.Write(Must(Floats("y", nil))), `column 1 is "y" (number), not "x" (number)`)
	require.EqualError(t, w.Write(Must(Texts("x", nil))), `column 1 is "x" (text), not "x" (number)`)
	require.EqualError(t, w.Write(Must(Floats("x", []float64{1, math.Inf(1)}))), `column "x" row 2 is infinite`)
	_, err := NewWriter(io.Discard, "xlsx", []Field{{Name: "x"}})
	require.EqualError(t, err, `format "xlsx" is not csv or parquet`)
	_, err = NewWriter(io.Discard, "csv", []Field{{Name: "x"}, {Name: "x"}})
	require.EqualError(t, err, `two columns are named "x"`)
	require.ErrorContains(t, must.Err(Open("a.xlsx", Options{})), "a.xlsx: the extension is not")
}

// A layout with a comma is written so that it is read as one value.
func TestTimeWithComma(t *testing.T) {
	fields := []Field{{Name: "day", Kind: Time, Layout: "Jan 2, 2006"}, {Name: "x"}}
	text := "day,x\n\"Feb 3, 2024\",1\n"
	in := must.Get(ReadFile(file(t, "a.csv", text), Options{Fields: fields}))(t)
	var b bytes.Buffer
	w := must.Get(NewWriter(&b, "csv", fields))(t)
	require.NoError(t, errors.Join(w.Write(in), w.Close()))
	assert.Equal(t, text, b.String())
}

// These tests are a program that package parquet is no part of.
func TestWithoutParquet(t *testing.T) {
	const want = "this program was built without Parquet: make builds it in where data.yaml mentions parquet, " +
		"where SOURCE, DATA, CURRENT or FILE names a .parquet file, or with PARQUET=yes"
	path := file(t, "x.Parquet", "PAR1")
	require.EqualError(t, must.Err(Open(path, Options{})), path+": "+want)
	require.EqualError(t, must.Err(Header(path, Options{})), path+": "+want)
	require.EqualError(t, must.Err(NewWriter(io.Discard, "parquet", []Field{{Name: "x"}})), want)

	d := must.Get(Sniff(path))(t)
	require.Zero(t, d, "no text")
	_, err := Open("none.parquet", Options{})
	require.ErrorContains(t, err, "open none.parquet:", "what is not there needs no Parquet")
}

func TestRowSet(t *testing.T) {
	a := Must(
		Floats("x", []float64{0, math.Copysign(0, -1), math.NaN(), math.NaN(), 1, 1}),
		Categories("c", []string{"a", "a", "", "", "ab", "a"}),
		Texts("s", []string{"", "", "b", "b", "c", "bc"}),
		Times("t", []int64{1, 1, NullTime, NullTime, 0, 0}),
	)
	s := NewRowSet()
	for i, want := range []bool{true, false, true, false, true, true} {
		require.Equal(t, want, s.Add(a.Columns(), i), "row %d", i)
	}
	require.Equal(t, 4, len(s.seen))
	require.True(t, s.Add(a.Columns()[1:3], 4)) // "ab","c" is not "a","bc"
	require.True(t, s.Add(a.Columns()[1:3], 5))

	// The levels of another table may have other codes.
	b := Must(Categories("c", []string{"ab"}), Texts("s", []string{"c"}))
	require.False(t, s.Add(b.Columns(), 0))
}

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
	assert.ErrorContains(t, must.Err(ReadFile(path, Options{Fields: []Field{{Name: "p"}}})), `"$1,200" is not a number`)
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
	require.Error(t, must.Err(FromGota(df.Select("nothing"), nil)))
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
