package steps

import (
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
	"example.com/engine/transform"
)

var null = math.NaN()

// blockRows is how many rows go through a transformer at once, as package
// transform has it.
const blockRows = 1024

// column makes a table of one column of numbers, a.
func column(v ...float64) *table.Table { return table.Must(table.Floats("a", v)) }

// wordColumn makes a table of one category, a; "" is null.
func wordColumn(v ...string) *table.Table { return table.Must(table.Categories("a", v)) }

// fitted fits t on x without a target.
func fitted[T transform.Transformer](t *testing.T, transformer T, x *table.Table) T {
	t.Helper()
	require.NoError(t, transformer.Fit(x, nil, source()))
	return transformer
}

// transformed is the only column that comes of x, with its numbers.
func transformed(t *testing.T, transformer transform.Transformer, x *table.Table) []float64 {
	t.Helper()
	out, err := transformer.Transform(x)
	require.NoError(t, err)
	require.Equal(t, 1, out.Width())
	return out.Columns()[0].Floats
}

// requireSame compares numbers exactly; NaN is equal to NaN.
func requireSame(t *testing.T, want, got []float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if want[i] != got[i] && !(math.IsNaN(want[i]) && math.IsNaN(got[i])) {
			t.Fatalf("number %d is %v, expected %v", i, got[i], want[i])
		}
	}
}

// textsOf returns the values of a category or a text; null is "".
func textsOf(c *table.Column) []string {
	out := make([]string, c.Len())
	for i := range out {
		switch {
		case c.IsNull(i):
		case c.Kind == table.Category:
			out[i] = c.Levels[c.Codes[i]]
		default:
			out[i] = c.Texts[i]
		}
	}
	return out
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}
