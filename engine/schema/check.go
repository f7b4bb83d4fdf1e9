package schema

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"example.com/engine/sketch"
	"example.com/engine/table"
)

// Checker checks a table against a schema, chunk by chunk. It keeps counts and
// the first places of what it finds, in a memory that does not grow with the
// rows.
type Checker struct {
	// Scratch is the folder for files without a name, of about 40 bytes a row,
	// that unique columns of more than a million rows need. If empty, it is the
	// system's, which may be in memory.
	Scratch string

	schema  *Schema
	columns []*columnCheck
	rules   []*ruleCheck
	header  []string
	extra   []violation
	rows    int
	started bool
	most    int   // values of a unique column that are remembered
	err     error // of a file in Scratch
}

// NewChecker returns a Checker that has seen no rows.
func NewChecker(s *Schema) *Checker {
	c := &Checker{schema: s, most: mostKept}
	for i := range s.Columns {
		c.columns = append(c.columns, newColumnCheck(&s.Columns[i]))
	}
	for _, r := range s.Rules {
		c.rules = append(c.rules, newRuleCheck(r))
	}
	return c
}

// Header notes the columns of a file, and warns of those that the schema neither
// knows nor ignores. It comes before the first Add, if at all.
func (c *Checker) Header(names []string) {
	c.header = names
	for _, name := range names {
		if c.schema.Column(name) == nil && !slices.Contains(c.schema.Ignore, name) {
			c.extra = append(c.extra, violation{Violation: Violation{
				Column: name, Check: "extra", Severity: Warning, Count: 1, Share: 1, Message: "not in the schema, passed over",
			}})
		}
	}
}

// Add checks the next rows. The first call, which may come with no rows, tells
// which columns are missing. It panics where a column is not of the kind that
// the schema gives it.
func (c *Checker) Add(t *table.Table) {
	if !c.started {
		c.started = true
		c.findMissing(t)
	}
	bad := map[string]table.Bad{}
	for _, b := range t.Bad() {
		bad[b.Column] = b
	}
	chunk := chunk{t, c.rows}
	for _, check := range c.columns {
		if col := t.Column(check.Name); col != nil {
			check.add(chunk, col, bad[check.Name])
			c.findRepeats(check, chunk, col)
		}
	}
	for _, r := range c.rules {
		r.add(chunk)
	}
	c.rows += t.Len()
}

// findRepeats offers the values of a unique column to what finds repeated ones.
func (c *Checker) findRepeats(check *columnCheck, t chunk, col *table.Column) {
	if !check.Unique {
		return
	}
	if check.seen == nil {
		check.hash = table.NewRowHash()
		check.seen = newRepeats(c.Scratch, c.most, 0, check.repeated.add)
	}
	one := []*table.Column{col}
	for i := range t.Len() {
		if col.IsNull(i) || c.err != nil {
			continue
		}
		c.err = check.seen.add(check.hash.Key(one, i), t.place(i), func() string { return col.String(i) })
	}
}

func (c *Checker) findMissing(t *table.Table) {
	for _, check := range c.columns {
		col := t.Column(check.Name)
		if col == nil {
			check.missing = true
			check.header = c.header
			if c.header == nil {
				check.header = t.Names()
			}
		} else if want := check.Type.Kind(); col.Kind != want {
			panic(fmt.Sprintf("schema: column %s is a %v, not a %v", check.Name, col.Kind, want))
		}
	}
}

// columnCheck checks one column and sums it up.
type columnCheck struct {
	*Column
	summary summary
	hash    *table.RowHash // of a unique column
	seen    *repeats       // likewise
	allowed map[string]bool
	missing bool
	header  []string // where it is missing

	lastNumber float64
	lastTime   int64

	pattern   *regexp.Regexp
	quantiles *sketch.Quantiles // where quantiles are bounded

	parse, null, infinite, whole, below, above, unseen, unlike, repeated, falls violation
}

func newColumnCheck(c *Column) *columnCheck {
	check := &columnCheck{Column: c}
	if len(c.Categories) > 0 {
		check.allowed = map[string]bool{}
		for _, v := range c.Categories {
			check.allowed[v] = true
		}
	}
	if c.Pattern != "" {
		check.pattern = regexp.MustCompile(c.Pattern) // Validate saw that it compiles.
	}
	if len(c.Quantiles) > 0 {
		check.quantiles = sketch.NewQuantiles()
	}
	check.parse = c.violation("type", "")
	check.null = c.violation("null", "null")
	check.infinite = c.violation("finite", "not finite")
	check.whole = c.violation("integer", "not a whole number, or beyond 2^53")
	if c.Min != nil {
		check.below = c.violation("min", "below the minimum "+table.FormatFloat(*c.Min))
	}
	if c.Max != nil {
		check.above = c.violation("max", "above the maximum "+table.FormatFloat(*c.Max))
	}
	check.unseen = c.violation("category", "not one of "+list(c.Categories))
	check.unlike = c.violation("pattern", "not of the pattern "+c.Pattern)
	check.falls = c.violation("ordered", "below the value of the row before")
	check.repeated = c.violation("unique", "repeated")
	return check
}

