package schema

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"example.com/engine/table"
)

// Result is what a Checker found.
type Result struct {
	Rows       int         `json:"rows"`
	Columns    []Summary   `json:"columns"`    // in the order of the schema
	Violations []Violation `json:"violations"` // by column, in the order of the schema
}

// Violation is one way in which a column is not as the schema says.
type Violation struct {
	Column   string    `json:"column"`
	Check    string    `json:"check"` // type, null, min, max, category, …
	Severity Severity  `json:"severity"`
	Message  string    `json:"message"` // what the values are: "below the minimum 0"
	Count    int       `json:"count"`   // of rows; 1 for a whole column
	Share    float64   `json:"share"`   // of all rows
	First    []Example `json:"first,omitempty"`
}

// Example is a value that violates, and its place in the raw file.
type Example struct {
	Row   int    `json:"row"`            // data row, 1 for the first
	Line  int    `json:"line,omitempty"` // of the file, if it has lines
	Value string `json:"value"`
}

// maxExamples bounds the examples of a Violation.
const maxExamples = 5

// violation gathers a Violation.
type violation struct{ Violation }

// chunk is a table whose rows come after first others.
type chunk struct {
	*table.Table
	first int
}

func (v *violation) hit(t chunk, row int, value string) {
	at := t.place(row)
	at.Value = value
	v.add(at)
}

// add counts a value, and keeps the first ones, which may come in any order.
func (v *violation) add(e Example) {
	v.Count++
	i, _ := slices.BinarySearchFunc(v.First, e.Row, func(e Example, row int) int { return cmp.Compare(e.Row, row) })
	if i < maxExamples {
		v.First = slices.Insert(v.First, i, e)
		v.First = v.First[:min(len(v.First), maxExamples)]
	}
}

// place is where a row stands in the raw file.
func (t chunk) place(row int) Example {
	at := t.Origin(row)
	return Example{Row: cmp.Or(at.Row, t.first+row+1), Line: at.Line}
}

// Result returns what was found in all rows added. It comes once, after the
// last Add.
func (c *Checker) Result() (*Result, error) {
	for _, check := range c.columns {
		if check.seen != nil && c.err == nil {
			c.err = check.seen.finish()
		}
	}
	if c.err != nil {
		return nil, fmt.Errorf("looking for repeated values: %w", c.err)
	}
	return c.result(), nil
}

func (c *Checker) result() *Result {
	r := &Result{Rows: c.rows, Columns: []Summary{}, Violations: []Violation{}}
	r.add(c.schema.Rows.check(c.rows)...)
	for _, check := range c.columns {
		if !check.missing {
			r.Columns = append(r.Columns, check.summary.of(check.Column))
		}
		r.add(check.violations(c.rows, check.Name == c.schema.Target)...)
	}
	for _, rule := range c.rules {
		r.add(rule.violation)
	}
	r.add(c.extra...)
	return r
}

func (r *Result) add(all ...violation) {
	for _, v := range all {
		if v.Count == 0 || v.Severity == Off {
			continue
		}
		if v.First != nil {
			v.Share = float64(v.Count) / float64(r.Rows)
		}
		r.Violations = append(r.Violations, v.Violation)
	}
}

func (c *columnCheck) violations(rows int, target bool) []violation {
	if c.missing {
		return []violation{c.missingColumn(target)}
	}
	found := []violation{c.parse, c.values[0], c.tooManyNulls(rows)}
	found = append(append(found, c.values[1:]...), c.repeated, c.falls)
	return append(found, c.distribution()...)
}

func (c *columnCheck) missingColumn(target bool) violation {
	v := c.violation("missing", "missing; there are "+strings.Join(c.header, ", "))
	if target {
		v.Message = "the target is " + v.Message
	}
	v.Severity, v.Count, v.Share = Error, 1, 1
	return v
}

func (c *columnCheck) tooManyNulls(rows int) violation {
	v := c.violation("null_share", "")
	if c.MaxNullShare == nil || rows == 0 {
		return v
	}
	share := float64(c.summary.nulls) / float64(rows)
	if share > *c.MaxNullShare {
		v.Count, v.Share = c.summary.nulls, share
		v.Message = fmt.Sprintf("null in %s of the rows, more than the %s allowed", percent(share), percent(*c.MaxNullShare))
	}
	return v
}

func percent(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }

// Errors returns the violations of severity error.
func (r *Result) Errors() []Violation { return r.of(Error) }

// Warnings returns the violations of severity warning.
func (r *Result) Warnings() []Violation { return r.of(Warning) }

func (r *Result) of(s Severity) []Violation {
	return slices.DeleteFunc(slices.Clone(r.Violations), func(v Violation) bool { return v.Severity != s })
}

// String says in one line what was found and where it is first:
//
//	column "age": below the minimum 0 in 3 rows (0.015 %): -1 (line 17), -7 (line 99), -2 (line 150)
func (v Violation) String() string {
	if v.Column == "" {
		return v.Message
	}
	if v.First == nil {
		return fmt.Sprintf("column %q: %s", v.Column, v.Message)
	}
	rows := "rows"
	if v.Count == 1 {
		rows = "row"
	}
	var places []string
	for _, e := range v.First {
		places = append(places, e.String())
	}
	if v.Count > len(v.First) {
		places = append(places, "…")
	}
	return fmt.Sprintf("column %q: %s in %d %s (%s): %s", v.Column, v.Message, v.Count, rows, percent(v.Share), strings.Join(places, ", "))
}

func (e Example) String() string {
	place := fmt.Sprintf("row %d", e.Row)
	if e.Line > 0 {
		place = fmt.Sprintf("line %d", e.Line)
	}
	value := e.Value
	if quoted := strconv.Quote(value); strings.ContainsAny(value, ",;()") || strings.TrimSpace(value) != value || len(quoted) > len(value)+2 {
		value = quoted
	}
	if value == "" {
		return place
	}
	return value + " (" + place + ")"
}

// ValidationFile is where the stage clean writes a Validation, below the work
// folder, and ValidationPage where people read it. One that stopped the stage
// stands in FailedFile and FailedPage instead.
const (
	ValidationFile = "reports/validation.json"
	ValidationPage = "reports/validation.html"
	FailedFile     = "reports/validation.failed.json"
	FailedPage     = "reports/validation.failed.html"
)

// Validation is what came of cleaning and checking one file.
type Validation struct {
	Source   string `json:"source"`    // below the work folder
	RowsRead int    `json:"rows_read"` // of the source
	Dropped  []Drop `json:"dropped"`   // in the order of cleaning, also where no row was dropped
	Result          // of the rows that are left
}

// Drop is a reason to leave out rows, and how many it took.
type Drop struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
}

// JSON returns the indented text of the file.
func (v *Validation) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// ReadValidation reads a file that holds a Validation.
func ReadValidation(path string) (*Validation, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v := &Validation{}
	if err := json.Unmarshal(data, v); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return v, nil
}
