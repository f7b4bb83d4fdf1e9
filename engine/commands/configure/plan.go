package configure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/schema/infer"
)

// plan is what becomes of a table: all that is decided before anything is
// learned. It is a value; another decision makes another plan.
type plan struct {
	goal
	found   *infer.Inference // read only
	order   ordering
	uses    []use // of the columns, in the order of the file
	dates   dateUse
	derived derivations
}

// newPlan finds a use for every column.
func newPlan(found *infer.Inference, g goal, o ordering) plan {
	p := plan{goal: g, found: found, order: o}
	for i, c := range found.Schema.Columns {
		u := useOf(c, &found.Facts[i], g, o)
		u.name = c.Name
		p.uses = append(p.uses, u)
	}
	return p.with(everyPart)
}

// with returns the plan with another use of dates.
func (p plan) with(d dateUse) plan {
	p.dates, p.derived = d, derivations{}
	for _, name := range p.of(isDate) {
		p.derived.takeApart(p, name)
	}
	return p
}

// dateUse is what of a date is made a column.
type dateUse int

const (
	everyPart dateUse = iota
	seasons           // what comes again, not how time goes on
	steady            // without what has not come round twice in the rows
)

// of lists the columns of some kinds.
func (p plan) of(kinds ...useKind) []string {
	var names []string
	for _, u := range p.uses {
		if slices.Contains(kinds, u.kind) {
			names = append(names, u.name)
		}
	}
	return names
}

// checkInputs refuses a table without a column to predict the target from.
func (p plan) checkInputs() error {
	if len(p.of(isNumber, isCodes, isMany, isDate)) > 0 {
		return nil
	}
	var reasons []string
	for _, u := range p.uses {
		if u.kind != isTarget {
			reasons = append(reasons, fmt.Sprintf("%q is left out (%s)", u.name, cmp.Or(u.why, string(u.kind))))
		}
	}
	return fmt.Errorf("there is no column to predict %q from: %s; bring more columns, or choose another target with TARGET=",
		p.target, strings.Join(reasons, ", "))
}

// use is what becomes of a column.
type use struct {
	name string
	kind useKind
	why  string
}

// useKind is how a column is used, in the words of the report.
type useKind string

const (
	isTarget useKind = "target"
	isNumber useKind = "numbers"
	isCodes  useKind = "categories"
	isMany   useKind = "categories of many values, by the target's mean"
	isDate   useKind = "dates, taken apart"
	isGroup  useKind = "groups, for the split"
	leftOut  useKind = "left out"
)

// useKinds is their order in the report.
var useKinds = []useKind{isTarget, isNumber, isCodes, isMany, isDate, isGroup, leftOut}

// mostLevels is how many categories a boosting takes as codes, which it bins.
const mostLevels = 100

func useOf(c schema.Column, f *infer.Facts, g goal, o ordering) use {
	switch {
	case c.Name == g.target:
		return use{kind: isTarget}
	case c.Name == o.group && !o.panel:
		return use{kind: isGroup}
	case c.Name == o.lone:
		return use{kind: leftOut, why: "names what rows belong to, which a model would learn by heart"}
	case f.DuplicateOf == g.target:
		return use{kind: leftOut, why: "the same as the target in every row, so it would give it away"}
	case f.Recodes == g.target:
		return use{kind: leftOut, why: "says the same as the target in other words, so it would give it away"}
	}
	if why := dropped(c, f); why != "" && c.Name != o.time {
		return use{kind: leftOut, why: why}
	}
	if o.time != "" && c.Name != o.time && c.Type == schema.Integer && f.Rising && f.Unique {
		return use{kind: leftOut, why: "counts on from row to row as the time does, so that no training row has the values of a test row"}
	}
	switch c.Type {
	case schema.Time:
		return use{kind: isDate}
	case schema.Category, schema.Text:
		if f.Distinct > mostLevels {
			return use{kind: isMany}
		}
		return use{kind: isCodes}
	}
	return use{kind: isNumber}
}

// mostNulls is the share of nulls from which a column says too little.
const mostNulls = 0.99

// dropped says why a column is of no use to a model, or nothing.
func dropped(c schema.Column, f *infer.Facts) string {
	values := f.Rows - f.Nulls
	switch {
	case f.Role == infer.ID:
		return "an id: every value comes once"
	case f.Role == infer.Constant:
		return "one value in all rows"
	case f.Role == infer.Duplicate:
		return fmt.Sprintf("the same as %s in every row", config.Quote(f.DuplicateOf))
	case float64(f.Nulls) > mostNulls*float64(f.Rows):
		return fmt.Sprintf("empty in %d of %d rows", f.Nulls, f.Rows)
	case f.Role == infer.FreeText:
		return fmt.Sprintf("text, %d different ones in %d rows: no transformer here reads words; "+
			"a rule in src/own/rules.go can make a column of what matters in it", f.Distinct, values)
	case c.Type == schema.Text && 2*f.Distinct > values:
		return fmt.Sprintf("%d different values in %d rows, too many to learn from any; "+
			"a rule in src/own/rules.go can take a part of them", f.Distinct, values)
	}
	return ""
}
