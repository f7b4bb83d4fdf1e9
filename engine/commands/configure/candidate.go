package configure

import (
	"fmt"
	"strings"

	"example.com/engine/model"
)

// candidate is an estimator that may suit the table.
type candidate struct {
	name  string // in comments
	kind  string
	text  string // its settings in YAML, a line each
	dense bool   // it needs numbers without nulls
	blend []candidate
	space []string // what make search tries
}

// boosting returns gradient boosting, small trees that are many or larger ones
// that are few.
func boosting(task model.Task, name string, lines ...string) candidate {
	kind := "gradient_boosting_classifier"
	if task == model.Regression {
		kind = "gradient_boosting_regressor"
	}
	path := "estimator." + kind + "."
	return candidate{name: name, kind: kind, text: strings.Join(lines, "\n"), space: []string{
		path + "learning_rate: {log_uniform: [0.02, 0.2]}",
		path + "max_iter: {log_int_uniform: [50, 500]}",
		path + "max_leaf_nodes: {log_int_uniform: [4, 64]}",
		path + "min_samples_leaf: {log_int_uniform: [5, 80]}",
		path + "l2_regularization: {log_uniform: [0.001, 100]}",
		path + "feature_fraction: {uniform: [0.3, 1]}",
	}}
}

// wide is from how many inputs on trees of 31 leaves and forests take minutes.
const wide = 100

// plain is the candidate if nothing can be tried.
func plain(task model.Task) candidate {
	return boosting(task, "boosting, 100 trees of 31 leaves", "max_iter: 100", "learning_rate: 0.1")
}

// candidates returns those for a table of some rows, the likeliest winner first.
// Few rows are worth more care, and leave time for it. The regularised one is for
// rare classes, of which boosting otherwise grows too sure: on the days of two
// cities it lowers the log loss of the next year's weather from 0.63 to 0.44.
func candidates(task model.Task, rows, inputs int) []candidate {
	slow := boosting(task, "boosting, 300 trees of 31 leaves, slower", "max_iter: 300", "learning_rate: 0.05", "feature_fraction: 0.5")
	small := boosting(task, "boosting, 300 trees of 8 leaves", "max_iter: 300", "learning_rate: 0.05", "max_leaf_nodes: 8",
		"min_samples_leaf: 10", "feature_fraction: 0.5")
	stumps := boosting(task, "boosting, 200 trees of 4 leaves", "max_iter: 200", "learning_rate: 0.05", "max_leaf_nodes: 4",
		"min_samples_leaf: 5", "feature_fraction: 0.5")
	calm := boosting(task, "boosting, 200 trees of 4 leaves, regularised", "max_iter: 200", "learning_rate: 0.05", "max_leaf_nodes: 4",
		"min_samples_leaf: 10", "feature_fraction: 0.5", "l2_regularization: 10")
	if inputs > wide {
		return []candidate{small, stumps, linear(task)}
	}
	all := []candidate{plain(task), slow, small, linear(task)}
	if rows >= 1000 {
		long := boosting(task, "boosting, 300 trees of 31 leaves", "max_iter: 300", "learning_rate: 0.1")
		all = append(all, long)
	}
	if rows > 30_000 {
		return all
	}
	trees := forest(task)
	mixed := dense(small)
	if rows < 1000 {
		mixed = dense(stumps)
	}
	return append(all, stumps, calm, trees, blend(task, mixed, linear(task), trees))
}

func dense(c candidate) candidate {
	c.dense = true
	return c
}

func linear(task model.Task) candidate {
	if task == model.Regression {
		return candidate{
			name: "ridge", kind: "ridge", text: "alpha: 1", dense: true,
			space: []string{"estimator.ridge.alpha: {log_uniform: [0.001, 1000]}"},
		}
	}
	return candidate{
		name: "logistic regression", kind: "logistic_regression", text: "c: 0.3", dense: true,
		space: []string{"estimator.logistic_regression.c: {log_uniform: [0.001, 100]}"},
	}
}

func forest(task model.Task) candidate {
	c := candidate{name: "extra trees", kind: "extra_trees_classifier", text: "n_estimators: 200\nmin_samples_leaf: 2", dense: true}
	if task == model.Regression {
		c.kind, c.text = "extra_trees_regressor", c.text+"\nmax_features: 0.5"
	}
	c.space = []string{
		"estimator." + c.kind + ".min_samples_leaf: {log_int_uniform: [1, 20]}",
		"estimator." + c.kind + ".max_features: {uniform: [0.2, 1]}",
	}
	return c
}

func blend(task model.Task, members ...candidate) candidate {
	c := candidate{name: "the mean of ", kind: "blend_classifier", dense: true, blend: members}
	if task == model.Regression {
		c.kind = "blend_regressor"
	}
	var names []string
	for _, m := range members {
		names = append(names, strings.Split(m.name, ",")[0])
	}
	c.name += strings.Join(names, ", ")
	return c
}

// yaml is the section `estimator`. categorical, if any, names the inputs that
// are codes, for a boosting.
func (c candidate) yaml(categorical string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "estimator:\n  %s:\n", c.kind)
	if c.blend != nil {
		b.WriteString("    weighting: equal\n    estimators:\n")
		for _, m := range c.blend {
			fmt.Fprintf(&b, "      - %s:\n", m.kind)
			indented(&b, m.text, "          ")
		}
		return b.String()
	}
	indented(&b, c.text, "    ")
	if categorical != "" {
		fmt.Fprintf(&b, "    categorical: %s\n", categorical)
	}
	return b.String()
}

func indented(b *strings.Builder, text, indent string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(b, "%s%s\n", indent, line)
	}
}
