package configure

import (
	"bytes"
	"fmt"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/results"
)

// modelYAML is model.yaml: what is learned and from which columns.
func modelYAML(p plan, c choice) []byte {
	var b bytes.Buffer
	b.WriteString("# What is learned and from which columns. Kinds of steps, with their settings:\n" +
		"# engine/transform/steps; kinds of estimators: engine/estimator.\n\n")
	fmt.Fprintf(&b, "# %s.\n", p.why)
	fmt.Fprintf(&b, "task: %s\n", p.task)
	if p.positive != "" {
		fmt.Fprintf(&b, "# The class that recall, precision, curves and thresholds are of, %s; the other one turns them round.\npositive: %s\n",
			p.positiveWhy, config.Quote(p.positive))
	}
	b.WriteString("\n")
	writeColumns(&b, p, c.candidate.dense)
	writeEstimator(&b, p, c)
	writeFolds(&b, p)
	if p.found.Rows > manyRows {
		b.WriteString("\n# With this many rows, intervals of metrics are narrow, and few resamples tell them.\n" +
			"evaluation:\n  bootstrap: {resamples: 100}\n")
	}
	writeSearch(&b, c.candidate)
	return b.Bytes()
}

// encoding is how an estimator gets its inputs: entries of `columns`, that of
// codes with %s for their names.
type encoding struct{ numbers, codes string }

// sparse is for trees: numbers and codes as they are, nulls among them.
var sparse = encoding{
	numbers: `  # As they are: trees need no scaling, and take null for a value of its own.
  - name: numbers
    type: number
    steps: [passthrough]
`,
	codes: `  # Codes, which the boosting below splits by sets of them. Null and what training did not
  # see are both null.
  - name: categories
    columns: %s
    steps:
      - ordinal_encoder: {handle_unknown: use_encoded_value, unknown_value: null}
`,
}

// filled is for linear models, and for trees together with them.
var filled = encoding{
	numbers: `  # Null becomes the median, and whether it was null a column of its own.
  - name: numbers
    type: number
    steps:
      - simple_imputer: {strategy: median, add_indicator: true}
      - standard_scaler
`,
	codes: `  # A column of 0 and 1 for each value that at least 5 rows have; the others share one.
  - name: categories
    columns: %s
    steps:
      - one_hot_encoder: {handle_unknown: infrequent_if_exist, min_frequency: 5}
`,
}

// writeColumns writes the section `columns`. Categories of many values are encoded
// by the target, whatever the estimator.
func writeColumns(b *bytes.Buffer, p plan, dense bool) {
	e := sparse
	if dense {
		e = filled
	}
	b.WriteString("columns:\n")
	if len(p.of(isNumber)) > 0 || len(p.derived.names) > 0 {
		b.WriteString(e.numbers)
	}
	if names := p.of(isCodes); len(names) > 0 {
		fmt.Fprintf(b, e.codes, config.QuoteList(names))
	}
	if names := p.of(isMany); len(names) > 0 {
		kind := map[model.Task]string{model.Regression: "continuous", model.Binary: "binary", model.Multiclass: "multiclass"}[p.task]
		fmt.Fprintf(b, "  # More than %d values: the mean of the target over the rows of each, cross-fitted.\n", mostLevels)
		fmt.Fprintf(b, "  - name: many_values\n    columns: %s\n    steps:\n      - target_encoder: {target_type: %s}\n", config.QuoteList(names), kind)
	}
}

// inputs is how many columns the estimator gets, those of 0 and 1 aside.
func (p plan) inputs() int { return len(p.of(isNumber, isCodes, isMany)) + len(p.derived.names) }

// writeEstimator writes the section `estimator`, and what was tried.
func writeEstimator(b *bytes.Buffer, p plan, c choice) {
	b.WriteString("\n")
	if len(c.tried) > 0 {
		by := ""
		if p.order.time != "" {
			by = ", each fold by its training rows"
		}
		fmt.Fprintf(b, "# Chosen by %s of cross-validation, %s%s, on %d training rows:\n", c.metric, c.folds, by, c.rows)
		writeAttempts(b, c.tried)
		if len(c.screened) > 0 {
			fmt.Fprintf(b, "# These were the best on %d of the rows:\n", c.screenedRows)
			writeAttempts(b, c.screened)
		}
		b.WriteString("# `make search` looks further.\n")
	}
	categorical := ""
	if names := p.of(isCodes); len(names) > 0 && !c.candidate.dense {
		categorical = config.QuoteList(names)
	}
	b.WriteString(c.candidate.yaml(categorical))
	skewed, _ := p.skewed()
	switch {
	case c.target != "":
		fmt.Fprintf(b, "\n# The target has a heavy tail, and its logarithm was easier to learn.\ntarget_transform: %s\n", c.target)
	case skewed && len(c.tried) > 0:
		b.WriteString("\n# The target has a heavy tail; its logarithm was tried, and not clearly easier to learn.\n# target_transform: log1p\n")
	}
}

func writeAttempts(b *bytes.Buffer, all []attempt) {
	for _, a := range all {
		score, more := results.Number(a.score), ""
		if !a.whole() {
			score, more = "behind", fmt.Sprintf(", after %d folds", len(a.folds))
		}
		fmt.Fprintf(b, "#   %-12s %s%s\n", score, a.name(), more)
	}
}

// writeFolds makes cross-validation set rows aside as the split does.
func writeFolds(b *bytes.Buffer, p plan) {
	o, folds := p.order, p.folds()
	b.WriteString("\n# Folds set rows aside as the split of features.yaml does.\ncross_validation:\n")
	kind, groups, how := "kfold", "", "shuffle: true"
	if p.task != model.Regression {
		kind = "stratified_kfold"
	}
	if p.exact() {
		how += ", exact: true"
	}
	switch {
	case o.time != "":
		fmt.Fprintf(b, "  split:\n    time_series_split: {folds: %d}\n  time: %s\n", folds, config.Quote(o.time))
		return
	case o.group != "" && p.task != model.Regression:
		kind, groups = "stratified_group_kfold", "  groups: "+config.Quote(o.group)+"\n"
	case o.group != "":
		kind, groups = "group_kfold", "  groups: "+config.Quote(o.group)+"\n"
	}
	fmt.Fprintf(b, "  split:\n    %s: {folds: %d, %s}\n%s", kind, folds, how, groups)
}

// manyRows is from how many rows on estimates are exact enough without the care
// that fewer rows are worth.
const manyRows = 1_000_000

// folds are 5, or fewer if a class has fewer rows, or if there are many rows.
func (p plan) folds() int {
	if p.found.Rows > manyRows {
		return 2
	}
	if p.task == model.Regression {
		return 5
	}
	return max(2, min(5, p.leastClass()*4/5))
}

// writeSearch writes the section `search`.
func writeSearch(b *bytes.Buffer, c candidate) {
	if len(c.space) == 0 {
		return
	}
	b.WriteString("\n# What make search tries, by the path of the setting; kinds of ranges and\n# strategies: engine/search.\n")
	b.WriteString("search:\n  space:\n")
	for _, line := range c.space {
		fmt.Fprintf(b, "    %s\n", line)
	}
}
