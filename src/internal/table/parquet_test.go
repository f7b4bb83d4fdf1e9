package table

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// The files of testdata were written by pyarrow; see testdata/make.py.

func TestParquetTypes(t *testing.T) {
	data, err := os.ReadFile("testdata/types.json")
	require.NoError(t, err)
	want := map[string][]string{}
	require.NoError(t, json.Unmarshal(data, &want))
	for _, file := range []string{"testdata/types.parquet", "testdata/old.parquet"} {
		got, err := ReadFile(file, Options{})
		require.NoError(t, err)
		require.Len(t, got.Columns(), len(want))
		for _, c := range got.Columns() {
			checkTexts(t, file, c, want[c.Name])
		}
	}
}

func checkTexts(t *testing.T, file string, c *Column, want []string) {
	t.Helper()
	require.Equal(t, len(want), c.Len())
	for i, w := range want {
		if w == "" {
			require.True(t, c.IsNull(i), "%s %s row %d", file, c.Name, i)
			continue
		}
		switch c.Kind {
		case Float:
			f, err := strconv.ParseFloat(w, 64)
			require.NoError(t, err)
			require.Equal(t, f, c.Floats[i], "%s %s row %d", file, c.Name, i)
		case Time:
			ns, err := ParseTime(w, "")
			require.NoError(t, err)
			require.Equal(t, ns, c.Times[i], "%s %s row %d", file, c.Name, i)
		default:
			require.Equal(t, w, c.String(i), "%s %s row %d", file, c.Name, i)
		}
	}
}

func TestParquetKinds(t *testing.T) {
	fields, err := Infer("testdata/types.parquet", Options{})
	require.NoError(t, err)
	kinds := map[string]Kind{}
	for _, f := range fields {
		kinds[f.Name] = f.Kind
	}
	require.Equal(t, Float, kinds["decimal"])
	require.Equal(t, Category, kinds["bool"])
	require.Equal(t, Time, kinds["date"])
	require.Equal(t, Time, kinds["nano"])
	require.Equal(t, Text, kinds["string"])

	got, err := ReadFile("testdata/types.parquet", Options{Fields: []Field{
		{Name: "dictionary", Kind: Category},
		{Name: "int32", Kind: Category},
		{Name: "bool", Kind: Float},
		{Name: "date", Kind: Text},
	}})
	require.NoError(t, err)
	require.Equal(t, []string{"dictionary", "int32", "bool", "date"}, got.Names())
	require.Equal(t, []string{"INLAND", "<1H OCEAN"}, got.Column("dictionary").Levels)
	require.Equal(t, "-2147483648", got.Row(2).String("int32"))
	require.Equal(t, 1.0, got.Row(0).Float("bool"))
	require.Equal(t, "1990-04-01", got.Row(0).String("date"))
}

func TestParquetRowGroups(t *testing.T) {
	r, err := Open("testdata/groups.parquet", Options{ChunkRows: 333})
	require.NoError(t, err)
	defer r.Close()
	all, err := collect(r)
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
	check := func(file string, o Options, want string) {
		t.Helper()
		_, err := ReadFile(file, o)
		require.ErrorContains(t, err, want)
	}
	check("testdata/nested.parquet", Options{}, `column "list": is nested; only flat columns are read`)
	check("testdata/nested.parquet", Options{Fields: []Field{{Name: "y"}}}, `no column "y"; there are x, list, struct`)
	check("testdata/types.parquet", Options{Fields: []Field{{Name: "string"}}},
		`column "string": row 1: "a" is not a number`)
	check("testdata/types.parquet", Options{Fields: []Field{{Name: "date"}}}, "is a time, not a number")

	dir := t.TempDir()
	whole, err := os.ReadFile("testdata/types.parquet")
	require.NoError(t, err)
	for _, n := range []int{0, 3, 100, len(whole) / 2, len(whole) - 1} {
		path := filepath.Join(dir, "cut.parquet")
		require.NoError(t, os.WriteFile(path, whole[:n], 0o644))
		check(path, Options{}, "not a parquet file, or cut off")
	}
}

// Whatever byte is wrong, there is an error or a table, and no panic.
func TestParquetCorrupt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	failed := 0
	for _, name := range []string{"types", "groups"} {
		whole, err := os.ReadFile("testdata/" + name + ".parquet")
		require.NoError(t, err)
		for i := 0; i < len(whole); i += len(whole) / 41 {
			data := bytes.Clone(whole)
			data[i] ^= 0xff
			require.NoError(t, os.WriteFile(path, data, 0o644))
			if _, err := ReadFile(path, Options{}); err != nil {
				failed++
			}
		}
	}
	require.Greater(t, failed, 5)
}

func TestParquetEmpty(t *testing.T) {
	got, err := ReadFile("testdata/empty.parquet", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"x", "s"}, got.Names())
	require.Zero(t, got.Len())
}

// Bytes depend on the rows alone, and what is written reads back the same.
func TestParquetRoundTrip(t *testing.T) {
	want := mixed(3000)
	whole := write(t, "parquet", want)
	pieces := write(t, "parquet", want.Slice(0, 1), want.Slice(1, 1700), want.Slice(1700, 3000))
	require.True(t, bytes.Equal(whole, pieces))

	path := filepath.Join(t.TempDir(), "a.parquet")
	require.NoError(t, os.WriteFile(path, whole, 0o644))
	got, err := ReadFile(path, Options{Fields: want.Fields()})
	require.NoError(t, err)
	requireSame(t, want, got)
}
