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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/random"
	"example.com/engine/search"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
)

// A space that does not fit the configuration ends the program before it looks
// for data, with the place.
func TestBadSpaces(t *testing.T) {
	p := newProject(t, "")
	p.Work = "no such folder"
	for space, want := range map[string]string{
		"estimator.rigde.alpha: [1, 2]": "16:5: search.space.'estimator.rigde.alpha': estimator: expected one kind over its settings, got 2 keys; " +
			"where the kind is another than in the configuration, let it be a choice",
		"estimator.ridge.alhpa: [1, 2]":                                            `16:5: estimator.ridge.alhpa: unknown key; did you mean "alpha"?`,
		"estimator.ridge.alpha: {uniform: [-1, 1]}":                                "16:28: estimator.ridge.alpha: -1 is less than 0",
		"estimator.ridge.alpha: [1, two]":                                          `16:32: search.space.'estimator.ridge.alpha'[1]: expected a number, got the text "two"`,
		"estimator.ridge.positive: [1]":                                            "expected true or false, got 1",
		"estimator: [ridge, lazzo]":                                                `16:24: search.space.estimator[1]: unknown estimator "lazzo"; did you mean "lasso"?`,
		"estimator: [{ridge: {alpha: 1}, lasso: {}}]":                              "expected one kind over its settings, got 2 keys",
		"estimator: [gradient_boosting_classifier]":                                "gradient_boosting_classifier predicts classes, the task is a regression",
		"columns.plaice.steps.0: [log]":                                            `16:5: search.space.'columns.plaice.steps.0': the list has no entry "plaice": there are place, plain`,
		"columns.place.steps: [[]]":                                                "is empty",
		"columns.place.steps.cluster_similarity.n_clusters: {int_uniform: [0, 9]}": "0 is less than 1",
		"columns.plain.columns: [[a, a]]":                                          "holds a value twice",
		"target_transform: [log, lg]":                                              "unknown value",
		"cross_validation.split.kfold.folds: [3, 4]":                               "is no setting that trials can differ in; those are below columns, remainder, target_transform, estimator",
		"metric: [mae]":                                                            "is no setting that trials can differ in",
		"search.seed: [1]":                                                         "is no setting that trials can differ in",
	} {
		p.Set("model.yaml", toyModel[1:]+"search:\n  space:\n    "+space+"\n")
		status, stdout, stderr := p.run()
		assert.Equal(t, 1, status, space)
		assert.Empty(t, stdout)
		assert.Contains(t, stderr, "/model.yaml:16:", space)
		assert.Contains(t, stderr, want, space)
		assert.Contains(t, stderr, "  16 |     "+space+"\n", "the excerpt")
	}
}

func TestBadSearches(t *testing.T) {
	p := newProject(t, "")
	p.Work = "no such folder"
	check := func(section, want string, args ...string) {
		t.Helper()
		p.Set("model.yaml", toyModel[1:]+section)
		status, _, stderr := p.run(args...)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, want)
	}
	const alpha = ", space: {estimator.ridge.alpha: {uniform: [1, 2]}}}"
	check("", "model.yaml:1:1: search.space: is empty; name settings to try values for")
	check("search: {strategy: best"+alpha, `14:20: search.strategy: unknown value "best"; allowed: random, grid, halving`)
	check("search: {strategy: grid"+alpha, "a grid has no end of values of this range: give it points")
	check("search: {halving: {resource: estimator.ridge.max_iter, max_resources: 9}"+alpha,
		"14:30: search.halving.resource: trial 0 with 1: estimator.ridge.max_iter: unknown key", "-strategy", "halving")
	check("search: {halving: {resource: estimator.ridge.alpha, max_resources: 9, min_resources: 10}"+alpha, "10 is more than max_resources, 9")
	check("search: {halving: {resource: estimator.ridge.alpha}"+alpha, "must be given where the resource is a setting")

	fine := "search: {trials: 5" + alpha
	check(fine, "-strategy best: there are random, grid, halving", "-strategy", "best")
	check(fine, "-trials -1: there can be 1 to 100000", "-trials", "-1")
	check(fine, "-index 4 -of 4: shares count from 0", "-index", "4", "-of", "4")
	check(fine, "-index 0 -of 0: shares count from 0", "-index", "0")
	check(fine, "-of and -rung need -index", "-of", "4")
	check(fine, "-rung -1: rungs count from 0", "-index", "0", "-of", "4", "-rung", "-1")
	check(fine, "-index and -reduce can't go together", "-index", "0", "-of", "4", "-reduce")
	check(fine, "-argo needs -of", "-argo")
	check(fine, "-argo and -index can't go together", "-argo", "-of", "4", "-index", "1")
}

func TestNoConfigurationFile(t *testing.T) {
	p := newProject(t, "")
	status, _, stderr := p.run()
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "search.space: is empty; name settings to try values for")
}

// project is a folder with settings and training rows: y is a wave over a and
// b, which clusters and curvature help with.
type project struct {
	*stagetest.Place
	t testing.TB
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
	p := &project{stagetest.New(t), t}
	p.Set("schema.yaml", "target: y\ncolumns:\n  - {name: a, type: number}\n  - {name: b, type: number}\n  - {name: y, type: number}\n")
	p.Set("features.yaml", "{}")
	p.Set("model.yaml", model)
	p.Write(trainFile, rows(120, 1))
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

// copy returns a project of the same settings and rows, without results.
func (p *project) copy() *project {
	c := newProject(p.t, "{}")
	c.Config = p.Config
	c.Write(trainFile, p.Read(trainFile))
	return c
}

// run runs the program and returns its status and what it printed.
func (p *project) run(args ...string) (status int, stdout, stderr string) {
	var out, problems bytes.Buffer
	var f flags
	args = append([]string{"-config", p.Config, "-work", p.Work}, args...)
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
	root := filepath.Join(p.Work, filepath.FromSlash(filepath.Dir(search.Dir)))
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
