// Package page writes what was found of a table as HTML: how it keeps to the
// schema, and how it differs from the training rows. Pages need no other file
// and no network, and are the same bytes for the same findings. The report of a
// run is made of the same parts.
package page

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/engine/drift"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
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
	return slices.ContainsFunc(v.Columns, func(c schema.Summary) bool { return len(c.Levels) > 0 })
}

// WriteValidation writes what was found of a file as a page of its own.
func WriteValidation(w io.Writer, v *schema.Validation, target string) error {
	return parts.ExecuteTemplate(w, "validation", Validation{v, target})
}

// Comparison is a [drift.Report] on a page.
type Comparison struct{ *drift.Report }

// Title heads a page of its own.
func (c Comparison) Title() string { return c.Current.Name + " against " + c.Reference.Name }

// WriteDrift writes how two tables differ as a page of its own.
func WriteDrift(w io.Writer, r *drift.Report) error {
	return parts.ExecuteTemplate(w, "comparison", Comparison{r})
}

// SaveDrift gives path.json and path.html what WriteDrift shows, each whole or not at
// all. The program is the one that writes them, as in [stage.WriteAtomic].
func SaveDrift(path, program string, r *drift.Report) error {
	text, err := results.Marshal(r)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := WriteDrift(&html, r); err != nil {
		return err
	}
	return errors.Join(stage.WriteAtomic(path+".json", program, text), stage.WriteAtomic(path+".html", program, html.Bytes()))
}

// Line is how a column differs, as a table shows it.
type Line struct {
	Name, Role      string // the role is empty for a feature
	Reference, Now  string // means, or numbers of categories
	Nulls           string // before and now, where they differ
	PSI, JS, Wasser string
	Test, P, Q      string
	Unseen          string
	UnseenShare     string
	Alarm           drift.Severity // empty if there is none
	Unjudged        bool
}

// Lines returns the columns, those with alarms first.
func (c Comparison) Lines() []Line {
	var alarmed, quiet []Line
	for i := range c.Columns {
		if l := lineOf(&c.Columns[i]); l.Alarm != "" {
			alarmed = append(alarmed, l)
		} else {
			quiet = append(quiet, l)
		}
	}
	return append(alarmed, quiet...)
}

func lineOf(c *drift.Comparison) Line {
	l := Line{
		Name: results.Words(c.Column), Unjudged: !c.Judged,
		Reference: middle(c.Kind, c.Reference), Now: middle(c.Kind, c.Current),
		Nulls: results.Percent(c.Current.NullShare), PSI: distance(c.PSI), JS: distance(c.JensenShannon), Wasser: distance(c.Wasserstein),
	}
	if c.Role != drift.Feature && string(c.Role) != c.Column {
		l.Role = string(c.Role)
	}
	if c.Reference.NullShare != c.Current.NullShare {
		l.Nulls = results.Percent(c.Reference.NullShare) + " → " + l.Nulls
	}
	for _, a := range c.Alarms {
		l.Alarm = a.Severity
	}
	if t := c.Distribution; t != nil {
		l.Test, l.P = t.Short()+" "+distance(&t.Statistic), distance(&t.P)
		if t.Plain != nil {
			l.P += " (" + distance(t.Plain) + ")"
		}
		if c.Judged {
			l.Q = distance(&t.Q)
		}
	}
	var unseen []string
	for _, u := range c.Unseen {
		unseen = append(unseen, u.Value)
	}
	l.Unseen, l.UnseenShare = strings.Join(unseen, ", "), results.Percent(c.UnseenShare)
	return l
}

// distance prints three digits: more of them say nothing about a difference.
func distance(v *float64) string {
	if v == nil {
		return ""
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(*v, 'g', 3, 64), 64)
	return results.Number(rounded)
}

// middle is the mean, or how many categories there are.
func middle(kind drift.Kind, s drift.Side) string {
	switch {
	case kind == drift.Category && s.Distinct == 1:
		return "1 category"
	case kind == drift.Category:
		return results.Count(s.Distinct) + " categories"
	case s.Mean == nil:
		return ""
	case kind == drift.Time:
		return time.Unix(int64(*s.Mean), 0).UTC().Format(time.DateOnly)
	case kind == drift.Text:
		return fmt.Sprintf("%s bytes", results.Number(*s.Mean))
	}
	return results.Number(*s.Mean)
}
