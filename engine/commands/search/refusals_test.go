package search

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A space that does not fit the configuration ends the program before it looks
// for data, with the place.
func TestBadSpaces(t *testing.T) {
	p := newProject(t, "")
	p.work = "no such folder"
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
		p.write(p.config, "model.yaml", toyModel[1:]+"search:\n  space:\n    "+space+"\n")
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
	p.work = "no such folder"
	check := func(section, want string, args ...string) {
		t.Helper()
		p.write(p.config, "model.yaml", toyModel[1:]+section)
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
