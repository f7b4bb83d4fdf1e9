package drift

import (
	"fmt"
	"slices"
	"strings"

	"example.com/engine/sketch"
)

// Files below the work folder: how the test rows differ from the training
// rows, and the folder of comparisons with other tables.
const (
	TestFile = "reports/drift.json"
	Dir      = "reports/drift"
)

// Report is how two tables differ. None of it holds a clock or a path.
type Report struct {
	Reference Table    `json:"reference"`
	Current   Table    `json:"current"`
	Settings  Settings `json:"settings"`
	// Columns are in the order of the reference; the prediction is the last.
	Columns []Comparison `json:"columns"`
	// Multivariate is how well a classifier tells the tables apart; nil if it
	// was not tried.
	Multivariate *Multivariate `json:"multivariate,omitempty"`
	// Alarms are those of all columns and of the classifier.
	Alarms []Alarm `json:"alarms"`
	// Notes say what could not be compared, and why.
	Notes []string `json:"notes,omitempty"`
}

// Table is one of the two.
type Table struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// Role is what a column is to the model.
type Role string

// The roles.
const (
	Feature    Role = "feature"
	Target     Role = "target"
	Prediction Role = "prediction"
)

// Comparison is how one column differs. Distances are nil where they have no
// value.
type Comparison struct {
	Column    string `json:"column"`
	Kind      Kind   `json:"kind"`
	Role      Role   `json:"role"`
	Reference Side   `json:"reference"`
	Current   Side   `json:"current"`

	PSI           *float64 `json:"psi,omitempty"`
	JensenShannon *float64 `json:"jensen_shannon,omitempty"`
	// Wasserstein is in standard deviations of the reference.
	Wasserstein *float64 `json:"wasserstein,omitempty"`
	// Distribution is the test of Kolmogorov and Smirnov for numbers, of
	// chi-squared for categories; NullShare is Fisher's exact test. The P of
	// numbers is that of the distance less Blur, and Plain that of the distance.
	Distribution *Test `json:"distribution,omitempty"`
	NullShare    *Test `json:"null_share,omitempty"`
	// Blur is by how much shares of numbers may be off on both sides together,
	// since profiles are sketches: 0 if they have at most 500 different values.
	Blur float64 `json:"blur,omitempty"`
	// Content is chi-squared of what texts hold, of which JensenShannon is the
	// distance; Distribution, PSI and Wasserstein are of their lengths.
	Content *Test `json:"content,omitempty"`
	// Unseen are the categories that the reference does not have, the most
	// frequent first, at most ten.
	Unseen      []sketch.Level `json:"unseen,omitempty"`
	UnseenShare float64        `json:"unseen_share,omitempty"`
	UnseenTest  *Test          `json:"unseen_test,omitempty"`
	// Bins are the bins of numbers that PSI and Jensen–Shannon compare, or the
	// most frequent categories, for a picture.
	Bins []Bin `json:"bins,omitempty"`
	// Judged tells whether the column can give an alarm.
	Judged bool `json:"judged"`
	// Reason says why it can't, or why a part of it is not judged.
	Reason string  `json:"reason,omitempty"`
	Alarms []Alarm `json:"alarms,omitempty"`
}

// Side is a column in one of the tables.
type Side struct {
	Count     int      `json:"count"`
	Nulls     int      `json:"nulls"`
	NullShare float64  `json:"null_share"`
	Mean      *float64 `json:"mean,omitempty"`
	Std       *float64 `json:"std,omitempty"`
	Min       *float64 `json:"min,omitempty"`
	Median    *float64 `json:"median,omitempty"`
	Max       *float64 `json:"max,omitempty"`
	Distinct  int      `json:"distinct,omitempty"` // categories
}

// Test is the outcome of a test. Q is P after the correction for the number of
// tests; 1 for a column that is not judged.
type Test struct {
	Name      string  `json:"name"`
	Statistic float64 `json:"statistic"`
	P         float64 `json:"p"`
	Q         float64 `json:"q"`
	// Plain is P without an allowance for the error of sketches; nil if P has none.
	Plain *float64 `json:"plain_p,omitempty"`
}

