// Package report writes one HTML page about a run: data, checks, split,
// pipeline, scores, figures and lineage. The page needs no other file and no
// network, and is the same bytes for the same inputs.
package report

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/schema"
	"example.com/housing/src/internal/stage"
)

// Facts is what the page tells.
type Facts struct {
	Schema     schema.Schema
	Validation Validation
	Split      Split
	Training   results.Training
	Metrics    results.Metrics
	Decision   results.Decision
	Model      *model.Model
	Records    []stage.Record // of the stages before, in order
}

// Validation is reports/validation.json.
type Validation struct {
	RowsRead int `json:"rows_read"`
	Dropped  []struct {
		Reason string `json:"reason"`
		Rows   int    `json:"rows"`
	} `json:"dropped"`
	schema.Result
}

// Split is what the page tells of reports/split.json.
type Split struct {
	Split      map[string]json.RawMessage `json:"split"` // one key, the kind
	TrainRows  int                        `json:"train_rows"`
	TestRows   int                        `json:"test_rows"`
	Duplicates struct {
		Rows  int `json:"rows"`
		Moved int `json:"moved"`
	} `json:"duplicates"`
	Derived []string `json:"derived"`
}

// Kind is the name of the strategy, in words.
func (s Split) Kind() string {
	for kind := range s.Split {
		return words(kind)
	}
	return ""
}

// Figure is a picture with its words. SVG, if any, is shown; else PNG.
type Figure struct {
	Name, Title, Caption string
	About                string // the section that shows it: predictions, columns, intervals, slices, or its own place
	Width                int    // in pixels of the page
	PNG, SVG             []byte
}

// Image returns the picture as HTML.
func (f Figure) Image() template.HTML {
	if i := strings.Index(string(f.SVG), "<svg"); i >= 0 {
		return template.HTML(f.SVG[i:]) //nolint:gosec // drawn by this program, not by a user
	}
	src := "data:image/png;base64," + base64.StdEncoding.EncodeToString(f.PNG)
	return template.HTML(`<img alt="` + template.HTMLEscapeString(f.Title) + `" src="` + src + `">`) //nolint:gosec // as above
}

//go:embed page.html
var page string

//go:embed style.css
var style string

var parsed = template.Must(template.New("page").Funcs(template.FuncMap{
	"number": results.Number, "percent": percent, "words": words, "short": shortHash, "count": count,
	"bytes": size, "style": func() template.CSS { return template.CSS(style) },
	"optional": optional, "sentence": sentence,
}).Parse(page))

// view is Facts with what the page computes of them.
type view struct {
	Facts
	Figures     map[string]Figure // that have a place of their own
	Predictions []Figure
	Columns     []Figure
	Intervals   []Figure
	ByPart      []Figure
	Slices      []Slicing
	Target      schema.Column
	Headline    Row
	Rows        []Row
	Stages      template.HTML
	Groups      []Group
}

// Write writes the page.
func Write(w io.Writer, f Facts, figures []Figure) error {
	v := view{Facts: f, Figures: map[string]Figure{}, Target: *f.Schema.Column(f.Schema.Target)}
	for _, fig := range figures {
		switch fig.About {
		case "predictions":
			v.Predictions = append(v.Predictions, fig)
		case "columns":
			v.Columns = append(v.Columns, fig)
		case "intervals":
			v.Intervals = append(v.Intervals, fig)
		case "slices":
			v.ByPart = append(v.ByPart, fig)
		default:
			v.Figures[fig.Name] = fig
		}
	}
	v.Rows = rows(f)
	for _, r := range v.Rows {
		if r.Name == f.Metrics.Metric {
			v.Headline = r
		}
	}
	v.Slices = slicings(f)
	v.Stages = dag(f.Records)
	v.Groups = groups(f.Model)
	return parsed.Execute(w, v)
}
