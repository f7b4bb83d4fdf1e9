// Package page writes what was found of a table as HTML: how it keeps to the
// schema, and how it differs from the training rows. Pages need no other file
// and no network, and are the same bytes for the same findings. The report of a
// run is made of the same parts.
package page

import (
	"embed"
	"html/template"
	"io"
	"time"

	"example.com/engine/results"
	"example.com/engine/schema"
)

//go:embed parts
var files embed.FS

var parts = template.Must(template.New("parts").Funcs(template.FuncMap{
	"number": results.Number, "percent": results.Percent, "words": results.Words, "count": results.Count,
	"optional": results.Optional, "sentence": results.Sentence, "style": style, "date": date,
}).ParseFS(files, "parts/parts.html"))

// Parts returns the templates that pages are made of, for one to add its own:
// head takes a title, columns and checks a [Validation], drift a [Comparison],
// and sentences a list of them.
func Parts() *template.Template { return template.Must(parts.Clone()) }

func style() (template.CSS, error) {
	text, err := files.ReadFile("parts/style.css")
	return template.CSS(text), err //nolint:gosec // the project's own
}

// date prints the day of an instant, and its time where it has one.
func date(t *time.Time) string {
	switch {
	case t == nil:
		return ""
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

// Validation is a [schema.Validation] on a page.
type Validation struct {
	*schema.Validation
	Target string
}

// Title heads a page of its own.
func (v Validation) Title() string { return "Checks of " + v.Source }

// HasLevels tells whether any column has categories to list.
func (v Validation) HasLevels() bool {
	for _, c := range v.Columns {
		if len(c.Levels) > 0 {
			return true
		}
	}
	return false
}

// WriteValidation writes what was found of a file as a page of its own.
func WriteValidation(w io.Writer, v *schema.Validation, target string) error {
	return parts.ExecuteTemplate(w, "validation", Validation{v, target})
}