// list joins the first values.
func list(values []string) string {
	const most = 10
	if len(values) <= most {
		return strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s, … (%d in all)", strings.Join(values[:most], ", "), len(values))
}

// severity is that of a check: the check's own, else the column's, else error.
func (c *Column) severity(check string) Severity {
	of := c.Severities[check]
	if check == "category" {
		of = cmp.Or(of, c.OnUnseen)
	}
	return cmp.Or(of, c.Severity, Error)
}

func (c *Column) violation(check, message string) violation {
	return violation{Violation: Violation{Column: c.Name, Check: check, Severity: c.severity(check), Message: message}}
}

func (c *columnCheck) add(t chunk, col *table.Column, bad table.Bad) {
	for i, row := range bad.Rows {
		c.parse.Message = strings.TrimPrefix(bad.Reason, "is ")
		c.parse.hit(t, row, bad.Values[i])
	}
	switch col.Kind {
	case table.Float:
		c.addNumbers(t, col, bad.Rows)
	case table.Category:
		c.addCategories(t, col, bad.Rows)
	default:
		c.addOthers(t, col, bad.Rows)
	}
}

// addNull counts a null, which is no violation of its own if the value is one
// that did not parse.
func (c *columnCheck) addNull(t chunk, row int, bad []int) {
	c.summary.nulls++
	if c.Nullable {
		return
	}
	if _, found := slices.BinarySearch(bad, row); !found {
		c.null.hit(t, row, "")
	}
}

func (c *columnCheck) addNumbers(t chunk, col *table.Column, bad []int) {
	lo, hi := math.Inf(-1), math.Inf(1)
	if c.Min != nil {
		lo = *c.Min
	}
	if c.Max != nil {
		hi = *c.Max
	}
	integer := c.Type == Integer
	for i, v := range col.Floats {
		switch {
		case v >= lo && v <= hi && math.Abs(v) <= math.MaxFloat64:
		case math.IsNaN(v):
			c.addNull(t, i, bad)
			continue
		case math.IsInf(v, 0):
			c.infinite.hit(t, i, table.FormatFloat(v))
			continue
		case v < lo:
			c.below.hit(t, i, table.FormatFloat(v))
		default:
			c.above.hit(t, i, table.FormatFloat(v))
		}
		if integer && (v != math.Trunc(v) || math.Abs(v) > 1<<53) {
			c.whole.hit(t, i, table.FormatFloat(v))
		}
		if c.Ordered && c.summary.count > 0 && v < c.lastNumber {
			c.falls.hit(t, i, table.FormatFloat(v))
		}
		c.lastNumber = v
		c.summary.number(v)
		if c.quantiles != nil {
			c.quantiles.Add(v)
		}
	}
}

func (c *columnCheck) addCategories(t chunk, col *table.Column, bad []int) {
	counts := make([]int, len(col.Levels))
	allowed, matches := make([]bool, len(col.Levels)), make([]bool, len(col.Levels))
	for i, code := range col.Codes {
		if code < 0 {
			c.addNull(t, i, bad)
			continue
		}
		if counts[code]++; counts[code] == 1 { // the rest of the levels may be of other chunks
			allowed[code] = c.allowed == nil || c.allowed[col.Levels[code]]
			matches[code] = c.matches(col.Levels[code])
		}
		if !allowed[code] {
			c.unseen.hit(t, i, col.Levels[code])
		}
		if !matches[code] {
			c.unlike.hit(t, i, col.Levels[code])
		}
	}
	for code, n := range counts {
		c.summary.level(col.Levels[code], n)
	}
}

func (c *columnCheck) matches(s string) bool { return c.pattern == nil || c.pattern.MatchString(s) }

// addOthers checks times and texts.
func (c *columnCheck) addOthers(t chunk, col *table.Column, bad []int) {
	for i := range col.Len() {
		if col.IsNull(i) {
			c.addNull(t, i, bad)
			continue
		}
		if col.Kind == table.Time {
			if c.Ordered && c.summary.count > 0 && col.Times[i] < c.lastTime {
				c.falls.hit(t, i, col.String(i))
			}
			c.lastTime = col.Times[i]
			c.summary.time(col.Times[i])
		} else {
			c.summary.text(col.Texts[i])
			if !c.matches(col.Texts[i]) {
				c.unlike.hit(t, i, col.Texts[i])
			}
		}
	}
}

// ruleCheck checks the order of two columns.
type ruleCheck struct {
	Rule
	violation
}

func newRuleCheck(r Rule) *ruleCheck {
	message := "above " + r.Upper
	if r.Strict {
		message = "not below " + r.Upper
	}
	return &ruleCheck{r, violation{Violation: Violation{Column: r.Lower, Check: "order", Severity: cmp.Or(r.Severity, Error), Message: message}}}
}

func (r *ruleCheck) add(t chunk) {
	lower, upper := t.Column(r.Lower), t.Column(r.Upper)
	if lower == nil || upper == nil {
		return
	}
	for i := range t.Len() {
		if lower.IsNull(i) || upper.IsNull(i) {
			continue
		}
		if d := compare(lower, upper, i); d > 0 || d == 0 && r.Strict {
			r.hit(t, i, lower.String(i)+" against "+upper.String(i))
		}
	}
}
