package drift

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"example.com/engine/table"
)

// Judge corrects the p-values of all tests for their number and settles the
// alarms: differences that are significant, large, and of columns with enough
// rows.
func (r *Report) Judge() {
	var tests []*Test
	for i := range r.Columns {
		tests = append(tests, r.Columns[i].tests(r.Settings)...)
	}
	if r.Multivariate != nil {
		tests = append(tests, &r.Multivariate.Test)
	}
	p := make([]float64, len(tests))
	for i, t := range tests {
		p[i] = t.P
	}
	for i, q := range BenjaminiHochberg(p) {
		tests[i].Q = q
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		c.judge(r.Settings)
		r.Alarms = append(r.Alarms, c.Alarms...)
	}
	r.judgeClassifier()
}

// tests are those that may give an alarm.
func (c *Comparison) tests(s Settings) []*Test {
	var all []*Test
	if c.Judged && c.Distribution != nil {
		all = append(all, c.Distribution)
	}
	if c.Judged && c.Content != nil {
		all = append(all, c.Content)
	}
	if c.Judged && c.UnseenTest != nil {
		all = append(all, c.UnseenTest)
	}
	// Without a null on either side, or a value, there is nothing to test.
	if c.judgesNulls(s) && c.Reference.Nulls+c.Current.Nulls > 0 && c.Reference.Count+c.Current.Count > 0 {
		all = append(all, c.NullShare)
	}
	return all
}

func (c *Comparison) judgesNulls(s Settings) bool {
	rows := min(c.Reference.Count+c.Reference.Nulls, c.Current.Count+c.Current.Nulls)
	return c.NullShare != nil && rows >= s.MinRows && s.severity(c.Column) != Off
}

func (c *Comparison) judge(s Settings) {
	alarm := func(kind, format string, args ...any) {
		c.Alarms = append(c.Alarms, Alarm{c.Column, kind, s.severity(c.Column), fmt.Sprintf(format, args...)})
	}
	significant := func(t *Test) bool { return t != nil && t.Q <= s.Alpha }
	if c.Judged && significant(c.Distribution) {
		if reached := c.reached(s); len(reached) > 0 {
			alarm("distribution", "another distribution than in the reference: %s%s", strings.Join(reached, ", "), c.moved())
		}
	}
	if js := c.JensenShannon; c.Judged && significant(c.Content) && js != nil && *js >= s.JensenShannon {
		alarm("content", "other strings than in the reference: jensen_shannon %s of some bytes of each", short(*js))
	}
	if c.Judged && significant(c.UnseenTest) && c.UnseenShare >= s.UnseenShare {
		what := map[bool]string{true: "strings", false: "categories"}[c.Kind == Text]
		alarm("unseen", "%s that the reference does not have in %s of the values%s", what, percent(c.UnseenShare), c.example())
	}
	if d := c.Current.NullShare - c.Reference.NullShare; c.judgesNulls(s) && significant(c.NullShare) && max(d, -d) >= s.NullShare {
		alarm("nulls", "null in %s of the rows, in the reference in %s", percent(c.Current.NullShare), percent(c.Reference.NullShare))
	}
}

// example is an unseen category, if one is known.
func (c *Comparison) example() string {
	if len(c.Unseen) == 0 {
		return ""
	}
	return ": " + c.Unseen[0].Value
}

// reached says which distances are as large as an alarm needs.
func (c *Comparison) reached(s Settings) []string {
	var all []string
	add := func(name string, v *float64, least float64) {
		if v != nil && *v >= least {
			all = append(all, fmt.Sprintf("%s %s", name, short(*v)))
		}
	}
	if c.Kind != Category {
		add("ks", &c.Distribution.Statistic, s.KS)
		add("wasserstein", c.Wasserstein, s.Wasserstein)
	} else {
		add("jensen_shannon", c.JensenShannon, s.JensenShannon)
	}
	add("psi", c.PSI, s.PSI)
	return all
}

// moved says where a number went.
func (c *Comparison) moved() string {
	if c.Reference.Mean == nil || c.Current.Mean == nil || c.Kind != Number {
		return ""
	}
	return fmt.Sprintf("; mean %s, was %s", short(*c.Current.Mean), short(*c.Reference.Mean))
}

