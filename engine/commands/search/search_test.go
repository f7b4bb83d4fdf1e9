package search

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/derive"
	"example.com/engine/must"
	"example.com/engine/results"
	"example.com/engine/search"
	"example.com/engine/stage"
)

func TestSearch(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	out := p.must()
	assert.Regexp(t, `^search: trial \d of 7: rmse 0\.\d+ in 3 folds \(± 0\.\d+\), 0\.\d+ as it stands: estimator\.ridge\.alpha \S+, columns`, out)
	var table search.Table
	require.NoError(t, results.Read(p.Path(search.DataFile), &table))
	assert.Len(t, table.Trials, 7)
	assert.Equal(t, "y", table.Target)
	assert.Equal(t, 8, strings.Count(p.Read(search.TableFile), "\n"))
	assert.Len(t, p.made(), 7+3)
	assert.Equal(t, "search: up to date\n", p.must())

	assert.Regexp(t, "^search: 7 trials are recorded, 3 are to do\n", p.must("-trials", "10"))
	assert.Regexp(t, "^search: trial", p.must("-trials", "10", "-strategy", "halving"))
	assert.Equal(t, "3\n", p.must("-trials", "10", "-strategy", "halving", "-rungs"))
}

// The same trials come out to the bit at any GOMAXPROCS, and when four
// processes, in any order, run a share each.
func TestSameHoweverItRuns(t *testing.T) {
	for _, strategy := range []string{"random", "halving"} {
		p := newProject(t, toyModel+toySpace)
		p.must("-strategy", strategy)
		want := p.made()

		one := p.copy()
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		one.must("-strategy", strategy)
		assert.Equal(t, want, one.made())

		four := p.copy()
		for rung := range 2 {
			for _, index := range []string{"3", "1", "0", "2"} {
				four.must("-strategy", strategy, "-index", index, "-of", "4", "-rung", fmt.Sprint(rung))
			}
		}
		four.must("-strategy", strategy, "-reduce")
		assert.Equal(t, want, four.made())
		assert.Equal(t, "search: up to date\n", four.must("-strategy", strategy), "the record is that of one process")
	}
}

func TestReduceNeedsAll(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	p.must("-index", "0", "-of", "2")
	status, _, stderr := p.run("-reduce")
	assert.Equal(t, 1, status)
	assert.Equal(t, "search: 3 of the 7 trials of rung 0 are not recorded: 1, 3, 5; run their shares, or the search as a whole\n", stderr)
	assert.NoFileExists(t, p.Path(search.BestFile))
}

// Only what a trial's scores depend on makes it old.
func TestWhatMakesTrialsOld(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	p.must()
	check := func(name, model string, stale bool) {
		t.Helper()
		p.Set("model.yaml", model)
		out := p.must("-trials", "8")
		if stale {
			assert.Contains(t, out, "recorded trials are of other settings, data or code and don't count", name)
		} else {
			assert.NotContains(t, out, "don't count", name)
		}
		p.Set("model.yaml", toyModel+toySpace)
		p.must("-trials", "8")
	}
	check("a comment", "# comment"+toyModel+toySpace, false)
	check("a default spelled out", strings.Replace(toyModel, "alpha: 1", "alpha: 1, fit_intercept: true", 1)+toySpace, false)
	check("what a trial overrides, but not trial 0", strings.Replace(toyModel, "alpha: 1", "alpha: 2", 1)+toySpace, true)
	check("folds", strings.Replace(toyModel, "folds: 3", "folds: 4", 1)+toySpace, true)
	check("the space", toyModel+strings.Replace(toySpace, "[0.001, 100]", "[0.01, 100]", 1), true)
	check("the seed of the search", toyModel+strings.Replace(toySpace, "trials: 7", "trials: 7\n  seed: 3", 1), true)
	check("how the result is judged", toyModel+"evaluation: {margin: 0.5}"+toySpace, false)

	p.Write(trainFile, rows(120, 2))
	assert.Contains(t, p.must(), "7 recorded trials are of other settings, data or code and don't count")
}

// The test rows are not there, and not asked for.
func TestTestRowsAreNotRead(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	p.must()
	want := p.made()
	record := must.Get(stage.ReadRecord(p.Work, "search"))(t)
	require.Len(t, record.Inputs, 1)
	assert.Equal(t, trainFile, record.Inputs[0].Path)

	planted := p.copy()
	planted.Write(results.Test, "no table")
	planted.must()
	assert.Equal(t, want, planted.made())
}

