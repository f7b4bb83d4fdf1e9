package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/results"
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
	save := func(path string, rows *table.Table) {
		path = filepath.Join(work, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		f, err := os.Create(path)
		require.NoError(t, err)
		w, err := table.NewWriter(f, "csv", rows.Fields())
		require.NoError(t, err)
		require.NoError(t, w.Write(rows))
		require.NoError(t, w.Close())
		require.NoError(t, f.Close())
	}
	save(results.Train, train)
	save(results.Test, test)
	text, err := results.Marshal(results.Training{Task: "regression", Target: "y", Estimator: "ridge", Metric: "rmse", Rows: 600})
	require.NoError(t, err)
	path := filepath.Join(work, results.TrainingOut)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, text, 0o600))
	m, err := recipe(t, 1, "ridge").Fit(t.Context(), train)
	require.NoError(t, err)
	require.NoError(t, m.TakeProfile(train, &model.HeldOut{}))
	_, path = written(t, m)
	require.NoError(t, os.MkdirAll(filepath.Join(work, "models/candidate"), 0o755))
	require.NoError(t, os.Rename(path, filepath.Join(work, results.Candidate)))
	return work
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
	failed, err := os.ReadFile(filepath.Join(moved, failedPage))
	require.NoError(t, err)
	assert.Contains(t, string(failed), "another distribution")
	assert.NoFileExists(t, filepath.Join(moved, drift.TestFile))
	r = drift.Report{}
	require.NoError(t, results.Read(filepath.Join(moved, failedDrift), &r))
	assert.NotEmpty(t, r.Errors())

	status, stderr = evaluate(t, moved, "")
	require.Zero(t, status, stderr)
	assert.Contains(t, stderr, `evaluate: warning: test rows: column "x0": another distribution`)
	assert.FileExists(t, filepath.Join(moved, drift.TestFile))
	assert.NoFileExists(t, filepath.Join(moved, failedDrift))
	assert.NoFileExists(t, filepath.Join(moved, failedPage))

	status, stderr = evaluate(t, moved, "severity: maybe")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "drift.yaml:1:11")
}