func newTest(name string, statistic, p float64) *Test {
	return &Test{Name: name, Statistic: statistic, P: p, Q: 1}
}

// Short is the name in few letters.
func (t *Test) Short() string {
	if s, ok := map[string]string{"kolmogorov_smirnov": "KS", "chi_squared": "χ²"}[t.Name]; ok {
		return s
	}
	return t.Name
}

// Bin is a part of a column's values: numbers up to Upper (nil for the last),
// or one category, "" for all others.
type Bin struct {
	Upper     *float64 `json:"upper,omitempty"`
	Level     string   `json:"level,omitempty"`
	Reference float64  `json:"reference"` // shares
	Current   float64  `json:"current"`
}

// Alarm is a difference that matters.
type Alarm struct {
	Column   string   `json:"column,omitempty"` // empty for the classifier
	Kind     string   `json:"kind"`             // distribution, content, nulls, unseen, missing, classifier
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
}

// String says the alarm in a line.
func (a Alarm) String() string {
	if a.Column == "" {
		return a.Message
	}
	return fmt.Sprintf("column %q: %s", a.Column, a.Message)
}

// Multivariate is how well a classifier tells two tables apart.
type Multivariate struct {
	// AUC is the chance that a row of the current table gets a higher score
	// than one of the reference, from classifiers that saw neither; 0.5 is by
	// chance. Low and High are the ends of its 95 % interval.
	AUC  float64 `json:"auc"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	Test Test    `json:"test"`
	Rows int     `json:"rows"` // of both tables together that it used
	// Columns are those it used, with their share of the gain.
	Columns []Importance `json:"columns"`
}

// Importance is a column's share of what a classifier gained.
type Importance struct {
	Column string  `json:"column"`
	Share  float64 `json:"share"`
}

// Errors returns the alarms of severity error.
func (r *Report) Errors() []Alarm { return r.of(Error) }

// Warnings returns the alarms of severity warning.
func (r *Report) Warnings() []Alarm { return r.of(Warning) }

func (r *Report) of(s Severity) []Alarm {
	return slices.DeleteFunc(slices.Clone(r.Alarms), func(a Alarm) bool { return a.Severity != s })
}

// Column returns the comparison of the column of that name, or nil.
func (r *Report) Column(name string) *Comparison {
	for i := range r.Columns {
		if r.Columns[i].Column == name {
			return &r.Columns[i]
		}
	}
	return nil
}

// Unjudged lists the columns that could give no alarm, and why.
func (r *Report) Unjudged() []string {
	var all []string
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Reason != "" {
			all = append(all, fmt.Sprintf("column %q: %s", c.Column, c.Reason))
		}
	}
	return all
}

// Judged tells whether anything could give an alarm.
func (r *Report) Judged() bool {
	return r.Multivariate != nil || len(r.Alarms) > 0 || slices.ContainsFunc(r.Columns, func(c Comparison) bool { return c.Judged })
}

// Summary says in a line what was found.
func (r *Report) Summary() string {
	if !r.Judged() {
		return fmt.Sprintf("not judged: %s", strings.Join(slices.Concat(r.Unjudged(), r.Notes), "; "))
	}
	if len(r.Alarms) == 0 {
		judged := 0
		for i := range r.Columns {
			if r.Columns[i].Judged {
				judged++
			}
		}
		columns := fmt.Sprintf("%d columns", judged)
		if judged == 1 {
			columns = "1 column"
		}
		return fmt.Sprintf("no drift in %s of %d rows against %d", columns, r.Current.Rows, r.Reference.Rows)
	}
	var names []string
	for _, a := range r.Alarms {
		name := a.Column
		if name == "" {
			name = "all columns together"
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return fmt.Sprintf("drift in %s (%d rows against %d)", strings.Join(names, ", "), r.Current.Rows, r.Reference.Rows)
}
