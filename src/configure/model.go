package main

import (
	"bytes"
	"fmt"
	"strings"

	"example.com/engine/model"
	"example.com/engine/results"
)

// choice is what is learned, and what it was chosen among.
type choice struct {
	candidate    candidate
	target       string    // target_transform; empty is none
	tried        []attempt // the best first
	rows         int       // that they were tried on
	screened     []attempt // what these were the best of, on fewer rows; often nothing
	screenedRows int
	folds        string // how
	metric       string
}

// attempt is a candidate with its score.
type attempt struct {
	candidate candidate
	target    string
	score     float64
	folds     []results.Fold // that it took, the early ones first
	of        int            // how many there are
}

// whole tells whether it took all folds.
func (a attempt) whole() bool { return len(a.folds) == a.of }

func (a attempt) name() string {
	if a.target == "" {
		return a.candidate.name
	}
	return a.candidate.name + ", of the target's " + a.target
}

func writeAttempts(b *bytes.Buffer, all []attempt) {
	for _, a := range all {
		score, more := number(a.score), ""
		if !a.whole() {
			score, more = "behind", fmt.Sprintf(", after %d folds", len(a.folds))
		}
		fmt.Fprintf(b, "#   %-12s %s%s\n", score, a.name(), more)
	}
}

// writeModel writes model.yaml with the present choice.
func (s *studied) writeModel() { s.files["configs/model.yaml"] = s.modelYAML(s.choice) }

func (s *studied) modelYAML(c choice) []byte {
	var b bytes.Buffer
	b.WriteString("# What is learned and from which columns. Kinds of steps, with their settings:\n" +
		"# engine/transform; kinds of estimators: engine/model/estimator.go.\n\n")
	fmt.Fprintf(&b, "# %s.\n", s.taskWhy)
	fmt.Fprintf(&b, "task: %s\n\n", s.Task)
	if c.candidate.dense {
		s.writeDenseColumns(&b)
	} else {
		s.writeColumns(&b)
	}
	c.writeEstimator(&b, s)
	s.writeFolds(&b)
	if s.Rows > manyRows {
		b.WriteString("\n# With this many rows, intervals of metrics are narrow, and few resamples tell them.\n" +
			"evaluation:\n  bootstrap: {resamples: 100}\n")
	}
	c.writeSearch(&b)
	return b.Bytes()
}

// writeColumns are the inputs of trees: numbers and codes as they are, nulls
// among them.
func (s *studied) writeColumns(b *bytes.Buffer) {
	b.WriteString("columns:\n")
	if s.hasNumbers() {
		b.WriteString("  # As they are: trees need no scaling, and take null for a value of its own.\n")
		b.WriteString("  - name: numbers\n    type: number\n    steps: [passthrough]\n")
	}
	if names := s.of(isCodes); len(names) > 0 {
		b.WriteString("  # Codes, which the boosting below splits by sets of them. Null and what training did not\n" +
			"  # see are both null.\n")
		fmt.Fprintf(b, "  - name: categories\n    columns: %s\n", quotedAll(names))
		b.WriteString("    steps:\n      - ordinal_encoder: {handle_unknown: use_encoded_value, unknown_value: null}\n")
	}
	s.writeMany(b)
}

// writeDenseColumns are the inputs of linear models and of trees together.
func (s *studied) writeDenseColumns(b *bytes.Buffer) {
	b.WriteString("columns:\n")
	if s.hasNumbers() {
		b.WriteString("  # Null becomes the median, and whether it was null a column of its own.\n")
		b.WriteString("  - name: numbers\n    type: number\n    steps:\n" +
			"      - simple_imputer: {strategy: median, add_indicator: true}\n      - standard_scaler\n")
	}
	if names := s.of(isCodes); len(names) > 0 {
		b.WriteString("  # A column of 0 and 1 for each value that at least 5 rows have; the others share one.\n")
		fmt.Fprintf(b, "  - name: categories\n    columns: %s\n", quotedAll(names))
		b.WriteString("    steps:\n      - one_hot_encoder: {handle_unknown: infrequent_if_exist, min_frequency: 5}\n")
	}
	s.writeMany(b)
}

