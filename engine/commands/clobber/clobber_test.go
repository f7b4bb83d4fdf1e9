package clobber

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
)

// made is a place in which a stage has made a table and a report, beside files of other kinds.
func made(t *testing.T) *stagetest.Place {
	t.Helper()
	p := stagetest.New(t)
	require.Equal(t, 0, p.Run("clean", func(s *stage.Stage) error {
		table, report := s.Output("data/processed/clean.csv"), s.Output("reports/validation.json")
		return s.Run(func(context.Context) error {
			return errors.Join(table.WriteFile([]byte("a")), report.WriteFile([]byte("{}")))
		})
	}), p.Stderr)
	for _, name := range []string{"data/processed/mine.csv", "models/README.md", "models/history.json", "models/history/a.zip", "reports/runs/a.json"} {
		p.Write(name, "mine")
	}
	return p
}

func run(t *testing.T, work string, args ...string) (status int, out string) {
	t.Helper()
	var b bytes.Buffer
	status = Run(append([]string{"-work", work}, args...), &b, &b)
	return status, b.String()
}

func left(t *testing.T, work string) (names []string) {
	t.Helper()
	require.NoError(t, fs.WalkDir(os.DirFS(work), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

func TestClobber(t *testing.T) {
	p := made(t)
	status, out := run(t, p.Work)
	assert.Zero(t, status)
	assert.Equal(t, "clobber: removed 5 files below "+p.Work+"\n", out)
	assert.Equal(t, []string{
		"data/processed/mine.csv", "models/README.md", "models/history/a.zip", "models/history.json", "reports/runs/a.json",
	}, left(t, p.Work))
	assert.NoDirExists(t, p.Path("reports/lineage"))
	_, out = run(t, p.Work)
	assert.Equal(t, "clobber: nothing to remove\n", out)

	status, _ = run(t, p.Work, "-all")
	assert.Zero(t, status)
	assert.Equal(t, []string{"data/processed/mine.csv", "models/README.md"}, left(t, p.Work))
}

// What a link leads to, and what is above the work folder, stays.
func TestClobberStaysBelow(t *testing.T) {
	p, elsewhere := made(t), t.TempDir()
	outside := filepath.Join(elsewhere, "clean.csv")
	require.NoError(t, os.WriteFile(outside, []byte("precious"), 0o600))
	require.NoError(t, os.RemoveAll(p.Path("data/processed")))
	require.NoError(t, os.Symlink(elsewhere, p.Path("data/processed")))
	require.NoError(t, os.Remove(p.Path("reports/validation.json")))
	require.NoError(t, os.Symlink(outside, p.Path("reports/validation.json")))
	status, out := run(t, p.Work)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "clobber: data/processed/clean.csv stays: ")
	assert.FileExists(t, outside)
	assert.NoFileExists(t, p.Path("reports/validation.json"))

	p = made(t)
	record := must.Get(os.ReadFile(p.Path(stage.RecordPath("clean"))))(t)
	above := filepath.Join(filepath.Dir(p.Work), "above")
	require.NoError(t, os.WriteFile(above, nil, 0o600))
	p.Write(stage.RecordPath("clean"), string(bytes.ReplaceAll(record, []byte("data/processed/clean.csv"), []byte("../above"))))
	_, out = run(t, p.Work)
	assert.Contains(t, out, "../above stays: ")
	assert.FileExists(t, above)

	p = made(t)
	p.Write(stage.RecordPath("clean"), "{")
	status, out = run(t, p.Work)
	assert.Equal(t, 1, status)
	assert.Contains(t, out, "what it lists stays")
	assert.FileExists(t, p.Path("data/processed/clean.csv"))
}
