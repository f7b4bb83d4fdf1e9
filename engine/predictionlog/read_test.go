package predictionlog

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

func TestTables(t *testing.T) {
	folder := t.TempDir()
	s := in(folder)
	s.Redact = map[string]string{"note": "drop"}
	l := open(t, s, &tally{})
	l.Add(rowsOf("a", chunkRows+2))
	other := rowsOf("b", 3)
	other.Source = &Source{Model: "other", Columns: houses.Columns}
	l.Add(other)
	closed(t, l)

	fields := append([]table.Field{{Name: "price"}}, houses.Columns...)
	lengths := func(model string) (n []int, last *table.Table, kept []bool) {
		r, err := OpenTables(folder, fields, "price", model)
		require.NoError(t, err)
		for {
			next, err := r.Next()
			if errors.Is(err, io.EOF) {
				return n, last, r.Kept()
			}
			require.NoError(t, err)
			n, last = append(n, next.Len()), next
		}
	}
	n, _, _ := lengths("")
	assert.Equal(t, []int{chunkRows, 5}, n)
	n, last, kept := lengths("other")
	assert.Equal(t, []int{3}, n)
	assert.Equal(t, []bool{true, true, true, true, false}, kept)
	assert.Equal(t, []float64{0, 1000, 2000}, last.Column("price").Floats)
	assert.True(t, math.IsNaN(last.Column("size").Floats[0]))
	assert.Equal(t, 2.1, last.Column("size").Floats[2])
	assert.Equal(t, "Genève", last.Column("city").String(2))
	assert.Equal(t, []int64{table.NullTime, 1e9, 2e9}, last.Column("built").Times)
	assert.Equal(t, []string{"", "", ""}, last.Column("note").Texts)
}

func TestReaderRefuses(t *testing.T) {
	_, err := NewReader(filepath.Join(t.TempDir(), "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	empty := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(empty, "1.jsonl"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(empty, fileName(7)), 0o700))
	_, err = NewReader(empty)
	assert.ErrorContains(t, err, "holds no predictions, which are files such as 00000001.jsonl")
}

// Whatever stands in a file, reading ends, and tells each line as a record or
// as passed over.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"", "\n\n", "{}", `{"request":"a","inputs":{}}`, `{"request":"a","row":1e9,"inputs":{"x":[1]}}` + "\n{", "\x00\x00\n",
		`{"request":"a","inputs":{"x":1},"prediction":{"a":2}}` + "\r\n" + `{"request":"b","inputs":{"x":"2024"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "log")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		records, skipped := read(t, path)
		require.LessOrEqual(t, len(records)+skipped, strings.Count(string(data), "\n")+1)
		r, err := OpenTables(path, []table.Field{{Name: "x"}, {Name: "y", Kind: table.Time}, {Name: "z", Kind: table.Category}}, "z", "")
		require.NoError(t, err)
		rows := 0
		for {
			next, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			rows += next.Len()
		}
		require.Equal(t, len(records), rows)
	})
}
