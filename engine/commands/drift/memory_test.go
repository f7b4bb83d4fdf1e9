package drift

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/schema"
)

// What is kept of a table does not grow with its rows, also where every
// category is another. Kept whole, the longer file would take 75 MB more; the
// chunks from which samples are drawn, if these held on to them, 10 MB.
func TestMemory(t *testing.T) {
	short, long := liveHeap(t, 100_000), liveHeap(t, 1_000_000)
	require.Less(t, long, short+4<<20)
}

// liveHeap returns the bytes that are reachable after the last chunk of a table,
// when nothing is read ahead any more.
func liveHeap(t *testing.T, rows int) (last uint64) {
	path := filepath.Join(t.TempDir(), "current.csv")
	writeDistinct(t, path, rows)
	m := &model.Model{Schema: schema.Schema{Target: "price", Columns: []schema.Column{
		{Name: "price", Type: schema.Number}, {Name: "user", Type: schema.Category}, {Name: "word", Type: schema.Text},
	}}}
	src, err := openSource(path, t.TempDir(), m)
	require.NoError(t, err)
	defer src.Close()
	c := &comparison{model: m}
	p, sample, err := c.read(measured{t.Context(), &last}, src)
	require.NoError(t, err)
	require.Equal(t, rows, p.Rows)
	require.LessOrEqual(t, len(sample.Column("user").Levels), maxSample)
	return last
}

// measured is a context that notes the reachable bytes when it is asked.
type measured struct {
	context.Context
	last *uint64
}

func (m measured) Err() error {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	*m.last = s.HeapAlloc
	return m.Context.Err()
}

func writeDistinct(t *testing.T, path string, rows int) {
	text := []byte("price,user,word\n")
	for i := range rows {
		text = fmt.Appendf(text, "%d.5,user %d,word %d\n", i*7919%1_000_003, i, i)
	}
	require.NoError(t, os.WriteFile(path, text, 0o600))
}
