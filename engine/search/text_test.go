package search

import (
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
)

func TestBlock(t *testing.T) {
	for _, text := range []string{
		`estimator:
  ridge: {alpha: 0.421}
`,
		`columns:
  - name: counts
    columns: [rooms, people]
    steps: [log, standard_scaler]
  - name: distances
    pattern: ^km_to_
    steps:
      - log: {plus_one: true}
      - standard_scaler
  - {name: none, columns: []}
places:
  - {name: a, latitude: 37.77}
empty: {}
null_one: null
`,
		"words: ['a, b', \"tab\\t\", \"it's\"]\n",
		"list:\n  - [1, 2]\n  - [3]\n",
		"long:\n  - " + strings.Repeat("a", 50) + "\n  - " + strings.Repeat("b", 50) + "\n",
	} {
		var b strings.Builder
		block(&b, parse(t, text), "")
		assert.Equal(t, text, b.String())
	}
}

// FuzzText: what is written on a line, and over several, reads as what was read.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		pipeline, "a: [1, 2.50, 'x: y', \"#\", null, true, {b: c}]", "- a\n- - b\n  - c: d\n", "a: |\n  b\n  c\n",
		"a: b c\n", "'a, b': 1\n", "a: >\n  folded\n", "\"k\": {x: [], y: {}}", "a: 'it''s'\nb: ~\n", "1: 2\ntrue: 1e3\n",
		"a: &x [1]\nb: *x\n", "a: \"\\u00e9\\n\"\nb: é\n", "a: - b\n", "a: 'b #c'\n", "a: \"\"\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d document
		var want any
		if config.Parse("", []byte(text), &d) != nil || d.root == nil || config.Parse("", []byte(text), &want) != nil {
			return
		}
		var b strings.Builder
		block(&b, d.root, "")
		written := map[string]string{"flow": flow(d.root), "block": b.String()}
		if !isNested(d.root) {
			delete(written, "block")
		}
		for form, text := range written {
			var got any
			err := config.Parse("", []byte(text), &got)
			if err != nil && strings.Contains(err.Error(), "stands on line") {
				return // The parser overlooks that a key stands twice in {a, a}.
			}
			require.NoError(t, err, "%s: %q", form, text)
			require.Equal(t, want, got, "%s: %q", form, text)
		}
	})
}

const pipeline = `
columns:
  - name: counts
    columns: [rooms]
    steps: [log, standard_scaler]
  - name: place
    columns: [latitude]
    steps:
      - simple_imputer: {strategy: mean}
      - cluster_similarity: {n_clusters: 10, gamma: 1}
      - log
      - log: {plus_one: true}
  - columns: [age]
    steps: [standard_scaler]
estimator:
  ridge: {alpha: 1}
`

// one returns the candidate that has the value, in YAML, at the path.
func one(t testing.TB, path, value string) Candidate {
	t.Helper()
	list := candidates(t, "{trials: 2, space: {"+path+": ["+value+"]}}")
	require.Len(t, list, 2)
	return list[1]
}

func child(t testing.TB, node ast.Node, name string) ast.Node {
	t.Helper()
	if i, err := strconv.Atoi(name); err == nil {
		return children(node)[i]
	}
	for _, p := range pairsOf(node) {
		if p.name == name {
			return p.value
		}
	}
	t.Fatalf("no %q in %s", name, flow(node))
	return nil
}

func TestApply(t *testing.T) {
	check := func(doc, path, value, where, want string) {
		t.Helper()
		root := parse(t, doc)
		before := flow(root)
		got := must.Get(one(t, path, value).Apply(root))(t)
		for name := range strings.SplitSeq(where, ".") {
			got = child(t, got, name)
		}
		assert.Equal(t, want, flow(got))
		assert.Equal(t, before, flow(root), "the document was changed")
	}
	check(pipeline, "estimator.ridge.alpha", "2", "estimator", "{ridge: {alpha: 2}}")
	check(pipeline, "estimator.ridge.positive", "true", "estimator", "{ridge: {alpha: 1, positive: true}}")
	check(pipeline, "estimator.ridge", "{positive: true}", "estimator", "{ridge: {positive: true}}")
	check(pipeline, "estimator", "lasso", "estimator", "lasso")
	check(pipeline, "target_transform", "log", "target_transform", "log")
	check("estimator: ridge", "estimator.ridge.alpha", "2", "estimator", "{ridge: {alpha: 2}}")
	check("{estimator: {ridge: }}", "estimator.ridge.alpha", "2", "estimator", "{ridge: {alpha: 2}}")
	check("a: 1", "estimator.ridge.alpha", "null", "estimator", "{ridge: {alpha: null}}")

	const place = "columns.1.steps"
	check(pipeline, "columns.place.steps.cluster_similarity.n_clusters", "9", place+".1", "{cluster_similarity: {n_clusters: 9, gamma: 1}}")
	check(pipeline, "columns.1.steps.1.cluster_similarity.gamma", "9", place+".1", "{cluster_similarity: {n_clusters: 10, gamma: 9}}")
	check(pipeline, "columns.place.steps.0", "knn", place+".0", "knn")
	check(pipeline, "columns.place.steps.3.log.plus_one", "false", place+".3", "{log: {plus_one: false}}")
	check(pipeline, "columns.counts.steps.log.plus_one", "true", "columns.0.steps", "[{log: {plus_one: true}}, standard_scaler]")
	check(pipeline, "columns.counts.steps.standard_scaler", "min_max_scaler", "columns.0.steps", "[log, min_max_scaler]")
	check(pipeline, "columns.2.steps.standard_scaler.with_mean", "false", "columns.2.steps", "[{standard_scaler: {with_mean: false}}]")
}

func TestApplyRefuses(t *testing.T) {
	for path, want := range map[string]string{
		"columns.plaice.steps.0":  `the list has no entry "plaice": there are counts, place, 2`,
		"columns.3.steps":         `the list has no entry "3": there are counts, place, 2`,
		"columns.place.steps.-1":  `the list has no entry "-1"`,
		"columns.place.steps.log": `the list has no entry "log": there are simple_imputer, cluster_similarity, 2, 3`,
		"estimator..alpha":        "a path is keys, joined by single dots",
		"estimator.ridge.alpha.":  "a path is keys, joined by single dots",
	} {
		assert.ErrorContains(t, must.Err(one(t, path, "1").Apply(parse(t, pipeline))), want, path)
	}
}
