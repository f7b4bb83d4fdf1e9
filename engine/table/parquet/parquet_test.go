package parquet

//go:generate python3 testdata/make.py

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

// The files of testdata were written by pyarrow; see testdata/make.py.

func TestParquetTypes(t *testing.T) {
	data := must.Get(os.ReadFile("testdata/types.json"))(t)
	want := map[string][]string{}
	require.NoError(t, json.Unmarshal(data, &want))
	for _, file := range []string{"testdata/types.parquet", "testdata/old.parquet"} {
		got := must.Get(table.ReadFile(file, table.Options{}))(t)
		require.Len(t, got.Columns(), len(want))
		for _, c := range got.Columns() {
			checkTexts(t, file, c, want[c.Name])
		}
	}
}

func checkTexts(t *testing.T, file string, c *table.Column, want []string) {
	t.Helper()
	require.Equal(t, len(want), c.Len())
	for i, w := range want {
		if w == "" {
			require.True(t, c.IsNull(i), "%s %s row %d", file, c.Name, i)
			continue
		}
		switch c.Kind {
		case table.Float:
			f := must.Get(strconv.ParseFloat(w, 64))(t)
			require.Equal(t, f, c.Floats[i], "%s %s row %d", file, c.Name, i)
		case table.Time:
			ns := must.Get(table.ParseTime(w, ""))(t)
			require.Equal(t, ns, c.Times[i], "%s %s row %d", file, c.Name, i)
		default:
			require.Equal(t, w, c.String(i), "%s %s row %d", file, c.Name, i)
		}
	}
}

func TestParquetKinds(t *testing.T) {
	fields := must.Get(table.Infer("testdata/types.parquet", table.Options{}))(t)
	kinds := map[string]table.Kind{}
	for _, f := range fields {
		kinds[f.Name] = f.Kind
	}
	require.Equal(t, table.Float, kinds["decimal"])
	require.Equal(t, table.Category, kinds["bool"])
	require.Equal(t, table.Time, kinds["date"])
	require.Equal(t, table.Time, kinds["nano"])
	require.Equal(t, table.Text, kinds["string"])

	got := must.Get(table.ReadFile("testdata/types.parquet", table.Options{Fields: []table.Field{
		{Name: "dictionary", Kind: table.Category},
		{Name: "int32", Kind: table.Category},
		{Name: "bool", Kind: table.Float},
		{Name: "date", Kind: table.Text},
	}}))(t)
	require.Equal(t, []string{"dictionary", "int32", "bool", "date"}, got.Names())
	require.Equal(t, []string{"INLAND", "<1H OCEAN"}, got.Column("dictionary").Levels)
	require.Equal(t, "-2147483648", got.Row(2).String("int32"))
	require.Equal(t, 1.0, got.Row(0).Float("bool"))
	require.Equal(t, "1990-04-01", got.Row(0).String("date"))
}

func TestParquetRowGroups(t *testing.T) {
	r := must.Get(table.Open("testdata/groups.parquet", table.Options{}))(t)
	defer r.Close()
	all, _, err := collect(r)
	require.NoError(t, err)
	require.Equal(t, 5000, all.Len())
	for i, row := range all.Rows() {
		require.Equal(t, float64(i), row.Float("row"))
		require.Equal(t, i%3 == 0, row.IsNull("third"))
		require.Equal(t, "name "+strconv.Itoa(i%7), row.String("name"))
		if i%3 != 0 {
			require.Equal(t, float64(i)/3, row.Float("third"))
		}
	}
}

func TestParquetRefusals(t *testing.T) {
	check := func(file string, o table.Options, want string) {
		t.Helper()
		require.ErrorContains(t, must.Err(table.ReadFile(file, o)), want)
	}
	check("testdata/nested.parquet", table.Options{}, `column "list": is nested; only flat columns are read`)
	check("testdata/nested.parquet", table.Options{Fields: []table.Field{{Name: "y"}}}, `no column "y"; there are x, list, struct`)
	check("testdata/types.parquet", table.Options{Fields: []table.Field{{Name: "string"}}},
		`column "string": row 1: "a" is not a number`)
	check("testdata/types.parquet", table.Options{Fields: []table.Field{{Name: "date"}}}, "is a time, not a number")

	dir := t.TempDir()
	whole := must.Get(os.ReadFile("testdata/types.parquet"))(t)
	for _, n := range []int{0, 3, 100, len(whole) / 2, len(whole) - 1} {
		path := filepath.Join(dir, "cut.parquet")
		require.NoError(t, os.WriteFile(path, whole[:n], 0o644))
		check(path, table.Options{}, "not a parquet file, or cut off")
	}
}

// Whatever byte is wrong, there is an error or a table, and no panic.
func TestParquetCorrupt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	failed := 0
	for _, name := range []string{"types", "groups"} {
		whole := must.Get(os.ReadFile("testdata/" + name + ".parquet"))(t)
		for i := 0; i < len(whole); i += len(whole) / 41 {
			data := bytes.Clone(whole)
			data[i] ^= 0xff
			require.NoError(t, os.WriteFile(path, data, 0o644))
			if _, err := table.ReadFile(path, table.Options{}); err != nil {
				failed++
			}
		}
	}
	require.Greater(t, failed, 5)
}

