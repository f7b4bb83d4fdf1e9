package predictionlog

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

// A folder that can't be written to is told of once; requests go on; it is
// tried again.
func TestUnwritableFolder(t *testing.T) {
	place := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(place, nil, 0o600))
	var c tally
	l := open(t, in(filepath.Join(place, "predictions")), &c)
	for i := range int64(3) {
		l.Add(rowsOf("r", 2))
		require.Eventually(t, func() bool { return c.failed.Load() == 2*(i+1) }, time.Minute, time.Millisecond)
	}
	require.NoError(t, os.Remove(place))
	l.Add(rowsOf("r", 2))
	closed(t, l)
	require.Len(t, c.told, 2)
	assert.Contains(t, c.told[0], "not a directory")
	assert.Equal(t, "solved", c.told[1])
	assert.EqualValues(t, 2, c.written.Load())
}

// A full disk loses rows, and counts them.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("this system has no /dev/full: ", err)
	}
	folder := t.TempDir()
	var c tally
	l := open(t, in(folder), &c)
	l.files.file = full
	l.Add(rowsOf("lost", 2))
	require.Eventually(t, func() bool { return c.failed.Load() == 2 }, time.Minute, time.Millisecond)
	require.NoError(t, full.Close()) // the disk has room again: the writer begins anew
	l.Add(rowsOf("kept", 2))
	closed(t, l)
	all, skipped := read(t, folder)
	require.Len(t, all, 2)
	assert.Zero(t, skipped)
	assert.Equal(t, "kept", all[0].Request)
	require.Len(t, c.told, 2)
	assert.Contains(t, c.told[0], "no space left")
}

// More rows than may wait are dropped and counted, and nobody waits for them.
func TestFullQueue(t *testing.T) {
	s := in(t.TempDir())
	s.QueueRows, s.Every = 10, time.Hour
	var c tally
	l := open(t, s, &c)
	l.files.folder = "/dev/null/x" // whatever the writer takes out fails
	l.mu.Lock()                    // so that nothing is taken out between
	l.rows = 8
	l.mu.Unlock()
	l.Add(rowsOf("r", 7))
	assert.EqualValues(t, 5, c.dropped.Load())
	closed(t, l)
}

// Somebody removes the folder: a new one is begun.
func TestRemovedFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "predictions")
	var c tally
	l := open(t, in(folder), &c)
	l.Add(rowsOf("before", 1))
	require.Eventually(t, func() bool { return c.written.Load() == 1 }, time.Minute, time.Millisecond)
	require.NoError(t, os.RemoveAll(folder))
	l.Add(rowsOf("after", 1))
	closed(t, l)
	all, _ := read(t, folder)
	require.Len(t, all, 1)
	assert.Equal(t, "after", all[0].Request)
}

// Two servers have one folder: each writes to a file of its own, and one that
// comes later goes on with a file that is nobody's.
func TestTwoWriters(t *testing.T) {
	folder := t.TempDir()
	var c, d tally
	a, b := open(t, in(folder), &c), open(t, in(folder), &d)
	for range 20 {
		a.Add(rowsOf("a", 2))
		b.Add(rowsOf("b", 2))
	}
	both := func() bool { return c.written.Load() == 40 && d.written.Load() == 40 }
	require.Eventually(t, both, time.Minute, time.Millisecond)
	closed(t, a)
	closed(t, b)
	paths := must.Get(Files(folder))(t)
	assert.Len(t, paths, 2)
	third := open(t, in(folder), &tally{})
	third.Add(rowsOf("c", 1))
	closed(t, third)
	paths = must.Get(Files(folder))(t)
	assert.Len(t, paths, 2)
	all, skipped := read(t, folder)
	assert.Len(t, all, 81)
	assert.Zero(t, skipped)
}

// A writer that is killed while it writes leaves whole lines, but for the last;
// the next writer begins a new one.
func TestKill(t *testing.T) {
	if folder := os.Getenv("PREDICTIONLOG_KILL"); folder != "" {
		l := open(t, in(folder), &tally{})
		for i := 0; ; i++ {
			l.Add(rowsOf(fmt.Sprint(i), 100))
		}
	}
	folder := t.TempDir()
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
		cmd.Env = append(os.Environ(), "PREDICTIONLOG_KILL="+folder)
		require.NoError(t, cmd.Start())
		before := size(folder)
		assert.Eventually(t, func() bool { return size(folder) > before+100_000 }, time.Minute, time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
	}
	l := open(t, in(folder), &tally{})
	l.Add(rowsOf("after", 1))
	closed(t, l)
	all, skipped := read(t, folder)
	assert.LessOrEqual(t, skipped, 3)
	assert.Greater(t, len(all), 1000)
	assert.Equal(t, "after", all[len(all)-1].Request)
}

func size(folder string) int64 {
	var sum int64
	paths, _ := Files(folder)
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// A torn line, wherever it was cut, spoils no other.
func TestTornLine(t *testing.T) {
	folder := t.TempDir()
	l := open(t, in(folder), &tally{})
	l.Add(rowsOf("whole", 2))
	closed(t, l)
	path := filepath.Join(folder, fileName(1))
	whole := must.Get(os.ReadFile(path))(t)
	first := strings.IndexByte(string(whole), '\n') + 1
	for cut := first + 1; cut < len(whole); cut++ {
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o600))
		l := open(t, in(folder), &tally{})
		l.Add(rowsOf("next", 1))
		closed(t, l)
		all, skipped := read(t, folder)
		want := 2
		if cut == len(whole)-1 {
			want = 3 // all but the new line was there
		}
		require.Len(t, all, want, "cut at %d", cut)
		require.Equal(t, 3-want, skipped)
		require.Equal(t, "next", all[want-1].Request)
	}
}

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
		r := must.Get(OpenTables(folder, fields, "price", model))(t)
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
	assert.ErrorIs(t, must.Err(NewReader(filepath.Join(t.TempDir(), "none"))), os.ErrNotExist)
	empty := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(empty, "1.jsonl"), nil, 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(empty, fileName(7)), 0o700))
	assert.ErrorContains(t, must.Err(NewReader(empty)), "holds no predictions, which are files such as 00000001.jsonl")
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