// best.yaml, in the place of its sections, is the configuration of the best
// trial: as it stands it has its score.
func TestBestIsPasted(t *testing.T) {
	rounds := `
search:
  strategy: halving
  trials: 9
  halving: {resource: estimator.gradient_boosting_regressor.max_iter, max_resources: 18}
  space:
    columns.place.steps.cluster_similarity.n_clusters: [2, 5]
    estimator.gradient_boosting_regressor.learning_rate: {log_uniform: [0.05, 0.5]}
`
	boosting := strings.Replace(toyModel, "ridge: {alpha: 1}", "gradient_boosting_regressor: {learning_rate: 0.01}", 1)
	for _, model := range []string{toyModel + toySpace, boosting + rounds} {
		p := newProject(t, model)
		p.must()
		var table search.Table
		require.NoError(t, results.Read(p.Path(search.DataFile), &table))
		require.NotZero(t, table.Best)

		pasted := p.copy()
		pasted.Config = t.TempDir()
		for _, file := range []string{"schema.yaml", "features.yaml"} {
			data := must.Get(os.ReadFile(filepath.Join(p.Config, file)))(t)
			pasted.Set(file, string(data))
		}
		_, sections, _ := strings.Cut(model, "cross_validation:")
		pasted.Set("model.yaml", p.Read(search.BestFile)+"cross_validation:"+sections)
		pasted.must("-strategy", "random", "-trials", "1")
		var again search.Table
		require.NoError(t, results.Read(pasted.Path(search.DataFile), &again))
		assert.Equal(t, table.Trials[0].CrossValidation, again.Trials[0].CrossValidation)
	}
}

// A trial that can't be fitted has its reason in the table.
func TestFailedTrialsAreInTheTable(t *testing.T) {
	p := newProject(t, toyModel+"search: {space: {columns.place.steps.cluster_similarity.n_clusters: [3, 100]}}")
	p.must()
	assert.Regexp(t, `\n3,\d,,,100,fold 1 of 3: .*rows are too few for 100 clusters`, p.Read(search.TableFile))
	assert.Regexp(t, `cluster_similarity: \{n_clusters: 3, n_init: 1\}|Nothing to change`, p.Read(search.BestFile))
}

func TestMissingRowsAreNamed(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	require.NoError(t, os.Remove(p.Path(trainFile)))
	for _, args := range [][]string{nil, {"-index", "0", "-of", "2"}} {
		status, _, stderr := p.run(args...)
		assert.Equal(t, 1, status)
		assert.Contains(t, stderr, "train.csv is missing: run `make features` first\n")
	}
}

func TestWorkflow(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	text := p.must("-argo", "-of", "5", "-strategy", "halving", "-trials", "27", "-seed", "3", "-image", "registry/a b:1")
	var w struct {
		Spec struct {
			Arguments any `yaml:"arguments"`
			Templates []struct {
				Name string `yaml:"name"`
				DAG  struct {
					Tasks []map[string]any `yaml:"tasks"`
				} `yaml:"dag"`
				Container struct {
					Image        string   `yaml:"image"`
					Command      []string `yaml:"command"`
					Args         []string `yaml:"args"`
					VolumeMounts any      `yaml:"volumeMounts"`
				} `yaml:"container"`
				Inputs        any `yaml:"inputs"`
				RetryStrategy any `yaml:"retryStrategy"`
			} `yaml:"templates"`
			Entrypoint string `yaml:"entrypoint"`
			Volumes    any    `yaml:"volumes"`
		} `yaml:"spec"`
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   any    `yaml:"metadata"`
	}
	require.NoError(t, config.Parse("workflow.yaml", []byte(text), &w))
	var names []string
	for _, task := range w.Spec.Templates[0].DAG.Tasks {
		depends, _ := json.Marshal(task["dependencies"])
		names = append(names, fmt.Sprint(task["name"], " ", string(depends)))
	}
	assert.Equal(t, []string{
		"prepare null", `rung-0 ["prepare"]`, `rung-1 ["rung-0"]`, `rung-2 ["rung-1"]`, `rung-3 ["rung-2"]`, `reduce ["rung-3"]`,
	}, names)
	assert.Equal(t, []string{
		"-trials", "27", "-strategy", "halving", "-seed", "3", "-config", "{{workflow.parameters.config}}", "-work", "/volume",
		"-index", "{{inputs.parameters.index}}", "-of", "5", "-rung", "{{inputs.parameters.rung}}",
	}, w.Spec.Templates[2].Container.Args)
	assert.Contains(t, text, `{name: image, value: "registry/a b:1"}`)
}

// Each thing that a score depends on changes a trial's key.
func TestKey(t *testing.T) {
	p := newProject(t, toyModel+toySpace)
	load := func() *trials {
		f := newFile(flags{})
		require.NoError(t, config.Load(filepath.Join(p.Config, "model.yaml"), f))
		return &trials{file: f, program: "p", digest: "d"}
	}
	key := func(trial, budget int, change func(*trials)) string {
		t.Helper()
		trials := load()
		change(trials)
		k := must.Get(trials.key(trials.file.candidates[trial], budget))(t)
		require.Len(t, k, 64)
		return k
	}
	nothing := func(*trials) {}
	assert.Equal(t, key(1, 0, nothing), key(1, 0, nothing))
	keys := map[string]bool{
		key(1, 0, nothing):  true,
		key(2, 0, nothing):  true,
		key(1, 50, nothing): true,
		key(1, 0, func(t *trials) { t.program = "q" }):                              true,
		key(1, 0, func(t *trials) { t.digest = "e" }):                               true,
		key(1, 0, func(t *trials) { t.recipe.Schema.Target = "z" }):                 true,
		key(1, 0, func(t *trials) { t.recipe.Derive = derive.List{{Kind: "log"}} }): true,
		key(1, 0, func(t *trials) { t.recipe.Ties.Time = "x" }):                     true,
	}
	assert.Len(t, keys, 8)
}
