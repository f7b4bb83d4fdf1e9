package drift

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
	_ "example.com/engine/table/parquet" // as the current table may be
)

// homes draws rows of a price that depends on size and town.
func homes(seed uint64, n int, shift float64) *table.Table {
	rng := rand.New(rand.NewPCG(seed, 1))
	size, price, town := make([]float64, n), make([]float64, n), make([]string, n)
	for i := range n {
		town[i] = []string{"Aix", "Bor"}[rng.IntN(2)]
		size[i] = 100 + 20*rng.NormFloat64() + shift
		price[i] = 3*size[i] + float64(len(town[i])) + rng.NormFloat64()
	}
	return table.Must(table.Floats("size", size), table.Categories("town", town), table.Floats("price", price))
}

// work is a folder with a champion and the rows that it was trained on.
func work(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	rows := homes(1, 1000, 0)
	train := filepath.Join(dir, results.Train)
	modeltest.SaveRows(t, rows, train)
	text := "columns: [{columns: [town], steps: [one_hot_encoder]}]\nremainder: passthrough\nestimator: ridge\nintervals: {method: none}"
	m := modeltest.FitProfiled(t, text, rows)
	var err error
	m.Trained.SHA256, err = stage.Digest(train)
	require.NoError(t, err)
	modeltest.Save(t, m, filepath.Join(dir, results.Champion))
	return dir
}

// compare runs the program and returns its report, what it printed, and as an
// error what it ended with status 1 for.
func compare(t *testing.T, dir, current, settings string) (*drift.Report, string, error) {
	t.Helper()
	configs := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(configs, "drift.yaml"), []byte(settings), 0o600))
	var out, problems bytes.Buffer
	var err error
	if status := Run([]string{"-config", configs, "-work", dir, "-current", current, "-name", "test"}, &out, &problems); status != 0 {
		require.Equal(t, 1, status, problems.String())
		err = errors.New(problems.String())
	}
	r := &drift.Report{}
	readErr := results.Read(filepath.Join(dir, drift.Dir, "test.json"), r)
	if err == nil {
		require.NoError(t, readErr)
	}
	return r, out.String() + problems.String(), err
}

// logged writes rows as the server's log has them, without the town if it is
// dropped.
func logged(t *testing.T, dir string, rows *table.Table, drop bool) string {
	t.Helper()
	var b strings.Builder
	for i, row := range rows.Rows() {
		inputs := map[string]any{"size": row.Float("size"), "town": row.String("town")}
		if drop {
			delete(inputs, "town")
		}
		line := must.Get(json.Marshal(map[string]any{
			"time": "2026-01-01T00:00:00Z", "request": fmt.Sprint(i), "row": 0, "model": "m", "inputs": inputs, "prediction": row.Float("price"),
		}))(t)
		b.Write(line)
		b.WriteByte('\n')
	}
	folder := filepath.Join(dir, "log", fmt.Sprint(drop))
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "00000001.jsonl"), []byte(b.String()), 0o600))
	return folder
}

// Any form of the same rows gives the same verdict: none that nothing drifted,
// and the columns that did.
func TestSources(t *testing.T) {
	dir := work(t)
	for shift, want := range map[float64]string{0: "", 30: "size price prediction "} {
		rows := homes(7, 400, shift)
		csv, parquet, folder := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.parquet"), filepath.Join(dir, fmt.Sprint("folder", shift))
		modeltest.SaveRows(t, rows, csv)
		modeltest.SaveRows(t, rows, parquet)
		modeltest.SaveRows(t, rows.Slice(0, 100), filepath.Join(folder, "1.csv"))
		modeltest.SaveRows(t, rows.Slice(100, 400), filepath.Join(folder, "2.parquet"))
		for _, path := range []string{csv, parquet, folder, logged(t, dir, rows, false)} {
			r, text, err := compare(t, dir, path, "")
			require.NoError(t, err)
			got := ""
			for _, a := range r.Alarms {
				got += a.Column + " "
			}
			want := want
			if strings.Contains(path, "log") {
				want = strings.Replace(want, "price ", "", 1) // it holds no truth
			}
			assert.Equal(t, strings.TrimSpace(want), strings.TrimSpace(got), path+"\n"+text)
			require.NotNil(t, r.Multivariate, path)
			assert.Equal(t, shift > 0, r.Multivariate.Test.Q < 0.05, path)
			assert.Equal(t, 400, r.Current.Rows)
		}
	}
}

