package drift

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

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
	// numbers is that of the distance less what sketches blur: where there are
	// more than 500 different values it errs on the side of no difference.
	Distribution *Test `json:"distribution,omitempty"`
	NullShare    *Test `json:"null_share,omitempty"`
	// Unseen are the categories that the reference does not have, the most
	// frequent first, at most ten.
	Unseen      []sketch.Level `json:"unseen,omitempty"`
	UnseenShare float64        `json:"unseen_share,omitempty"`
	UnseenTest  *Test          `json:"unseen_test,omitempty"`
	// Bins are what PSI and Jensen–Shannon compare, for a picture.
	Bins []Bin `json:"bins,omitempty"`
	// Judged tells whether the column can give an alarm.
	Judged bool    `json:"judged"`
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
	Kind     string   `json:"kind"`             // distribution, nulls, unseen, missing, classifier
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

// Summary says in a line what was found.
func (r *Report) Summary() string {
	if len(r.Alarms) == 0 {
		return fmt.Sprintf("no drift in %d columns of %d rows against %d", len(r.Columns), r.Current.Rows, r.Reference.Rows)
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

// WriteText writes the report as a table for a terminal, with the alarms and
// notes below it.
func (r *Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%s (%d rows) against %s (%d rows)\n\n", r.Current.Name, r.Current.Rows, r.Reference.Name, r.Reference.Rows)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "column\tkind\tpsi\tjensen-shannon\twasserstein\ttest\tq\tnulls\twas\tunseen\tdrift")
	for i := range r.Columns {
		fmt.Fprintln(t, strings.Join(r.Columns[i].cells(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if m := r.Multivariate; m != nil {
		fmt.Fprintf(w, "\nall columns together: AUC %s (%s to %s), q %s\n", short(m.AUC), short(m.Low), short(m.High), short(m.Test.Q))
	}
	if len(r.Alarms)+len(r.Notes) > 0 {
		fmt.Fprintln(w)
	}
	for _, a := range r.Alarms {
		fmt.Fprintf(w, "%s: %s\n", a.Severity, a)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
	return nil
}

func (c *Comparison) cells() []string {
	name := c.Column
	if c.Role != Feature && string(c.Role) != c.Column {
		name += " (" + string(c.Role) + ")"
	}
	cells := []string{name, string(c.Kind), optional(c.PSI), optional(c.JensenShannon), optional(c.Wasserstein), "", ""}
	if t := c.Distribution; t != nil {
		cells[5] = t.Short() + " " + short(t.Statistic)
		cells[6] = short(t.Q)
	}
	verdict := "no"
	switch {
	case len(c.Alarms) > 0:
		var kinds []string
		for _, a := range c.Alarms {
			kinds = append(kinds, a.Kind)
		}
		verdict = strings.Join(kinds, ", ")
	case !c.Judged:
		verdict = "not judged"
	}
	unseen := ""
	if c.UnseenShare > 0 {
		unseen = percent(c.UnseenShare)
	}
	return append(cells, percent(c.Current.NullShare), percent(c.Reference.NullShare), unseen, verdict)
}

func optional(v *float64) string {
	if v == nil {
		return "-"
	}
	return short(*v)
}
