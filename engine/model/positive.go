package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/metrics"
	"example.com/engine/spelling"
	"example.com/engine/table"
)

// Names by which the class that one looks for, and its opposite, mostly go.
var (
	yes = []string{
		"1", "1.0", "yes", "true", "y", "t", "positive", "pos", "churn", "churned", "fraud", "default", "bad", "failure", "failed", "fail", "event",
		"malignant", "sick", "disease", "diseased", "spam", "bought", "clicked", "converted", "accepted",
	}
	no = []string{
		"0", "0.0", "-1", "no", "false", "n", "f", "negative", "neg", "none", "stayed", "retained", "good", "benign", "healthy", "normal", "ham",
		"success", "rejected",
	}
)

// GuessPositive says which of two classes is the positive one, and why: the one whose name says so, else the one with
// fewer rows, which are counted, else the last by name.
func GuessPositive(count map[string]int) (class, why string) {
	classes := slices.Sorted(maps.Keys(count))
	if len(classes) != 2 {
		return "", ""
	}
	called := func(names []string, k int) bool {
		return slices.Contains(names, strings.ToLower(strings.TrimSpace(classes[k])))
	}
	for k, class := range classes {
		if called(yes, k) && !called(yes, 1-k) {
			return class, "by its name"
		}
	}
	for k, class := range classes {
		if called(no, 1-k) && !called(no, k) {
			return class, "as the other is " + classes[1-k]
		}
	}
	for k, class := range classes {
		if other := count[classes[1-k]]; count[class] < other {
			return class, fmt.Sprintf("the rarer: %d of %d rows", count[class], count[class]+other)
		}
	}
	return classes[1], "the last by name, as both have the same number of rows"
}

// Settle decides which class is positive where model.yaml does not say, and says so in a sentence, so that all folds and
// the final fit agree. A class that the training rows lack is an error.
func (r Recipe) Settle(train *table.Table) (settled Recipe, said string, err error) {
	c := train.Column(r.Schema.Target)
	if r.Config.Task != Binary || c == nil {
		return r, "", nil
	}
	labels, err := Labels(c)
	if err != nil {
		return r, "", err
	}
	if r.Config.Positive != "" {
		_, err := ordered(classesOf(labels), r.Config.Positive, c.Name)
		return r, "", err
	}
	class, why := GuessPositive(countOf(labels))
	if class == "" {
		return r, "", nil // the fit says what is wrong
	}
	r.Config.Positive = class
	return r, fmt.Sprintf("the positive class is %q, %s: to choose, write `positive: %[1]q` in model.yaml", class, why), nil
}

func countOf(labels []string) map[string]int {
	count := map[string]int{}
	for _, l := range labels {
		count[l]++
	}
	return count
}

func classesOf(labels []string) []string { return slices.Compact(slices.Sorted(slices.Values(labels))) }

// ordered returns two classes with the positive one last, where metrics expect it.
func ordered(classes []string, positive, target string) ([]string, error) {
	k := slices.Index(classes, positive)
	if k < 0 {
		hint := ""
		if near, ok := spelling.Nearest(positive, classes, 2); ok {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return nil, fmt.Errorf("positive in model.yaml: %q has no class %q: it has %q%s", target, positive, classes, hint)
	}
	return append(slices.Delete(slices.Clone(classes), k, k+1), positive), nil
}

// Positive is the class that recall, precision, curves and thresholds are of; empty where there are more than two, or
// none.
func (m *Model) Positive() string {
	if m.Task != Binary || len(m.Classes) != 2 {
		return ""
	}
	return m.Classes[1]
}

// Recode returns answers and truth coded by the classes from as coded by to, which holds all of them and maybe more.
func Recode(d metrics.Data, from, to []string) metrics.Data {
	place := make([]int, len(from))
	for k, class := range from {
		place[k] = slices.Index(to, class)
	}
	recoded := func(codes []float64) []float64 {
		out := make([]float64, len(codes))
		for i, code := range codes {
			out[i] = float64(place[int(code)])
		}
		return out
	}
	rows, _ := d.Proba.Dims()
	proba := mat.NewDense(rows, len(to), nil)
	for i := range rows {
		for k, p := range d.Proba.RawRowView(i) {
			proba.Set(i, place[k], p)
		}
	}
	d.Y, d.Pred, d.Proba = recoded(d.Y), recoded(d.Pred), proba
	return d
}
