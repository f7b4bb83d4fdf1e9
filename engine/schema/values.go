package schema

import (
	"cmp"
	"math"
	"regexp"

	"example.com/engine/table"
)

// Values checks the values of a column, each by itself: whether it is null,
// finite, whole, within the bounds, among the categories and of the pattern. Files,
// the rows of a request and the description of the API all use it. A check that is
// off is not made. Values is safe for concurrent use.
type Values struct {
	*Column
	// Low and High are the bounds that are checked, infinite where there is none.
	Low, High float64

	null, finite, whole bool
	allowed             map[string]bool // nil where all categories are
	pattern             *regexp.Regexp  // nil where there is none
	own                 int             // of the categories that come first, how many pass
}

// NewValues returns the checks of a valid column, which must not change after.
func NewValues(c *Column) *Values {
	on := func(check string) bool { return c.SeverityOf(check) != Off }
	v := &Values{Column: c, Low: math.Inf(-1), High: math.Inf(1)}
	if c.Min != nil && on("min") {
		v.Low = *c.Min
	}
	if c.Max != nil && on("max") {
		v.High = *c.Max
	}
	v.null, v.finite, v.whole = !c.Nullable && on("null"), on("finite"), c.Type == Integer && on("integer")
	if len(c.Categories) > 0 && on("category") {
		v.allowed = map[string]bool{}
		for _, category := range c.Categories {
			v.allowed[category] = true
		}
	}
	if c.Pattern != "" && on("pattern") {
		v.pattern = regexp.MustCompile(c.Pattern) // Validate saw that it compiles
	}
	for v.own < len(c.Categories) && v.matches(c.Categories[v.own]) {
		v.own++
	}
	return v
}

// SeverityOf is the severity of a check, by its name in Severities: the check's
// own, else the column's, else error.
func (c *Column) SeverityOf(check string) Severity {
	of := c.Severities[check]
	if check == "category" {
		of = cmp.Or(of, c.OnUnseen)
	}
	return cmp.Or(of, c.Severity, Error)
}

// TakesNull tells whether a null is no error.
func (c *Column) TakesNull() bool { return c.Nullable || c.SeverityOf("null") != Error }

// Whole tells whether v is a whole number that has no other next to it in a
// float64: not beyond 2^53.
func Whole(v float64) bool { return v == math.Trunc(v) && math.Abs(v) <= 1<<53 }

// Allows tells whether the bounds hold for v, which is not NaN.
func (v *Values) Allows(x float64) bool { return x >= v.Low && x <= v.High }

// Check calls found for each value that breaks a check, with the name of the
// check, in the order of the rows. The column is of the kind of the schema's type.
func (v *Values) Check(c *table.Column, found func(row int, check string)) {
	switch c.Kind {
	case table.Float:
		v.numbers(c.Floats, found)
	case table.Category:
		v.categories(c, found)
	default:
		v.others(c, found)
	}
}

func (v *Values) numbers(list []float64, found func(row int, check string)) {
	for i, x := range list {
		switch {
		case x >= v.Low && x <= v.High && math.Abs(x) <= math.MaxFloat64:
		case math.IsNaN(x):
			if v.null {
				found(i, "null")
			}
			continue
		case math.IsInf(x, 0):
			if v.finite {
				found(i, "finite")
			}
			continue
		case x < v.Low:
			found(i, "min")
		default:
			found(i, "max")
		}
		if v.whole && !Whole(x) {
			found(i, "integer")
		}
	}
}

// categories looks a level up once, and not at all where the column's levels
// begin with those of the schema, as they do in a request.
func (v *Values) categories(c *table.Column, found func(row int, check string)) {
	known := 0
	if n := len(v.Categories); n > 0 && len(c.Levels) >= n && &c.Levels[0] == &v.Categories[0] {
		known = v.own
	}
	if known == len(c.Levels) && !v.null || v.allowed == nil && v.pattern == nil && !v.null {
		return
	}
	var verdicts []verdict
	for i, code := range c.Codes {
		switch {
		case code < 0:
			if v.null {
				found(i, "null")
			}
			continue
		case int(code) < known:
			continue
		}
		if verdicts == nil {
			verdicts = make([]verdict, len(c.Levels))
		}
		of := &verdicts[code]
		if !of.known {
			level := c.Levels[code]
			*of = verdict{true, v.allowed != nil && !v.allowed[level], !v.matches(level)}
		}
		if of.strange {
			found(i, "category")
		}
		if of.unlike {
			found(i, "pattern")
		}
	}
}

// verdict is what is wrong with a level, once it is known.
type verdict struct{ known, strange, unlike bool }

func (v *Values) matches(s string) bool { return v.pattern == nil || v.pattern.MatchString(s) }

func (v *Values) others(c *table.Column, found func(row int, check string)) {
	if !v.null && v.pattern == nil {
		return
	}
	for i := range c.Len() {
		switch {
		case c.IsNull(i):
			if v.null {
				found(i, "null")
			}
		case c.Kind == table.Text && !v.matches(c.Texts[i]):
			found(i, "pattern")
		}
	}
}

// Check calls found for each row whose columns break the rule, unless it is off.
// A null breaks none.
func (r *Rule) Check(lower, upper *table.Column, found func(row int)) {
	if r.SeverityOf() == Off {
		return
	}
	for i := range lower.Len() {
		if lower.IsNull(i) || upper.IsNull(i) {
			continue
		}
		if d := compare(lower, upper, i); d > 0 || d == 0 && r.Strict {
			found(i)
		}
	}
}

// SeverityOf is the rule's severity, by default error.
func (r *Rule) SeverityOf() Severity { return cmp.Or(r.Severity, Error) }

// compare returns the sign of row i of a less that of b. Neither is null.
func compare(a, b *table.Column, i int) int {
	if a.Kind == table.Time {
		return cmp.Compare(a.Times[i], b.Times[i])
	}
	return cmp.Compare(a.Floats[i], b.Floats[i])
}
