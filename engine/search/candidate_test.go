package search

import (
	"fmt"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
)

func candidates(t testing.TB, text string) []Candidate {
	t.Helper()
	list := must.Get(settings(t, text).Candidates())(t)
	for i, c := range list {
		require.Equal(t, i, c.Number)
	}
	require.Empty(t, list[0].Settings, "the configuration as it stands")
	return list
}

func describeAll(list []Candidate) []string {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.describe()
	}
	return texts
}

const twoRanges = `
trials: %d
seed: %d
space:
  estimator.ridge.alpha: {log_uniform: [0.001, 100]}
  columns.place.steps.cluster_similarity.n_clusters: {int_uniform: [5, 80]}
`

// What a trial is depends on the seed and its number alone: neither on how many
// there are nor on what else is varied.
func TestCandidateDependsOnSeedAndNumber(t *testing.T) {
	few, many := candidates(t, fmt.Sprintf(twoRanges, 5, 1)), candidates(t, fmt.Sprintf(twoRanges, 50, 1))
	require.Len(t, few, 5)
	require.Len(t, many, 50)
	assert.Equal(t, describeAll(few), describeAll(many[:5]))

	alone := candidates(t, "{trials: 5, seed: 1, space: {estimator.ridge.alpha: {log_uniform: [0.001, 100]}}}")
	for i := range few {
		assert.Equal(t, valuesOf(few[i])["estimator.ridge.alpha"], valuesOf(alone[i])["estimator.ridge.alpha"])
	}

	other := candidates(t, fmt.Sprintf(twoRanges, 5, 2))
	assert.NotEqual(t, valuesOf(few[1]), valuesOf(other[1]))

	// The draws of seed 1. That they change is worth a line in the changelog:
	// recorded trials of the same numbers are then others.
	assert.Equal(t, map[string]string{
		"estimator.ridge.alpha": "0.05888", "columns.place.steps.cluster_similarity.n_clusters": "52",
	}, valuesOf(few[1]))
}

func ExampleSettings_Candidates() {
	s := Default()
	err := config.Parse("model.yaml", []byte(`
strategy: grid
space:
  estimator:
    choice:
      - ridge: {alpha: {log_uniform: [0.1, 10], points: 3}}
      - linear_regression
  remainder: [drop, passthrough]
`), &s)
	if err != nil {
		panic(err)
	}
	list, err := s.Candidates()
	if err != nil {
		panic(err)
	}
	for _, c := range list[1:] {
		fmt.Println(c.Number, c.describe())
	}
	// Output:
	// 1 estimator ridge, estimator.ridge.alpha 0.1, remainder drop
	// 2 estimator ridge, estimator.ridge.alpha 0.1, remainder passthrough
	// 3 estimator ridge, estimator.ridge.alpha 1, remainder drop
	// 4 estimator ridge, estimator.ridge.alpha 1, remainder passthrough
	// 5 estimator ridge, estimator.ridge.alpha 10, remainder drop
	// 6 estimator ridge, estimator.ridge.alpha 10, remainder passthrough
	// 7 estimator linear_regression, remainder drop
	// 8 estimator linear_regression, remainder passthrough
}

// A random search over lists takes each point once, in an order that the seed
// draws, and no more than there are.
func TestRandomOverListsHasNoPointTwice(t *testing.T) {
	const space = "{trials: %d, seed: %d, space: {remainder: [drop, passthrough], estimator.ridge.alpha: [1, 2, 3, 4, 5]}}"
	all := candidates(t, fmt.Sprintf(space, 1000, 1))
	assert.Len(t, all, 11)
	seen := map[string]bool{}
	for _, c := range all {
		seen[c.describe()] = true
	}
	assert.Len(t, seen, 11)
	assert.Equal(t, describeAll(all[:6]), describeAll(candidates(t, fmt.Sprintf(space, 6, 1))))
	assert.NotEqual(t, describeAll(all), describeAll(candidates(t, fmt.Sprintf(space, 1000, 2))))
}

// Settings inside an entry of a choice are drawn only where it is chosen.
func TestConditionalSettings(t *testing.T) {
	list := candidates(t, `
trials: 200
space:
  estimator:
    choice:
      - ridge: {alpha: {log_uniform: [0.01, 1]}}
      - lasso: {alpha: {log_uniform: [100, 1000]}, max_iter: 50}
      - linear_regression
  columns.0.steps:
    choice:
      - [log, standard_scaler]
      - [{k_bins_discretizer: {n_bins: {int_uniform: [2, 9]}}}]
`)
	count := map[any]int{}
	for _, c := range list[1:] {
		v := valuesOf(c)
		count[v["estimator"]]++
		assert.Equal(t, v["estimator"] == "ridge", v["estimator.ridge.alpha"] != "")
		assert.Equal(t, v["estimator"] == "{lasso: {max_iter: 50}}", v["estimator.lasso.alpha"] != "")
		bins := v["columns.0.steps.k_bins_discretizer.n_bins"]
		assert.Equal(t, v["columns.0.steps"] == "[log, standard_scaler]", bins == "")
		root := must.Get(c.Apply(parse(t, "{estimator: dummy, columns: [{name: a, steps: [log]}]}")))(t)
		text := flow(root)
		for path, value := range v {
			if path != "estimator" && path != "columns.0.steps" {
				assert.Contains(t, text, value)
			}
		}
	}
	assert.Len(t, count, 3)
	for kind, n := range count {
		assert.Greater(t, n, 45, "of 199: %v", kind)
	}
}

func TestGridRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{strategy: grid, space: {a: {uniform: [0, 1]}}}":                                  "give it points",
		"{strategy: grid, space: {a: {log_int_uniform: [1, 9]}}}":                          "give it points",
		"{strategy: grid, space: {a: {int_uniform: [0, 1000000]}}}":                        "more than 100,000 points",
		"{strategy: grid, space: {a: {int_uniform: [1, 999]}, b: {int_uniform: [1,999]}}}": "more than 100,000 points",
	} {
		assert.ErrorContains(t, must.Err(settings(t, text).Candidates()), want, text)
	}
}

// A space of lists with too many points to shuffle is drawn from.
func TestRandomOverManyListsDraws(t *testing.T) {
	text := "{trials: 30, space: {"
	for i := range 17 {
		text += fmt.Sprintf("s%d: [1, 2], ", i)
	}
	assert.Len(t, candidates(t, text+"}}"), 30)
}

// document is a configuration that is kept as it was parsed.
type document struct {
	root ast.Node
}

func (d *document) UnmarshalYAML(node ast.Node) error {
	d.root = node
	return nil
}

func parse(t testing.TB, text string) ast.Node {
	t.Helper()
	var d document
	require.NoError(t, config.Parse("model.yaml", []byte(text), &d))
	return d.root
}

// settings reads the section search.
func settings(t testing.TB, text string) *Settings {
	t.Helper()
	s := Default()
	require.NoError(t, config.Parse("model.yaml", []byte(text), &s))
	return &s
}

// valuesOf returns a candidate's settings as texts by their path.
func valuesOf(c Candidate) map[string]string {
	values := map[string]string{}
	for _, s := range c.Settings {
		values[s.Path] = s.Format()
	}
	return values
}