func TestLogWithoutAColumn(t *testing.T) {
	dir := work(t)
	r, text, err := compare(t, dir, logged(t, dir, homes(7, 400, 0), true), "")
	require.NoError(t, err)
	assert.Empty(t, r.Alarms, text)
	assert.Contains(t, text, `note: column "town" is not kept in the log`)
}

// A table of training rows is called that, and not told apart from itself by an AUC
// far below one half; columns that the model does not know are named.
func TestTrainingRows(t *testing.T) {
	dir := work(t)
	current := filepath.Join(dir, "mixed.csv")
	rows := must.Get(table.New(append(table.Concat(homes(1, 1000, 0).Slice(0, 300), homes(7, 300, 0)).Columns(),
		table.Floats("extra", make([]float64, 600)))...))(t)
	modeltest.SaveRows(t, rows, current)
	r, text, err := compare(t, dir, current, "")
	require.NoError(t, err)
	assert.Contains(t, text, "note: 300 of 600 rows looked at equal training rows in all inputs; the classifier leaves them out")
	assert.Contains(t, text, "note: not compared, since the model's schema does not have them: extra")
	assert.Greater(t, r.Multivariate.AUC, 0.45)

	r, text, err = compare(t, dir, filepath.Join(dir, results.Train), "min_rows: 5000")
	require.NoError(t, err)
	assert.Nil(t, r.Multivariate)
	assert.Contains(t, text, "1000 of 1000 rows looked at equal training rows")
	assert.Contains(t, text, `not judged: column "size": it has 1000 values in training rows, and min_rows of drift.yaml is 5000`)
}

// A value of another type is not told if schema.yaml has that check off.
func TestTypeIsOff(t *testing.T) {
	for severity, want := range map[schema.Severity]bool{"": true, schema.Warning: true, schema.Off: false} {
		m := &model.Model{Schema: schema.Schema{Target: "y", Columns: []schema.Column{
			{Name: "x", Type: schema.Number, Severities: map[string]schema.Severity{"type": severity}}, {Name: "y", Type: schema.Number},
		}}}
		path := filepath.Join(t.TempDir(), "a.csv")
		require.NoError(t, os.WriteFile(path, []byte("x,y\n1,2\nnone,3\n"), 0o600))
		src := must.Get(openSource(path, t.TempDir(), m))(t)
		c := &comparison{model: m}
		_, _, err := c.read(t.Context(), src)
		require.NoError(t, err)
		assert.Equal(t, want, len(src.notes()) == 1, severity)
	}
}

// Alarms of severity error end with status 1 and name the report; without the
// training rows there is no classifier.
func TestStops(t *testing.T) {
	dir := work(t)
	current := filepath.Join(dir, "new.csv")
	modeltest.SaveRows(t, homes(7, 400, 30), current)
	_, text, err := compare(t, dir, current, "columns: {size: error}")
	require.Error(t, err)
	assert.Contains(t, err.Error(), `column "size": another distribution`)
	assert.Contains(t, err.Error(), "reports/drift/test.html")
	assert.Contains(t, text, "error: column")

	require.NoError(t, os.Remove(filepath.Join(dir, results.Train)))
	r, text, err := compare(t, dir, current, "")
	require.NoError(t, err)
	assert.Nil(t, r.Multivariate)
	assert.Contains(t, text, "note: no classifier was tried")

	refused := func(path, settings, want string) {
		t.Helper()
		_, _, err := compare(t, dir, path, settings)
		assert.ErrorContains(t, err, want)
	}
	refused(filepath.Join(dir, "nope.csv"), "", "no such file")
	refused(current, "alpha: 2", "alpha: 2 is not less than 1")
	require.NoError(t, os.WriteFile(current, []byte("a,b\n1,2\n"), 0o600))
	refused(current, "", "none of the columns a, b is one of the model's")
	require.NoError(t, os.WriteFile(current, []byte("size,town\n"), 0o600))
	refused(current, "", "there are no rows")
}

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
	src := must.Get(openSource(path, t.TempDir(), m))(t)
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