func (r *Report) judgeClassifier() {
	m, s := r.Multivariate, r.Settings
	if m == nil || s.Severity == Off || m.Test.Q > s.Alpha || m.AUC < s.AUC {
		return
	}
	var names []string
	for _, c := range m.Columns[:min(3, len(m.Columns))] {
		names = append(names, c.Column)
	}
	r.Alarms = append(r.Alarms, Alarm{"", "classifier", s.Severity, fmt.Sprintf(
		"a classifier tells the tables apart, with an AUC of %s (%s to %s), mostly by %s",
		short(m.AUC), short(m.Low), short(m.High), strings.Join(names, ", "))})
}

// short prints three digits, or all before the decimal point, with an exponent
// only where there would be many zeros.
func short(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 1e15 || abs > 0 && abs < 1e-4:
		return strconv.FormatFloat(v, 'g', 3, 64)
	case abs >= 1000:
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(table.Significant(v, 3), 'f', -1, 64)
}

func percent(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }

// Severity says what an alarm does: an error stops, a warning is reported, off
// is not even that.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Off     Severity = "off"
)

// Settings are drift.yaml: when a difference is an alarm. It must be
// significant, and large, and seen in enough rows. The p-value alone would not
// do: at a million rows it finds differences that matter to nobody.
type Settings struct {
	// Alpha is the share of false alarms among all, at most; and the chance of
	// any alarm where nothing drifted.
	Alpha float64 `yaml:"alpha" json:"alpha" validate:"gt=0,lt=1"`
	// MinRows is how many values a column needs on either side.
	MinRows int `yaml:"min_rows" json:"min_rows" validate:"gte=2"`

	// A number has drifted where any of these is reached: the distance of
	// Kolmogorov and Smirnov; that of Wasserstein, in standard deviations of
	// the reference; the population stability index.
	KS          float64 `yaml:"ks" json:"ks" validate:"gte=0"`
	Wasserstein float64 `yaml:"wasserstein" json:"wasserstein" validate:"gte=0"`
	PSI         float64 `yaml:"psi" json:"psi" validate:"gte=0"`
	// A category has drifted where the Jensen–Shannon distance is reached, or
	// PSI.
	JensenShannon float64 `yaml:"jensen_shannon" json:"jensen_shannon" validate:"gte=0"`
	// NullShare is by how much the share of nulls may change.
	NullShare float64 `yaml:"null_share" json:"null_share" validate:"gte=0"`
	// UnseenShare is the share of values that the reference does not have,
	// beyond what its rarest let one expect.
	UnseenShare float64 `yaml:"unseen_share" json:"unseen_share" validate:"gte=0"`
	// AUC is how well a classifier may tell the two tables apart; 0.5 is by
	// chance. Classifier switches it.
	AUC        float64 `yaml:"auc" json:"auc" validate:"gte=0.5,lte=1"`
	Classifier bool    `yaml:"classifier" json:"classifier"`

	// Severity is that of every alarm but those of the columns below, the
	// prediction among them: "prediction". Off takes a column out.
	Severity Severity            `yaml:"severity" json:"severity" validate:"oneof=error warning off"`
	Columns  map[string]Severity `yaml:"columns" json:"columns,omitempty" validate:"dive,oneof=error warning off"`
}

// Defaults are the settings where none are given. A shift of a tenth of a
// standard deviation is small by Cohen's measure; 0.2 is the usual bound of
// PSI.
func Defaults() Settings {
	return Settings{
		Alpha: 0.05, MinRows: 100, KS: 0.1, Wasserstein: 0.1, PSI: 0.2, JensenShannon: 0.1,
		NullShare: 0.05, UnseenShare: 0.01, AUC: 0.6, Classifier: true, Severity: Warning,
	}
}

// Without returns the settings with columns taken out, as those that a log does
// not keep.
func (s Settings) Without(columns []string) Settings {
	all := map[string]Severity{}
	maps.Copy(all, s.Columns)
	for _, name := range columns {
		all[name] = Off
	}
	s.Columns = all
	return s
}

func (s *Settings) severity(column string) Severity {
	if v, ok := s.Columns[column]; ok {
		return v
	}
	return s.Severity
}