func TestParquetEmpty(t *testing.T) {
	got := must.Get(table.ReadFile("testdata/empty.parquet", table.Options{}))(t)
	require.Equal(t, []string{"x", "s"}, got.Names())
	require.Zero(t, got.Len())
}

// Bytes depend on the rows alone, and what is written reads back the same.
func TestParquetRoundTrip(t *testing.T) {
	want := mixed(3000)
	whole := write(t, "parquet", want)
	pieces := write(t, "parquet", want.Slice(0, 1), want.Slice(1, 1700), want.Slice(1700, 3000))
	require.True(t, bytes.Equal(whole, pieces))

	got := must.Get(table.ReadFile(file(t, "a.parquet", whole), table.Options{Fields: want.Fields()}))(t)
	requireSame(t, want, got)
}

// A table longer than a row group is cut into groups as its pieces are.
func TestParquetGroupsOfRows(t *testing.T) {
	n := 2*cellsPerGroup + 5
	want := table.Must(table.Floats("x", make([]float64, n)))
	whole := write(t, "parquet", want)
	require.True(t, bytes.Equal(whole, write(t, "parquet", want.Slice(0, n-7), want.Slice(n-7, n))))
	f := must.Get(parquet.OpenFile(bytes.NewReader(whole), int64(len(whole))))(t)
	var rows []int64
	for _, g := range f.RowGroups() {
		rows = append(rows, g.NumRows())
	}
	require.Equal(t, []int64{cellsPerGroup, cellsPerGroup, 5}, rows)
}

func TestParquetWriterRefusals(t *testing.T) {
	w := must.Get(table.NewWriter(io.Discard, "parquet", []table.Field{{Name: "x"}}))(t)
	require.EqualError(t, w.Write(table.Must(table.Floats("y", nil))), `column 1 is "y" (number), not "x" (number)`)
	require.EqualError(t, w.Write(table.Must(table.Texts("x", []string{"a"}))), `column 1 is "x" (text), not "x" (number)`)
	require.EqualError(t, must.Err(table.NewWriter(io.Discard, "parquet", nil)), "a file needs a column")
}

// What is no number is null and told with its row, where the Options say so.
func TestParquetKeepBad(t *testing.T) {
	texts := make([]string, 300_000) // more than a chunk
	for i := range texts {
		texts[i] = strconv.Itoa(i)
	}
	texts[2], texts[3], texts[5], texts[299_999] = " - ", "n/a", "?", "none"
	path := file(t, "a.parquet", write(t, "parquet", table.Must(table.Texts("x", texts))))
	o := table.Options{Fields: []table.Field{{Name: "x", Nulls: []string{"-"}}}, Nulls: []string{"n/a", "?"}, Trim: true}
	require.EqualError(t, must.Err(table.ReadFile(path, o)), path+`: column "x": row 300000: "none" is not a number`)

	o.KeepBad, o.Nulls = true, []string{"n/a"}
	r := must.Get(table.Open(path, o))(t)
	defer r.Close()
	first := must.Get(r.Next())(t)
	require.Equal(t, []table.Bad{{Column: "x", Reason: "is not a number", Rows: []int{5}, Values: []string{"?"}}}, first.Bad())
	require.True(t, first.Row(2).IsNull("x") && first.Row(3).IsNull("x"))
	require.Equal(t, 4.0, first.Row(4).Float("x"))
	last := must.Get(r.Next())(t)
	require.Equal(t, []table.Bad{{Column: "x", Reason: "is not a number", Rows: []int{last.Len() - 1}, Values: []string{"none"}}}, last.Bad())
	require.Equal(t, table.Origin{Path: path, Row: 300_000}, last.Origin(last.Len()-1))
	require.ErrorIs(t, must.Err(r.Next()), io.EOF)
}

// With levels of its own a chunk says the same, and knows no other's.
func TestParquetOwnLevels(t *testing.T) {
	texts := make([]string, 300_000)
	for i := range texts {
		texts[i] = fmt.Sprint(i / 1000)
	}
	want := table.Must(table.Categories("c", texts))
	path := file(t, "a.parquet", write(t, "parquet", want))
	r := must.Get(table.Open(path, table.Options{Fields: want.Fields(), OwnLevels: true}))(t)
	defer r.Close()
	all, last, err := collect(r)
	require.NoError(t, err)
	requireSame(t, want, all)
	require.Less(t, len(last.Column("c").Levels), 250)

	r = must.Get(table.Open(path, table.Options{Fields: want.Fields()}))(t)
	defer r.Close()
	_, last, err = collect(r)
	require.NoError(t, err)
	require.Len(t, last.Column("c").Levels, 300, "levels go on from chunk to chunk")
}

func TestRegisteredOnce(t *testing.T) {
	require.PanicsWithValue(t, "table: format parquet is registered twice", func() {
		table.RegisterFormat("parquet", table.Format{})
	})
}
