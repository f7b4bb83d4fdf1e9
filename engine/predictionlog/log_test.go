package predictionlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
)

var houses = &Source{Model: "4be2a1c09d77", Columns: []table.Field{
	{Name: "size"}, {Name: "city", Kind: table.Category}, {Name: "built", Kind: table.Time}, {Name: "note", Kind: table.Text},
}}

// rowsOf are n rows of one request, the first without a value.
func rowsOf(request string, n int) *Rows {
	size, values := make([]float64, n), make([]float64, n)
	city, built, note := make([]string, n), make([]int64, n), make([]string, n)
	for i := range n {
		size[i], city[i], built[i], note[i] = float64(i)+0.1, "Genève", int64(i)*1e9, `"quoted" <b>`
		values[i] = 1000 * float64(i)
	}
	size[0], city[0], built[0], note[0] = math.NaN(), "", table.NullTime, ""
	return &Rows{
		Source: houses, Request: request, Values: values, Lower: values, Upper: values,
		Columns: []*table.Column{table.Floats("size", size), table.Categories("city", city), table.Times("built", built), table.Texts("note", note)},
	}
}

// tally counts what a log tells.
type tally struct {
	written, dropped, failed atomic.Int64
	mu                       sync.Mutex
	told                     []string
}

func (c *tally) tell(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = append(c.told, what)
}

func (c *tally) counts() Counts {
	return Counts{
		Written: func(n int) { c.written.Add(int64(n)) },
		Dropped: func(n int) { c.dropped.Add(int64(n)) },
		Failed:  func(n int) { c.failed.Add(int64(n)) },
		Trouble: func(err error) { c.tell(err.Error()) },
		Solved:  func() { c.tell("solved") },
	}
}

func open(t testing.TB, s Settings, c *tally) *Log {
	t.Helper()
	l, err := Open(s, c.counts())
	require.NoError(t, err)
	return l
}

func closed(t testing.TB, l *Log) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(t, l.Close(ctx))
}

func in(folder string) Settings {
	s := Default()
	s.Folder, s.Every = folder, time.Millisecond
	return s
}

// read returns all records of a log, and how many lines were none.
func read(t testing.TB, path string) ([]Record, int) {
	t.Helper()
	r, err := NewReader(path)
	require.NoError(t, err)
	var all []Record
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, r.Skipped()
		}
		require.NoError(t, err)
		all = append(all, record)
	}
}

// What is added is what is read.
func TestRoundTrip(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "reports", "predictions")
	var c tally
	l := open(t, in(folder), &c)
	l.now = func() time.Time { return time.Unix(1, 5e6) }
	rows := rowsOf("my-id", 4)
	rows.Place, rows.Number, rows.Lower[1] = []int{0, -1, 1, 2}, []int{3, 4, 5, 6}, math.Inf(-1)
	l.Add(rows)
	closed(t, l)
	all, skipped := read(t, folder)
	require.Len(t, all, 3)
	assert.Zero(t, skipped)
	assert.EqualValues(t, 3, c.written.Load())
	upper := 2000.0
	assert.Equal(t, Record{
		Time: time.Unix(1, 5e6).UTC(), Request: "my-id", Row: 6, Model: houses.Model, Prediction: 2000.0, Lower: &upper, Upper: &upper,
		Inputs: map[string]any{"size": 3.1, "city": "Genève", "built": "1970-01-01T00:00:03Z", "note": `"quoted" <b>`},
	}, all[2])
	assert.Equal(t, map[string]any{"size": nil, "city": nil, "built": nil, "note": nil}, all[0].Inputs)
	assert.Equal(t, []int{3, 5, 6}, []int{all[0].Row, all[1].Row, all[2].Row})
	assert.Nil(t, all[1].Lower)
}

