// Package report writes one HTML page about a run: data, checks, split,
// pipeline, scores, figures and lineage. The page needs no other file and no
// network, and is the same bytes for the same inputs.
package report

import (
	"cmp"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"

	"example.com/engine/drift"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/page"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Facts is what the page tells.
type Facts struct {
	Schema            schema.Schema
	Validation        schema.Validation
	Split             Split
	Training          results.Training
	Metrics           results.Metrics
	Decision          results.Decision
	Explanation       results.Explanation
	Drift             *drift.Report // nil if there is none
	CardText          model.Card
	Test, Predictions *table.Table // row by row
	Model             *model.Model
	Records           []stage.Record // of the stages before, in order
}

// Split is what the page tells of reports/split.json.
type Split struct {
	Split     map[string]json.RawMessage `json:"split"` // one key, the kind
	TrainRows int                        `json:"train_rows"`
	TestRows  int                        `json:"test_rows"`
	Repeats   selection.Repeats          `json:"repeated_rows"`
	Derived   []string                   `json:"derived"`
}

// Kind is the name of the strategy, in words.
func (s Split) Kind() string {
	for kind := range s.Split {
		return results.Words(kind)
	}
	return ""
}

// Figure is a picture with its words. SVG, if any, is shown; else PNG.
type Figure struct {
	Name, Title, Caption string
	Alt                  string // for readers who can't see it; the title if empty
	Section              string // of Sections; empty for a place of its own, by its name
	Width                int    // in pixels of the page
	PNG, SVG             []byte
}

// Own is the section of figures that a project adds. It comes after the others, if
// there is anything to show in it.
const Own = "own"

// Sections are those that show figures. There is none of intervals or slices in the
// report of a model without them.
var Sections = []string{"columns", "predictions", "intervals", "slices", "explanation", Own}

// Least is the width in pixels below which the figure can't be read, its letters
// being 6.7 pixels high: on a phone a wider one is scrolled.
func (f Figure) Least() int { return min(f.Width, max(340, f.Width*56/100)) }

// Image returns the picture as HTML.
func (f Figure) Image() template.HTML {
	if i := strings.Index(string(f.SVG), "<svg"); i >= 0 {
		return template.HTML(f.SVG[i:]) //nolint:gosec // drawn by this program, not by a user
	}
	src := "data:image/png;base64," + base64.StdEncoding.EncodeToString(f.PNG)
	return template.HTML(`<img alt="` + template.HTMLEscapeString(cmp.Or(f.Alt, f.Title)) + `" src="` + src + `"/>`) //nolint:gosec // as above
}

//go:embed page
var pages embed.FS

var parsed = template.Must(page.Parts().Funcs(template.FuncMap{"short": shortHash, "bytes": size, "slice": results.SliceName, "between": between, "share": share}).ParseFS(pages, "page/*.html"))

func between(i metrics.Interval) string { return results.Range(i, results.Number) }

func share(i metrics.Interval) string { return results.Range(i, results.Percent) }

// view is Facts with what the page computes of them.
type view struct {
	Facts
	Card      Card
	Sections  []Section
	Figures   map[string]Figure   // that have a place of their own
	Drawn     map[string][]Figure // by section
	Slices    []Slicing
	Target    schema.Column
	Headline  Row
	Rows      []Row
	Misjudged []Misjudged
	Stages    template.HTML
	Groups    []Group
	Sources   []stage.File
}

// Title heads the page in a browser.
func (v view) Title() string { return v.Card.Title() + ": report" }

// Validated is what was found of the data.
func (v view) Validated() page.Validation {
	return page.Validation{Validation: &v.Validation, Target: v.Target.Name}
}

// Compared is how test rows differ; nil if there is nothing.
func (v view) Compared() *page.Comparison {
	if v.Drift == nil {
		return nil
	}
	return &page.Comparison{Report: v.Drift}
}

// Section is a part of the page with a link to it.
type Section struct{ ID, Title string }

// Write writes the page.
func Write(w io.Writer, f Facts, figures []Figure) error {
	v := view{Facts: f, Target: *f.Schema.Column(f.Schema.Target)}
	v.Card = Card{Card: f.CardText, Model: f.Model, Training: f.Training, Metrics: f.Metrics, Explanation: f.Explanation}
	v.place(figures)
	v.Rows = rows(f.Metrics, f.Training)
	for _, r := range v.Rows {
		if r.Name == f.Metrics.Metric {
			v.Headline = r
		}
	}
	v.Slices = slicings(f)
	v.Misjudged = misjudged(f)
	v.Stages = dag(f.Records)
	v.Groups = groups(f.Model)
	v.Sources = sources(f.Records)
	v.Sections = v.sections()
	return parsed.ExecuteTemplate(w, "page.html", v)
}

// place sorts the figures into the sections that show them.
func (v *view) place(figures []Figure) {
	v.Figures, v.Drawn = map[string]Figure{}, map[string][]Figure{}
	for _, f := range figures {
		switch {
		case f.Section == "":
			v.Figures[f.Name] = f
		case f.Section != Own || f.PNG != nil:
			v.Drawn[f.Section] = append(v.Drawn[f.Section], f)
		}
	}
}

// sections are those that the page has.
func (v *view) sections() []Section {
	var list []Section
	add := func(id, title string, there bool) {
		if there {
			list = append(list, Section{id, title})
		}
	}
	add("summary", "Summary", true)
	add("card", "Model card", true)
	add("data", "Data", true)
	add("checks", "Checks", true)
	add("drift", "Drift", v.Drift != nil)
	add("split", "Split", true)
	add("pipeline", "Pipeline", true)
	add("scores", "Scores", true)
	add("predictions", "Predictions", true)
	add("intervals", "Intervals", v.Metrics.Coverage != nil)
	add("slices", "Slices", len(v.Slices) > 0)
	add("explanation", "Explanation", true)
	add("errors", "Errors", len(v.Misjudged) > 0)
	add(Own, "Own figures", len(v.Drawn[Own]) > 0)
	add("lineage", "Lineage", true)
	return list
}

// Broken counts the checks of the schema that failed, in words; it is empty if
// none did.
func (v view) Broken() string {
	errs := 0
	for _, x := range v.Validation.Violations {
		if x.Severity == schema.Error {
			errs++
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{errs, "error"}, {len(v.Validation.Violations) - errs, "warning"}} {
		if p.n == 1 {
			parts = append(parts, "1 "+p.what)
		} else if p.n > 1 {
			parts = append(parts, results.Count(p.n)+" "+p.what+"s")
		}
	}
	return strings.Join(parts, ", ")
}

// Row is a metric as the table shows it.
type Row struct {
	Name, Unit                  string
	Words                       string // the name, and the class that it is of
	Test, Interval              string
	CV, Spread, Train, Baseline string // empty where the metric is undefined
	Better                      string // higher or lower
}

// rows returns the metrics of the task in their order.
func rows(test results.Metrics, training results.Training) []Row {
	var out []Row
	deciding, err := model.DecidingMetric(test.Task, test.Metric)
	if err != nil {
		return nil
	}
	for _, m := range model.Metrics(test.Task, deciding, slices.Sorted(maps.Keys(test.Test))...) {
		interval, ok := test.Test[m.Name]
		if !ok || m.Unit == metrics.TargetSquared { // its root is there, in a unit that means something
			continue
		}
		show := printer(m)
		r := Row{Name: m.Name, Words: results.MetricWords(m.Name, test.Positive), Unit: unit(m, test.Unit), Better: map[bool]string{true: "higher", false: "lower"}[m.Greater]}
		r.Test, r.Interval = show(interval.Estimate), results.Range(interval, show)
		cv := training.CrossValidation
		if v, ok := cv.Mean[m.Name]; ok {
			r.CV, r.Spread = show(v), show(cv.StdErr[m.Name])
		}
		if v, ok := training.Scores[m.Name]; ok {
			r.Train = show(v)
		}
		if v, ok := test.Baseline[m.Name]; ok {
			r.Baseline = show(v)
		}
		out = append(out, r)
	}
	return out
}

// printer prints a value of a metric: shares as percent, and what is zero but
// for rounding as 0.
func printer(m metrics.Metric) func(float64) string {
	if m.Unit == metrics.Share {
		return results.Percent
	}
	return func(v float64) string {
		if v < 1e-12 && v > -1e-12 {
			return "0"
		}
		return results.Number(v)
	}
}

func unit(m metrics.Metric, target string) string {
	if m.Unit == metrics.TargetUnit {
		return target
	}
	return ""
}

func shortHash(sha string) string { return sha[:min(12, len(sha))] }

func size(n int64) string {
	switch {
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%d B", n)
}
