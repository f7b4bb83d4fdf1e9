package cleaning

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// What is kept between chunks does not grow with the rows. Kept whole, the
// longer file would take 46 MB more; blocks that are read ahead, up to 14 MB
// on a busy machine, make some of the difference that is allowed.
func TestMemory(t *testing.T) {
	short, long := liveHeap(t, 200_000), liveHeap(t, 4_000_000)
	require.Less(t, long, short+24<<20)
}

// liveHeap returns the most bytes that are reachable after any chunk.
func liveHeap(t *testing.T, rows int) (most uint64) {
	path := filepath.Join(t.TempDir(), "raw.csv")
	writeRows(t, path, rows)
	sch := &schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "price", Type: schema.Number}, {Name: "place", Type: schema.Category},
	}}
	w, err := table.NewWriter(io.Discard, "csv", sch.Fields())
	require.NoError(t, err)
	c, err := New(Default(), sch)
	require.NoError(t, err)
	c.Progress = func(int64) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}
	v, err := c.Clean(context.Background(), path, w)
	require.NoError(t, err)
	require.Equal(t, rows, v.Rows)
	return most
}

func writeRows(t *testing.T, path string, rows int) {
	data := []byte("price,place\n")
	for i := range rows {
		data = fmt.Appendf(data, "%d.5,coast\n", i%1000)
	}
	require.NoError(t, os.WriteFile(path, data, 0o644))
}