// writeMany encodes categories of many values by the target.
func (s *studied) writeMany(b *bytes.Buffer) {
	names := s.of(isMany)
	if len(names) == 0 {
		return
	}
	kind := map[model.Task]string{model.Regression: "continuous", model.Binary: "binary", model.Multiclass: "multiclass"}[s.Task]
	fmt.Fprintf(b, "  # More than %d values: the mean of the target over the rows of each, cross-fitted.\n", mostLevels)
	fmt.Fprintf(b, "  - name: many_values\n    columns: %s\n    steps:\n      - target_encoder: {target_type: %s}\n", quotedAll(names), kind)
}

// inputs is how many columns the estimator gets, those of 0 and 1 aside.
func (s *studied) inputs() int { return len(s.of(isNumber, isCodes, isMany)) + len(s.derived) }

func (s *studied) hasNumbers() bool { return len(s.of(isNumber)) > 0 || len(s.derived) > 0 }

func (c choice) writeEstimator(b *bytes.Buffer, s *studied) {
	if len(c.tried) > 0 {
		by := ""
		if s.order.time != "" {
			by = ", each fold by its training rows"
		}
		fmt.Fprintf(b, "\n# Chosen by %s of cross-validation, %s%s, on %d training rows:\n", c.metric, c.folds, by, c.rows)
		writeAttempts(b, c.tried)
		if len(c.screened) > 0 {
			fmt.Fprintf(b, "# These were the best on %d of the rows:\n", c.screenedRows)
			writeAttempts(b, c.screened)
		}
		b.WriteString("# `make search` looks further.\n")
	} else {
		b.WriteString("\n")
	}
	categorical := ""
	if names := s.of(isCodes); len(names) > 0 && !c.candidate.dense {
		categorical = quotedAll(names)
	}
	b.WriteString(c.candidate.yaml(categorical))
	skewed, _ := s.skewed()
	switch {
	case c.target != "":
		fmt.Fprintf(b, "\n# The target has a heavy tail, and its logarithm was easier to learn.\ntarget_transform: %s\n", c.target)
	case skewed && len(c.tried) > 0:
		b.WriteString("\n# The target has a heavy tail; its logarithm was tried, and not clearly easier to learn.\n# target_transform: log1p\n")
	}
}

// writeFolds makes cross-validation set rows aside as the split does.
func (s *studied) writeFolds(b *bytes.Buffer) {
	o, folds := s.order, s.folds()
	b.WriteString("\n# Folds set rows aside as the split of features.yaml does.\ncross_validation:\n")
	kind := "kfold"
	if s.Task != model.Regression {
		kind = "stratified_kfold"
	}
	switch {
	case o.time != "":
		fmt.Fprintf(b, "  split:\n    time_series_split: {folds: %d}\n  time: %s\n", folds, quoted(o.time))
	case o.group != "" && s.Task != model.Regression:
		fmt.Fprintf(b, "  split:\n    stratified_group_kfold: {folds: %d, shuffle: true}\n  groups: %s\n", folds, quoted(o.group))
	case o.group != "":
		fmt.Fprintf(b, "  split:\n    group_kfold: {folds: %d, shuffle: true}\n  groups: %s\n", folds, quoted(o.group))
	default:
		fmt.Fprintf(b, "  split:\n    %s: {folds: %d, shuffle: true}\n", kind, folds)
	}
}

// manyRows is where estimates are exact enough without the pains that fewer rows
// are worth.
const manyRows = 1_000_000

// folds are 5, or fewer where a class has fewer rows, or where rows abound.
func (s *studied) folds() int {
	if s.Rows > manyRows {
		return 2
	}
	if s.Task == model.Regression {
		return 5
	}
	least := s.Rows
	_, f := s.Column(s.Target)
	for _, l := range f.Levels {
		least = min(least, l.Count)
	}
	return max(2, min(5, least*4/5))
}

func (c choice) writeSearch(b *bytes.Buffer) {
	if len(c.candidate.space) == 0 {
		return
	}
	b.WriteString("\n# What make search tries, by the path of the setting; kinds of ranges and\n# strategies: engine/search.\n")
	b.WriteString("search:\n  space:\n")
	for _, line := range c.candidate.space {
		fmt.Fprintf(b, "    %s\n", line)
	}
}

func (c choice) summary() string {
	if len(c.tried) == 0 {
		return c.candidate.name + ", which nothing was tried against: there are many rows"
	}
	var parts []string
	for _, a := range c.tried[:min(3, len(c.tried))] {
		if !a.whole() {
			break
		}
		parts = append(parts, fmt.Sprintf("%s %s", a.name(), number(a.score)))
	}
	return fmt.Sprintf("%s by cross-validation: %s", c.metric, strings.Join(parts, ", "))
}
