package schema

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

// What a Checker keeps does not grow with the rows, also where every value is
// another. Kept by value, the longer table would take 30 MB more.
func TestCheckerMemory(t *testing.T) {
	short, long := heapOfChecker(t, 60_000), heapOfChecker(t, 400_000)
	require.Less(t, long, short+8<<20)
}

// heapOfChecker returns the bytes that a Checker of so many rows keeps alive.
func heapOfChecker(t *testing.T, rows int) uint64 {
	c := NewChecker(&Schema{Target: "id", Columns: []Column{
		{Name: "id", Type: Integer, Unique: true, Ordered: true},
		{Name: "code", Type: Text, Unique: true},
		{Name: "user", Type: Category},
		{Name: "x", Type: Number, Quantiles: []QuantileBound{{At: 0.5}}},
	}})
	c.Scratch, c.most = t.TempDir(), 30_000
	for from := 0; from < rows; from += 10_000 {
		c.Add(distinctRows(from, 10_000))
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r, err := c.Result()
	require.NoError(t, err)
	require.Empty(t, r.Violations)
	require.InEpsilon(t, rows, r.Columns[2].Distinct, 0.05)
	return m.HeapAlloc
}

func distinctRows(from, n int) *table.Table {
	x, s := make([]float64, n), make([]string, n)
	for i := range n {
		x[i], s[i] = float64(from+i), fmt.Sprintf("a-%09d", from+i)
	}
	return table.Must(table.Floats("id", x), table.Texts("code", s), table.Categories("user", s), table.Floats("x", x))
}