func TestClasses(t *testing.T) {
	folder := t.TempDir()
	l := open(t, in(folder), &tally{})
	rows := rowsOf("r", 2)
	rows.Source = &Source{Model: "m", Columns: houses.Columns, Classes: []string{"flat", `lo"ft`}}
	rows.Values, rows.Lower, rows.Upper = nil, nil, nil
	rows.Codes, rows.Proba, rows.Sets = []float64{0, 1}, mat.NewDense(2, 2, []float64{0.75, 0.25, 0, 1}), [][]int{{0, 1}, {1}}
	l.Add(rows)
	l.Add(rowsOf("of another model", 1))
	closed(t, l)
	all, _ := read(t, folder)
	require.Len(t, all, 3)
	assert.Equal(t, `lo"ft`, all[1].Prediction)
	assert.Equal(t, map[string]float64{"flat": 0.75, `lo"ft`: 0.25}, all[0].Probabilities)
	assert.Equal(t, []string{"flat", `lo"ft`}, all[0].Set)
	assert.Equal(t, houses.Model, all[2].Model)
}

func TestRedaction(t *testing.T) {
	folder := t.TempDir()
	s := in(folder)
	s.Redact = map[string]string{"note": "drop", "city": "hash", "size": "hash"}
	_, err := Open(s, Counts{})
	require.ErrorContains(t, err, "without a key, values are found by trying them")
	s.Key = filepath.Join(folder, "key")
	_, err = Open(s, Counts{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(s.Key, []byte("short\n"), 0o600))
	_, err = Open(s, Counts{})
	require.ErrorContains(t, err, "shorter than 16 bytes")
	require.NoError(t, os.WriteFile(s.Key, []byte("0123456789abcdef\n"), 0o600))
	l := open(t, s, &tally{})
	l.Add(rowsOf("r", 3))
	closed(t, l)
	all, _ := read(t, folder)
	assert.NotContains(t, all[1].Inputs, "note")
	assert.Regexp(t, "^[0-9a-f]{16}$", all[1].Inputs["city"])
	assert.Equal(t, all[1].Inputs["city"], all[2].Inputs["city"])
	assert.NotEqual(t, all[1].Inputs["size"], all[2].Inputs["size"])
	assert.Nil(t, all[0].Inputs["city"], "null stays null")
	data, err := os.ReadFile(filepath.Join(folder, fileName(1)))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "Gen")
	assert.NotContains(t, string(data), "quoted")
}

func TestSample(t *testing.T) {
	folder := t.TempDir()
	s := in(folder)
	s.Sample = 0.25
	l := open(t, s, &tally{})
	l.Add(rowsOf("r", 10_000))
	closed(t, l)
	all, _ := read(t, folder)
	assert.InDelta(t, 2500, len(all), 300) // seven standard deviations
}

// The files grow to their size, the oldest go, and no line is cut by it.
func TestRotation(t *testing.T) {
	folder := t.TempDir()
	s := in(folder)
	s.FileBytes, s.Files = 4096, 3
	var c tally
	l := open(t, s, &c)
	for i := range 100 {
		l.Add(rowsOf(fmt.Sprint("r", i), 5))
		l.Add(&Rows{Source: houses})
		require.Eventually(t, func() bool { return c.written.Load() == int64(5*(i+1)) }, time.Minute, time.Millisecond/10)
	}
	closed(t, l)
	paths, err := Files(folder)
	require.NoError(t, err)
	require.Len(t, paths, 3)
	assert.Greater(t, number(filepath.Base(paths[0])), 5)
	for _, path := range paths {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Less(t, info.Size(), s.FileBytes+2000)
	}
	all, skipped := read(t, folder)
	assert.Zero(t, skipped)
	assert.Greater(t, len(all), 30)
	assert.Equal(t, "r99", all[len(all)-1].Request)
}

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
	paths, err := Files(folder)
	require.NoError(t, err)
	assert.Len(t, paths, 2)
	third := open(t, in(folder), &tally{})
	third.Add(rowsOf("c", 1))
	closed(t, third)
	paths, err = Files(folder)
	require.NoError(t, err)
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
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
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

// Adding is to cost a request next to nothing.
func BenchmarkAdd(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := open(b, in(b.TempDir()), &tally{})
			rows := rowsOf("0123456789abcdef", n)
			b.ReportAllocs()
			for range b.N {
				l.Add(rows)
			}
			b.StopTimer()
			closed(b, l)
		})
	}
}
