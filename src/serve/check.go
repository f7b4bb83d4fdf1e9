package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// finding is a value that the schema does not allow, though it is of the
// right type.
type finding struct {
	row, column int
	severity    schema.Severity
	check       string // below, above, unseen, order, or beyond the training rows
	detail      string
	value       json.RawMessage
}

// check compares the rows with the ranges, categories and rules of the schema.
func (f *frame) check() []finding {
	var found []finding
	for i := range f.in.columns {
		switch c := &f.in.columns[i]; {
		case c.kind == table.Float && (c.Min != nil || c.Max != nil):
			found = f.checkRange(found, i)
		case c.kind == table.Category && len(c.levels) > 0:
			found = f.checkLevels(found, i)
		case c.known != nil:
			found = f.checkKnown(found, i)
		}
		if c := &f.in.columns[i]; c.low != nil && c.high != nil {
			found = f.checkTrained(found, i)
		}
	}
	for _, r := range f.in.rules {
		found = f.checkOrder(found, r)
	}
	return found
}

func (f *frame) checkRange(found []finding, column int) []finding {
	c := &f.in.columns[column]
	for row, v := range f.columns[column].Floats {
		if c.Min != nil && v < *c.Min {
			found = append(found, finding{row, column, c.severity(), "below", "is below " + formatNumber(*c.Min), json.RawMessage(formatNumber(v))})
		}
		if c.Max != nil && v > *c.Max {
			found = append(found, finding{row, column, c.severity(), "above", "is above " + formatNumber(*c.Max), json.RawMessage(formatNumber(v))})
		}
	}
	return found
}

func (f *frame) checkLevels(found []finding, column int) []finding {
	c, col := &f.in.columns[column], f.columns[column]
	if len(col.Levels) == len(c.levels) {
		return found
	}
	for row, code := range col.Codes {
		if int(code) >= len(c.levels) {
			value := echoText([]byte(col.Levels[code]))
			found = append(found, finding{row, column, c.unseen(), "unseen", "is a category that the model has not seen", value})
		}
	}
	return found
}

// checkKnown compares with the categories of the training rows.
func (f *frame) checkKnown(found []finding, column int) []finding {
	c, col := &f.in.columns[column], f.columns[column]
	for row, code := range col.Codes {
		if code >= 0 && !c.known[col.Levels[code]] {
			value := echoText([]byte(col.Levels[code]))
			found = append(found, finding{row, column, schema.Warning, "unseen", "is a category that the model has not seen", value})
		}
	}
	return found
}

// checkTrained warns of values, allowed by the schema, that lie beyond those that the model was
// fitted on: there it guesses.
func (f *frame) checkTrained(found []finding, column int) []finding {
	c, col := &f.in.columns[column], f.columns[column]
	if c.kind == table.Float {
		for row, v := range col.Floats {
			if (v < *c.low || v > *c.high) && c.allows(v) {
				found = append(found, c.outside(col, row, column, v))
			}
		}
		return found
	}
	for row, v := range col.Times {
		seconds := float64(v) / float64(time.Second)
		if v != table.NullTime && (seconds < *c.low || seconds > *c.high) {
			found = append(found, c.outside(col, row, column, seconds))
		}
	}
	return found
}

// beyond is the check of values beyond those of the training rows.
const beyond = "beyond"

func (c *input) outside(col *table.Column, row, column int, v float64) finding {
	side, bound := "below", *c.low
	if v > *c.high {
		side, bound = "above", *c.high
	}
	detail := fmt.Sprintf("is %s %s, the %s that the model was fitted on", side, c.show(bound), map[string]string{"below": "least", "above": "greatest"}[side])
	return finding{row, column, schema.Warning, beyond, detail, cellJSON(col, row)}
}

// show is a number or, in seconds, a time.
func (c *input) show(v float64) string {
	if c.kind != table.Time {
		return formatNumber(v)
	}
	return time.Unix(int64(v), 0).UTC().Format(cmp.Or(c.Layout, time.RFC3339))
}

func (f *frame) checkOrder(found []finding, r orderRule) []finding {
	lower, upper := f.columns[r.lower], f.columns[r.upper]
	severity := r.Severity
	if severity == "" {
		severity = schema.Error
	}
	relation := "above"
	if r.Strict {
		relation = "not below"
	}
	for row := range f.rows {
		if lower.IsNull(row) || upper.IsNull(row) {
			continue
		}
		if d := compare(lower, upper, row); d > 0 || d == 0 && r.Strict {
			detail := fmt.Sprintf("is %s %s, which is %s", relation, r.Upper, upper.String(row))
			found = append(found, finding{row, r.lower, severity, "order", detail, cellJSON(lower, row)})
		}
	}
	return found
}

// compare orders two numbers or two times of a row.
func compare(a, b *table.Column, row int) int {
	if a.Kind == table.Time {
		return cmp.Compare(a.Times[row], b.Times[row])
	}
	return cmp.Compare(a.Floats[row], b.Floats[row])
}

// cellJSON is a value as JSON.
func cellJSON(c *table.Column, row int) json.RawMessage {
	if c.Kind == table.Float {
		return json.RawMessage(formatNumber(c.Floats[row]))
	}
	return echoText([]byte(c.String(row)))
}

func (c *input) severity() schema.Severity {
	if c.Severity == "" {
		return schema.Error
	}
	return c.Severity
}

// unseen is the severity of a category that the schema does not name.
func (c *input) unseen() schema.Severity {
	if c.OnUnseen == "" {
		return c.severity()
	}
	return c.OnUnseen
}
