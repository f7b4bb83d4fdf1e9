package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/drift"
	"example.com/engine/evaluation"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// place lays out what the stage reads: a model, the rows it was trained on, and
// test rows that are changed.
func place(t *testing.T, change func(*table.Table)) string {
	t.Helper()
	work := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	train, test := friedman(600, rng), friedman(300, rng)
	change(test)
	save := func(path string, write func(io.Writer) error) {
		path = filepath.Join(work, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, write(f))
		require.NoError(t, f.Close())
	}
	for path, rows := range map[string]*table.Table{results.Train: train, results.Test: test} {
		save(path, func(f io.Writer) error {
			w, err := table.NewWriter(f, "csv", rows.Fields())
			require.NoError(t, err)
			return errors.Join(w.Write(rows), w.Close())
		})
	}
	save(results.TrainingOut, func(f io.Writer) error {
		return json.NewEncoder(f).Encode(results.Training{Task: "regression", Target: "y", Estimator: "ridge", Metric: "rmse", Rows: 600})
	})
	r := model.Recipe{Config: model.DefaultConfig(), Schema: schema.Schema{Target: "y"}}
	require.NoError(t, config.Parse("model.yaml", []byte("seed: 1\nremainder: passthrough\nintervals: {method: none}\nestimator: ridge"), &r.Config))
	for _, f := range train.Fields() {
		r.Schema.Columns = append(r.Schema.Columns, schema.Column{Name: f.Name, Type: schema.Number})
	}
	m, err := r.Fit(t.Context(), train)
	require.NoError(t, err)
	require.NoError(t, m.TakeProfile(train, &model.HeldOut{}))
	save(results.Candidate, m.Save)
	return work
}

// friedman draws rows of a curved target with noise, of which x2 is not used.
func friedman(n int, rng *rand.Rand) *table.Table {
	v := make([][]float64, 4)
	for range n {
		x := []float64{rng.Float64(), rng.Float64(), rng.Float64()}
		for j, value := range append(x, 10*math.Sin(math.Pi*x[0]*x[1])+rng.NormFloat64()) {
			v[j] = append(v[j], value)
		}
	}
	return table.Must(table.Floats("x0", v[0]), table.Floats("x1", v[1]), table.Floats("x2", v[2]), table.Floats("y", v[3]))
}

func evaluate(t *testing.T, work, settings string) (status int, stderr string) {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "drift.yaml"), []byte(settings), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.yaml"), []byte("evaluation: {bootstrap: {resamples: 100}}"), 0o600))
	var out, err bytes.Buffer
	status = stage.Exec("evaluate", []string{"-config", folder, "-work", work}, &out, &err, run)
	return status, err.String()
}

// Test rows that drifted give a warning, or stop the stage where the settings
// say so; the report is there either way.
func TestDriftOfTestRows(t *testing.T) {
	same := place(t, func(*table.Table) {})
	status, stderr := evaluate(t, same, "severity: error")
	require.Zero(t, status, stderr)
	var r drift.Report
	require.NoError(t, results.Read(filepath.Join(same, drift.TestFile), &r))
	assert.Empty(t, r.Alarms)
	assert.NotNil(t, r.Multivariate)

	moved := place(t, func(rows *table.Table) {
		for i := range rows.Len() {
			rows.Column("x0").Floats[i] += 0.5
		}
	})
	status, stderr = evaluate(t, moved, "columns: {x0: error}")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, `evaluate: the test rows have drifted from the training rows: column "x0": another distribution`)
	assert.Contains(t, stderr, "reports/drift.failed.html")
	failed, err := os.ReadFile(filepath.Join(moved, evaluation.FailedDriftPage))
	require.NoError(t, err)
	assert.Contains(t, string(failed), "another distribution")
	assert.NoFileExists(t, filepath.Join(moved, drift.TestFile))
	r = drift.Report{}
	require.NoError(t, results.Read(filepath.Join(moved, evaluation.FailedDrift), &r))
	assert.NotEmpty(t, r.Errors())

	status, stderr = evaluate(t, moved, "")
	require.Zero(t, status, stderr)
	assert.Contains(t, stderr, `evaluate: warning: test rows: column "x0": another distribution`)
	assert.FileExists(t, filepath.Join(moved, drift.TestFile))
	assert.NoFileExists(t, filepath.Join(moved, evaluation.FailedDrift))
	assert.NoFileExists(t, filepath.Join(moved, evaluation.FailedDriftPage))

	status, stderr = evaluate(t, moved, "severity: maybe")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "drift.yaml:1:11")
}
