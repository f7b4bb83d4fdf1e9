package predictionlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/must"
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
	return must.Get(Open(s, c.counts()))(t)
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
	r := must.Get(NewReader(path))(t)
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
	require.ErrorContains(t, must.Err(Open(s, Counts{})), "without a key, values are found by trying them")
	s.Key = filepath.Join(folder, "key")
	require.ErrorIs(t, must.Err(Open(s, Counts{})), os.ErrNotExist)
	require.NoError(t, os.WriteFile(s.Key, []byte("short\n"), 0o600))
	require.ErrorContains(t, must.Err(Open(s, Counts{})), "shorter than 16 bytes")
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
	data := must.Get(os.ReadFile(filepath.Join(folder, fileName(1))))(t)
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
	paths := must.Get(Files(folder))(t)
	require.Len(t, paths, 3)
	assert.Greater(t, number(filepath.Base(paths[0])), 5)
	for _, path := range paths {
		info := must.Get(os.Stat(path))(t)
		assert.Less(t, info.Size(), s.FileBytes+2000)
	}
	all, skipped := read(t, folder)
	assert.Zero(t, skipped)
	assert.Greater(t, len(all), 30)
	assert.Equal(t, "r99", all[len(all)-1].Request)
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
