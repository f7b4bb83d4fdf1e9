package parquet

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

// mixed returns n rows of every kind, hard values and nulls among them.
func mixed(n int) *table.Table {
	hard := []float64{0, math.Copysign(0, -1), 0.1, 1e21, 123456789.125, -1e-300, math.MaxFloat64, 5e-324, 452600, 1 << 53}
	texts := []string{"a", "a,b", `say "x"`, "two\nlines", " led", "trailed ", "\ufeff", "ünï", "NA", "-", "'"}
	floats, names := make([]float64, n), make([]string, n)
	times, free := make([]int64, n), make([]string, n)
	for i := range n {
		if i%13 == 5 {
			floats[i], times[i] = math.NaN(), table.NullTime
			continue
		}
		floats[i] = hard[i%len(hard)] + float64(i/len(hard))
		names[i] = texts[i%len(texts)]
		times[i] = int64(i%1000)*86_400_000_000_000 + int64(i%3)
		free[i] = texts[i%len(texts)] + strconv.Itoa(i)
	}
	return table.Must(table.Floats("number", floats), table.Categories("the category", names),
		table.Times("zeit, \"t\"", times), table.Texts("text", free))
}

func write(t testing.TB, format string, tables ...*table.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must.Get(table.NewWriter(&b, format, tables[0].Fields()))(t)
	for _, rows := range tables {
		require.NoError(t, w.Write(rows))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// collect returns all rows, and the last chunk of them.
func collect(r *table.Reader) (all, last *table.Table, err error) {
	all = table.Empty(r.Fields())
	for chunk, err := range r.Chunks() {
		if err != nil {
			return nil, nil, err
		}
		if err := all.Append(chunk); err != nil {
			return nil, nil, err
		}
		last = chunk
	}
	return all, last, nil
}

// requireSame compares names, kinds and values by what stands in a CSV file,
// where a value is written so that it reads back with all its bits. Levels may
// stand in another order.
func requireSame(t *testing.T, want, got *table.Table) {
	t.Helper()
	require.Equal(t, want.Fields(), got.Fields())
	require.Equal(t, string(write(t, "csv", want)), string(write(t, "csv", got)))
}

// The benchmarks count cells: 20 MB/s are 20 million cells a second.

// benchTable is a hundred thousand rows of ten columns, such as the census
// table has.
func benchTable() *table.Table {
	const n = 100_000
	rng := rand.New(rand.NewPCG(1, 2))
	var cols []*table.Column
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		v := make([]float64, n)
		for i := range v {
			switch name {
			case "a", "b":
				v[i] = float64(rng.IntN(3_000_000)) / 1e4
			case "c":
				v[i] = rng.NormFloat64()
			default:
				v[i] = float64(rng.IntN(1 << len(cols) * 100))
			}
		}
		cols = append(cols, table.Floats(name, v))
	}
	places := make([]string, n)
	for i := range places {
		places[i] = []string{"INLAND", "NEAR BAY", "<1H OCEAN"}[rng.IntN(3)]
	}
	return table.Must(append(cols, table.Categories("place", places))...)
}

var formats = []string{"csv", "parquet"}

func BenchmarkRead(b *testing.B) {
	t := benchTable()
	for _, format := range formats {
		b.Run(format, func(b *testing.B) {
			path := file(b, "a."+format, write(b, format, t))
			b.SetBytes(int64(t.Len() * t.Width()))
			for b.Loop() {
				must.Get(table.ReadFile(path, table.Options{Fields: t.Fields()}))(b)
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	t := benchTable()
	for _, format := range formats {
		b.Run(format, func(b *testing.B) {
			b.SetBytes(int64(t.Len() * t.Width()))
			for b.Loop() {
				w := must.Get(table.NewWriter(io.Discard, format, t.Fields()))(b)
				require.NoError(b, errors.Join(w.Write(t), w.Close()))
			}
		})
	}
}
