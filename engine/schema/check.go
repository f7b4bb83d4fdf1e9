package schema

import (
	"fmt"
	"math"
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
	if !check.Unique || check.SeverityOf("unique") == Off {
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
	*Values
	summary summary
	hash    *table.RowHash // of a unique column
	seen    *repeats       // likewise
	missing bool
	header  []string // where it is missing

	lastNumber float64
	lastTime   int64

	quantiles *sketch.Quantiles // where quantiles are bounded

	parse, repeated, falls violation
	values                 [7]violation // of valueChecks
}

// valueChecks are the checks of single values, in the order that they are reported in.
var valueChecks = [7]string{"null", "finite", "integer", "min", "max", "category", "pattern"}

func newColumnCheck(c *Column) *columnCheck {
	check := &columnCheck{Values: NewValues(c)}
	if len(c.Quantiles) > 0 {
		check.quantiles = sketch.NewQuantiles()
	}
	messages := map[string]string{
		"null": "null", "finite": "not finite", "integer": "not a whole number, or beyond 2^53",
		"min": "below the minimum " + table.FormatFloat(check.Low), "max": "above the maximum " + table.FormatFloat(check.High),
		"category": "not one of " + list(c.Categories), "pattern": "not of the pattern " + c.Pattern,
	}
	for i, name := range valueChecks {
		check.values[i] = c.violation(name, messages[name])
	}
	check.parse = c.violation("type", "")
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

func (c *Column) violation(check, message string) violation {
	return violation{Violation: Violation{Column: c.Name, Check: check, Severity: c.SeverityOf(check), Message: message}}
}

func (c *columnCheck) add(t chunk, col *table.Column, bad table.Bad) {
	for i, row := range bad.Rows {
		c.parse.Message = strings.TrimPrefix(bad.Reason, "is ")
		c.parse.hit(t, row, bad.Values[i])
	}
	c.Check(col, func(row int, check string) {
		if check != "null" {
			c.values[slices.Index(valueChecks[:], check)].hit(t, row, col.String(row))
		} else if _, unparsed := slices.BinarySearch(bad.Rows, row); !unparsed {
			c.values[0].hit(t, row, "")
		}
	})
	switch col.Kind {
	case table.Float:
		c.addNumbers(t, col)
	case table.Category:
		c.addCategories(col)
	default:
		c.addOthers(t, col)
	}
}

// addNumbers sums up the finite numbers.
func (c *columnCheck) addNumbers(t chunk, col *table.Column) {
	for i, v := range col.Floats {
		if math.Abs(v) > math.MaxFloat64 {
			continue
		}
		if math.IsNaN(v) {
			c.summary.nulls++
			continue
		}
		if c.Ordered && c.summary.count > 0 && v < c.lastNumber {
			c.falls.hit(t, i, col.String(i))
		}
		c.lastNumber = v
		c.summary.number(v)
		if c.quantiles != nil {
			c.quantiles.Add(v)
		}
	}
}

func (c *columnCheck) addCategories(col *table.Column) {
	counts := make([]int, len(col.Levels))
	for _, code := range col.Codes {
		if code < 0 {
			c.summary.nulls++
			continue
		}
		counts[code]++ // a level may be of other chunks alone
	}
	for code, n := range counts {
		c.summary.level(col.Levels[code], n)
	}
}

// addOthers sums up times and texts.
func (c *columnCheck) addOthers(t chunk, col *table.Column) {
	for i := range col.Len() {
		switch {
		case col.IsNull(i):
			c.summary.nulls++
		case col.Kind == table.Text:
			c.summary.text(col.Texts[i])
		default:
			if c.Ordered && c.summary.count > 0 && col.Times[i] < c.lastTime {
				c.falls.hit(t, i, col.String(i))
			}
			c.lastTime = col.Times[i]
			c.summary.time(col.Times[i])
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
	return &ruleCheck{r, violation{Violation: Violation{Column: r.Lower, Check: "order", Severity: r.SeverityOf(), Message: message}}}
}

func (r *ruleCheck) add(t chunk) {
	lower, upper := t.Column(r.Lower), t.Column(r.Upper)
	if lower == nil || upper == nil {
		return
	}
	r.Check(lower, upper, func(row int) { r.hit(t, row, lower.String(row)+" against "+upper.String(row)) })
}
