package report

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"text/template"

	"gonum.org/v1/gonum/stat/distuv"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
)

// Card is a model card: what a person wrote about the model and what was
// measured of it.
type Card struct {
	model.Card
	Model       *model.Model
	Training    results.Training
	Metrics     results.Metrics
	Explanation results.Explanation
}

//go:embed card.md
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"number": results.Number, "percent": results.Percent, "words": results.Words, "count": results.Count, "sentence": results.Sentence,
	"cell": func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }, "allowed": allowed, "share": share,
}).Parse(cardText))

// WriteMarkdown writes the card.
func (c Card) WriteMarkdown(w io.Writer) error { return cardTemplate.Execute(w, c) }

// Title is the card's name, or that of the target.
func (c Card) Title() string {
	if c.Name != "" {
		return c.Name
	}
	return results.Words(c.Model.Schema.Target)
}

// Kind names the task in words.
func (c Card) Kind() string { return kindOf(c.Metrics.Task) }

// Target is the column that is predicted.
func (c Card) Target() schema.Column { return *c.Model.Schema.Column(c.Model.Schema.Target) }

// Inputs are the columns that a prediction needs.
func (c Card) Inputs() []schema.Column { return c.Model.Schema.Features() }

// Rows are the metrics.
func (c Card) Rows() []Row { return rows(c.Metrics, c.Training) }

// Weak is where the model is worst: of each way to slice the test rows, the
// slice with the worst deciding metric, if it is worse than on all rows for
// sure, which allows for the number of slices looked at. Slices of classes by what
// the model itself says are left aside: where it is unsure it is wrong more often,
// and rows of like scores are hard to rank, as they should be.
func (c Card) Weak() []string {
	all, ok := c.Metrics.Test[c.Metrics.Metric]
	deciding, err := model.DecidingMetric(c.Metrics.Task, c.Metrics.Metric)
	if !ok || err != nil {
		return nil
	}
	judged, looks := []results.Slicing{}, 0
	for _, s := range c.Metrics.Slices {
		own := s.By == "confidence" || s.By == "prediction" && c.Metrics.Task == model.Binary
		if !own && len(s.Slices) > 0 && s.Slices[0].Deciding != nil {
			judged, looks = append(judged, s), looks+len(s.Slices)
		}
	}
	show := printer(deciding)
	var out []string
	for _, s := range judged {
		worst := s.Slices[0]
		near := worst.Deciding.Low
		if deciding.Greater {
			near = worst.Deciding.High
		}
		near = worst.Deciding.Estimate + (near-worst.Deciding.Estimate)*wider(c.Metrics.Level, looks)
		if deciding.Better(all.Estimate, near) {
			out = append(out, fmt.Sprintf("Where %s is %s, %s is %s (%s to %s) on %s test rows, against %s on all of them.",
				results.Words(s.By), results.SliceName(worst.Name), c.Metrics.Deciding(), show(worst.Deciding.Estimate), show(worst.Deciding.Low), show(worst.Deciding.High),
				results.Count(worst.Rows), show(all.Estimate)))
		}
	}
	return out
}

// wider is the factor from half an interval of the level to half of one of as many
// that hold together (Bonferroni), were the estimates normal.
func wider(level float64, looks int) float64 {
	tail := (1 - level) / 2
	return distuv.UnitNormal.Quantile(tail/float64(looks)) / distuv.UnitNormal.Quantile(tail)
}

// Depends names the most important columns in a sentence: those that matter for
// sure, all columns considered. It may be empty.
func (c Card) Depends() string {
	var parts []string
	factor := wider(c.Explanation.Level, max(1, len(c.Explanation.Importance)))
	for _, i := range c.Explanation.Importance[:min(3, len(c.Explanation.Importance))] {
		if i.Mean-(i.Mean-i.Low)*factor > 0 {
			parts = append(parts, fmt.Sprintf("%s (%s)", list(i.Columns), results.Number(i.Mean)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("Shuffled among the test rows, these columns cost the most %s: %s.", results.MetricWords(c.Explanation.Metric, c.Metrics.Positive), strings.Join(parts, "; "))
}

// list joins names of columns as words.
func list(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = results.Words(n)
	}
	return strings.Join(out, ", ")
}

// allowed is what the schema allows of a column, in words.
func allowed(c schema.Column) string {
	var out string
	switch {
	case len(c.Categories) > 0:
		out = strings.Join(c.Categories, ", ")
	case c.Min != nil && c.Max != nil:
		out = results.Number(*c.Min) + " to " + results.Number(*c.Max)
	case c.Min != nil:
		out = "from " + results.Number(*c.Min)
	case c.Max != nil:
		out = "up to " + results.Number(*c.Max)
	}
	if c.Nullable {
		out = strings.TrimPrefix(out+", may be missing", ", ")
	}
	return out
}
