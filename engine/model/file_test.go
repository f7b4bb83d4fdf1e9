package model

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/drift"
	"example.com/engine/metrics"
	"example.com/engine/must"
	"example.com/engine/table"
)

func TestTruncatedFileIsRefused(t *testing.T) {
	r := recipe(t, "")
	data := saved(t, fitted(t, r, homes(t, 50)))
	for n := 0; n < len(data); n += 97 {
		require.Error(t, must.Err(Read(data[:n])), "%d of %d bytes", n, len(data))
	}
	path := filepath.Join(t.TempDir(), "model.zip")
	require.NoError(t, os.WriteFile(path, data[:100], 0o600))
	require.ErrorContains(t, must.Err(Open(path)), path+": not a model file, or cut short (100 bytes)")
}

// A flipped bit is refused, or stands where it changes nothing, as in the time
// of a member.
func TestCorruptedFileIsRefused(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 50)
	m := fitted(t, r, rows)
	data := saved(t, m)
	want := predict(t, m, rows)
	refused := 0
	for i := range data {
		broken := bytes.Clone(data)
		broken[i] ^= 1 << (i % 8)
		loaded, err := Read(broken)
		if err != nil {
			refused++
			continue
		}
		require.Equal(t, want, predict(t, loaded, rows), "byte %d", i)
	}
	assert.Greater(t, refused, len(data)*9/10)
}

func TestNewerFormatIsRefused(t *testing.T) {
	head := []byte(`{"format": 99}`)
	_, err := Read(zipped(t, map[string][]byte{headName: head}))
	require.ErrorContains(t, err, "format 99 is newer than this program")
}

func TestFileWithoutPartsIsRefused(t *testing.T) {
	require.ErrorContains(t, must.Err(Read(zipped(t, map[string][]byte{headName: []byte(`{"format": 1}`)}))), "damaged")
	require.ErrorContains(t, must.Err(Read(zipped(t, map[string][]byte{"other": []byte("{}")}))), "no "+headName)
}

// zipped makes an archive with right checksums.
func zipped(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b, sums bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name string, data []byte) {
		f := must.Get(w.Create(name))(t)
		must.Get(f.Write(data))(t)
	}
	for name, data := range members {
		add(name, data)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	add(sumsName, sums.Bytes())
	require.NoError(t, w.Close())
	return b.Bytes()
}

var update = flag.Bool("update", false, "write a model file of the present format to testdata")

// corpus are pipelines whose files of every format so far stay readable, with
// the predictions that they gave when they were written. A new format or kind adds
// files by `go test -run OldFiles -update`; those that are there never change.
var corpus = map[string]string{
	"ridge":    "estimator: ridge",
	"boosting": "clip_predictions: true\nestimator: {gradient_boosting_regressor: {max_iter: 5, monotone: {rooms: 1}}}",
	"profile":  "estimator: ridge",
	"blend":    "estimator: {blend_regressor: {estimators: [lasso, random_forest_regressor: {n_estimators: 3}]}}",
}

func TestOldFilesLoad(t *testing.T) {
	rows := homes(t, 60)
	if *update {
		for name, more := range corpus {
			base := filepath.Join("testdata", name+"-format1")
			if _, err := os.Stat(base + ".zip"); err == nil {
				continue
			}
			m := fitted(t, recipe(t, more), rows)
			if name == "profile" {
				require.NoError(t, m.TakeProfile(rows, &HeldOut{}))
			}
			want := must.Get(json.Marshal(predict(t, m, rows)))(t)
			require.NoError(t, os.WriteFile(base+".zip", saved(t, m), 0o600))
			require.NoError(t, os.WriteFile(base+".json", want, 0o600))
		}
	}
	files := must.Get(filepath.Glob("testdata/*.zip"))(t)
	require.GreaterOrEqual(t, len(files), len(corpus))
	for _, path := range files {
		m := must.Get(Open(path))(t)
		data := must.Get(os.ReadFile(strings.TrimSuffix(path, ".zip") + ".json"))(t)
		want := must.JSON[[]float64](t, data)
		assert.InDeltaSlice(t, want, predict(t, m, rows), 1e-9, path) // the last bits may differ between architectures
	}
}

const boosted = "estimator: {gradient_boosting_regressor: {max_iter: 500, learning_rate: 0.06}}\n"

// BenchmarkPredictRow asks for one row through the whole pipeline: derived
// columns, imputer, scaler, cluster similarity, one-hot, 500 trees, interval.
func BenchmarkPredictRow(b *testing.B) {
	r := recipe(b, boosted)
	train := homes(b, 16_000)
	m := fitted(b, r, train)
	row := train.Slice(0, 1)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = m.Predict(row)
	}
}

// BenchmarkCrossValidation compares five folds on all processors with five
// times a fit on one, divided by the processors. Each fold's fit has four
// fifths of the rows, so 0.8 is perfect.
func BenchmarkCrossValidation(b *testing.B) {
	r := recipe(b, boosted+"intervals: {method: none}\n")
	train := homes(b, 16_000)
	folds := must.Get(r.Folds(train))(b)
	metric := must.Get(DecidingMetric(Regression, "rmse"))(b)
	var fit, crossed time.Duration
	cores := runtime.GOMAXPROCS(0)
	for b.Loop() {
		runtime.GOMAXPROCS(1)
		start := time.Now()
		fitted(b, r, train)
		fit += time.Since(start)
		runtime.GOMAXPROCS(cores)
		start = time.Now()
		must.Get(r.CrossValidate(context.Background(), train, folds, []metrics.Metric{metric}, func() {}))(b)
		crossed += time.Since(start)
	}
	b.ReportMetric(crossed.Seconds()/(float64(len(folds))*fit.Seconds()/float64(cores)), "of-5-fits")
}

// A model file carries the profile of its training rows, and the held-out
// predictions in it.
func TestProfileIsSaved(t *testing.T) {
	r := recipe(t, "")
	rows := homes(t, 60)
	folds := must.Get(r.Folds(rows))(t)
	_, held, err := r.HoldOut(t.Context(), rows, folds, nil, func() {})
	require.NoError(t, err)
	m := fitted(t, r, rows)
	require.NoError(t, m.TakeProfile(rows, held))
	back := must.Get(Read(saved(t, m)))(t)
	assert.Equal(t, 60, back.Profile.Rows)
	assert.Len(t, back.Profile.Columns, len(r.Schema.Columns))
	assert.Equal(t, 60, back.Profile.Prediction.Count)
	assert.Equal(t, m.Profile.Columns[0].Points.Values, back.Profile.Columns[0].Points.Values)

	m.Profile.Columns[0].Points.Weights[0]++
	assert.ErrorContains(t, must.Err(Read(saved(t, m))), "damaged: the profile of column")
}

// Classes are compared by the likeliest.
func TestPredictionColumn(t *testing.T) {
	m := &Model{Task: Regression}
	assert.Equal(t, table.Floats("prediction", []float64{1, 2}), m.PredictionColumn(Prediction{Values: []float64{1, 2}}))
	m = &Model{Task: Binary, Classes: []string{"no", "yes"}}
	c := m.PredictionColumn(Prediction{Proba: mat.NewDense(2, 2, []float64{0.4, 0.6, 0.5, 0.5})})
	assert.Equal(t, []int32{1, 0}, c.Codes)
	assert.Equal(t, drift.Category, drift.ColumnOf(c).Kind)
}
