package onnx

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// fit saves a model of y by x below the work folder and returns its digest.
func fit(t *testing.T, work, place, estimator string) string {
	t.Helper()
	r := model.Recipe{Config: model.DefaultConfig(), Schema: schema.Schema{Target: "y", Columns: []schema.Column{
		{Name: "x", Type: schema.Number}, {Name: "y", Type: schema.Number},
	}}}
	require.NoError(t, config.Parse("model.yaml", []byte("remainder: passthrough\nintervals: {method: none}\nestimator: "+estimator), &r.Config))
	m, err := r.Fit(t.Context(), table.Must(table.Floats("x", []float64{1, 2, 3, 4}), table.Floats("y", []float64{2, 4, 6, 9})))
	require.NoError(t, err)
	var file bytes.Buffer
	require.NoError(t, m.Save(&file))
	path := filepath.Join(work, place)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	saved, err := model.Read(file.Bytes())
	require.NoError(t, err)
	return saved.Digest()
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
