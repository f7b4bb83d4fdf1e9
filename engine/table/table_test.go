package table

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// mixed returns n rows with each kind of column, nulls, and hard values.
func mixed(n int) *Table {
	hard := []float64{0, math.Copysign(0, -1), 0.1, 1e21, 123456789.125, -1e-300, math.MaxFloat64, 5e-324, 452600, 1 << 53}
	texts := []string{"a", "a,b", `say "x"`, "two\nlines", " led", "trailed ", "\ufeff", "ünï", "NA", "-", "'"}
	floats, names := make([]float64, n), make([]string, n)
	times, free := make([]int64, n), make([]string, n)
	for i := range n {
		floats[i] = hard[i%len(hard)] + float64(i/len(hard))
		names[i] = texts[i%len(texts)]
		times[i] = int64(i%1000)*86_400_000_000_000 + int64(i%3)
		free[i] = texts[i%len(texts)] + strconv.Itoa(i)
		if i%13 == 5 {
			floats[i], names[i], times[i], free[i] = math.NaN(), "", NullTime, ""
		}
	}
	return Must(Floats("number", floats), Categories("the category", names), Times("zeit, \"t\"", times), Texts("text", free))
}

func write(t testing.TB, format string, tables ...*Table) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, format, tables[0].Fields())
	require.NoError(t, err)
	for _, table := range tables {
		require.NoError(t, w.Write(table))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func collect(r *Reader) (*Table, error) {
	out := Empty(r.fields)
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if err := out.Append(t); err != nil {
			return nil, err
		}
	}
}

// requireSame compares names, kinds and values bit for bit; levels may stand
// in another order.
func requireSame(t *testing.T, want, got *Table) {
	t.Helper()
	require.Equal(t, want.Fields(), got.Fields())
	require.Equal(t, want.Len(), got.Len())
	for i, c := range want.Columns() {
		d := got.Columns()[i]
		for j := range want.Len() {
			require.Equal(t, c.IsNull(j), d.IsNull(j), "%s row %d", c.Name, j)
			require.Equal(t, c.String(j), d.String(j), "%s row %d", c.Name, j)
			if c.Kind == Float && !c.IsNull(j) {
				require.Equal(t, math.Float64bits(c.Floats[j]), math.Float64bits(d.Floats[j]), "%s row %d", c.Name, j)
			}
			if c.Kind == Time {
				require.Equal(t, c.Times[j], d.Times[j])
			}
		}
	}
}
