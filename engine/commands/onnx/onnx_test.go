package onnx

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
	"example.com/engine/results"
	"example.com/engine/table"
)

// fit saves a model of y by x below the work folder and returns its digest.
func fit(t *testing.T, work, place, estimator string) string {
	t.Helper()
	rows := table.Must(table.Floats("x", []float64{1, 2, 3, 4}), table.Floats("y", []float64{2, 4, 6, 9}))
	m := modeltest.Fit(t, "remainder: passthrough\nintervals: {method: none}\nestimator: "+estimator, rows)
	return modeltest.Save(t, m, filepath.Join(work, place)).Digest()
}

// The graph is next to its model, names it, and stays when another is written.
func TestRun(t *testing.T) {
	work := t.TempDir()
	run := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		require.Equal(t, want, Run(append([]string{"-work", work, "-config", work}, args...), &out, &out), out.String())
		return out.String()
	}
	assert.Equal(t, "onnx: models/champion/model.zip is missing: run `make promote` first\n", run(1))
	champion := fit(t, work, results.Champion, "ridge")
	assert.Regexp(t, `^onnx: ridge, 1 features, \d+ bytes\n$`, run(0))
	assert.Equal(t, "onnx: up to date\n", run(0))
	graph := filepath.Join(work, "models/champion/model.onnx")
	data, err := os.ReadFile(graph)
	require.NoError(t, err)
	assert.Contains(t, string(data), champion)

	fit(t, work, "models/other.zip", "{ridge: {alpha: 5}}")
	run(0, "-model", "models/other.zip")
	assert.FileExists(t, filepath.Join(work, "models/other.onnx"))
	assert.FileExists(t, graph)

	assert.Contains(t, run(1, "-model", "../model.zip"), "give a path below the work folder")
	require.NoError(t, os.WriteFile(filepath.Join(work, results.Champion), []byte("no model"), 0o600))
	assert.Contains(t, run(1), "model.zip: not a model file")
	assert.FileExists(t, graph)
}
