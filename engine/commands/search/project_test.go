package search

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/random"
	"example.com/engine/search"
	"example.com/engine/stage"
)

// project is a folder with settings and training rows: y is a wave over a and
// b, which clusters and curvature help with.
type project struct {
	config, work string
	t            testing.TB
}

const toyModel = `
columns:
  - name: place
    columns: [a, b]
    steps:
      - cluster_similarity: {n_clusters: 4, n_init: 1}
  - name: plain
    columns: [a, b]
    steps: [standard_scaler]
estimator:
  ridge: {alpha: 1}
cross_validation:
  split:
    kfold: {folds: 3, shuffle: true}
`

const toySpace = `
search:
  trials: 7
  space:
    estimator.ridge.alpha: {log_uniform: [0.001, 100]}
    columns.place.steps.cluster_similarity.n_clusters: {int_uniform: [2, 12]}
`

func newProject(t testing.TB, model string) *project {
	t.Helper()
	p := &project{config: t.TempDir(), work: t.TempDir(), t: t}
	p.write(p.config, "schema.yaml", "target: y\ncolumns:\n  - {name: a, type: number}\n  - {name: b, type: number}\n  - {name: y, type: number}\n")
	p.write(p.config, "features.yaml", "{}")
	p.write(p.config, "model.yaml", model)
	p.write(p.work, trainFile, rows(120, 1))
	return p
}

func rows(n int, seed uint64) string {
	rng := random.New(seed, "rows")
	var b strings.Builder
	b.WriteString("a,b,y\n")
	for range n {
		x, y := rng.NormFloat64(), rng.NormFloat64()
		fmt.Fprintf(&b, "%v,%v,%v\n", x, y, 10+math.Sin(2*x)*y+0.1*rng.NormFloat64())
	}
	return b.String()
}

func (p *project) write(dir, file, content string) {
	p.t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(file))
	require.NoError(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(p.t, os.WriteFile(path, []byte(content), 0o600))
}

func (p *project) read(file string) string {
	p.t.Helper()
	data, err := os.ReadFile(filepath.Join(p.work, filepath.FromSlash(file)))
	require.NoError(p.t, err)
	return string(data)
}

// copy returns a project of the same settings and rows, without results.
func (p *project) copy() *project {
	c := newProject(p.t, "{}")
	c.config = p.config
	c.write(c.work, trainFile, p.read(trainFile))
	return c
}

// run runs the program and returns its status and what it printed.
func (p *project) run(args ...string) (status int, stdout, stderr string) {
	var out, problems bytes.Buffer
	var f flags
	args = append([]string{"-config", p.config, "-work", p.work}, args...)
	status = stage.Exec("search", args, &out, &problems, func(s *stage.Stage) error { return run(s, f, &out) }, stage.Flags(f.declare))
	return status, out.String(), problems.String()
}

// must runs the program and returns what it printed.
func (p *project) must(args ...string) string {
	p.t.Helper()
	status, stdout, stderr := p.run(args...)
	require.Zero(p.t, status, stderr)
	return stdout
}

// made returns the content of every file below reports/search by its name.
func (p *project) made() map[string]string {
	files := map[string]string{}
	root := filepath.Join(p.work, filepath.FromSlash(filepath.Dir(search.Dir)))
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, err := os.ReadFile(path)
			require.NoError(p.t, err)
			rel, _ := filepath.Rel(root, path)
			files[filepath.ToSlash(rel)] = string(data)
		}
		return nil
	})
	return files
}
