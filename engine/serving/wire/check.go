package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Finding is a value that the schema does not allow, though it is of the
// right type.
type Finding struct {
	Row, Column int
	Severity    schema.Severity
	Check       string // below, above, unseen, order, or beyond the training rows
	Detail      string
	Value       json.RawMessage
}

// Check compares the rows with the ranges, categories and rules of the schema.
func (f *Frame) Check() []Finding {
	var found []Finding
	for i := range f.In.Columns {
		switch c := &f.In.Columns[i]; {
		case c.Kind == table.Float && (c.Min != nil || c.Max != nil):
			found = f.checkRange(found, i)
		case c.Kind == table.Category && len(c.Levels) > 0:
			found = f.checkLevels(found, i)
		case c.known != nil:
			found = f.checkKnown(found, i)
		}
		if c := &f.In.Columns[i]; c.low != nil && c.high != nil {
			found = f.checkTrained(found, i)
		}
	}
	for _, r := range f.In.rules {
		found = f.checkOrder(found, r)
	}
	return found
}

func (f *Frame) checkRange(found []Finding, column int) []Finding {
	c := &f.In.Columns[column]
	for row, v := range f.Columns[column].Floats {
		if c.Min != nil && v < *c.Min {
			found = append(found, Finding{row, column, c.RangeSeverity(), "below", "is below " + formatNumber(*c.Min), json.RawMessage(formatNumber(v))})
		}
		if c.Max != nil && v > *c.Max {
			found = append(found, Finding{row, column, c.RangeSeverity(), "above", "is above " + formatNumber(*c.Max), json.RawMessage(formatNumber(v))})
		}
	}
	return found
}

func (f *Frame) checkLevels(found []Finding, column int) []Finding {
	c, col := &f.In.Columns[column], f.Columns[column]
	if len(col.Levels) == len(c.Levels) {
		return found
	}
	for row, code := range col.Codes {
		if int(code) >= len(c.Levels) {
			value := EchoText([]byte(col.Levels[code]))
			found = append(found, Finding{row, column, c.UnseenSeverity(), "unseen", "is a category that the model has not seen", value})
		}
	}
	return found
}

// checkKnown compares with the categories of the training rows.
func (f *Frame) checkKnown(found []Finding, column int) []Finding {
	c, col := &f.In.Columns[column], f.Columns[column]
	for row, code := range col.Codes {
		if code >= 0 && !c.known[col.Levels[code]] {
			value := EchoText([]byte(col.Levels[code]))
			found = append(found, Finding{row, column, schema.Warning, "unseen", "is a category that the model has not seen", value})
		}
	}
	return found
}

// checkTrained warns of values, allowed by the schema, that lie beyond those that the model was
// fitted on: there it guesses.
func (f *Frame) checkTrained(found []Finding, column int) []Finding {
	c, col := &f.In.Columns[column], f.Columns[column]
	if c.Kind == table.Float {
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

// Beyond is the check of values beyond those of the training rows.
const Beyond = "beyond"

func (c *Input) outside(col *table.Column, row, column int, v float64) Finding {
	side, bound := "below", *c.low
	if v > *c.high {
		side, bound = "above", *c.high
	}
	detail := fmt.Sprintf("is %s %s, the %s that the model was fitted on", side, c.show(bound), map[string]string{"below": "least", "above": "greatest"}[side])
	return Finding{row, column, schema.Warning, Beyond, detail, CellJSON(col, row)}
}

// show is a number or, in seconds, a time.
func (c *Input) show(v float64) string {
	if c.Kind != table.Time {
		return formatNumber(v)
	}
	return time.Unix(int64(v), 0).UTC().Format(cmp.Or(c.Layout, time.RFC3339))
}

func (f *Frame) checkOrder(found []Finding, r orderRule) []Finding {
	lower, upper := f.Columns[r.lower], f.Columns[r.upper]
	severity := r.Severity
	if severity == "" {
		severity = schema.Error
	}
	relation := "above"
	if r.Strict {
		relation = "not below"
	}
	for row := range f.Rows {
		if lower.IsNull(row) || upper.IsNull(row) {
			continue
		}
		if d := compare(lower, upper, row); d > 0 || d == 0 && r.Strict {
			detail := fmt.Sprintf("is %s %s, which is %s", relation, r.Upper, upper.String(row))
			found = append(found, Finding{row, r.lower, severity, "order", detail, CellJSON(lower, row)})
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

func (c *Input) RangeSeverity() schema.Severity {
	if c.Severity == "" {
		return schema.Error
	}
	return c.Severity
}

// UnseenSeverity is the severity of a category that the schema does not name.
func (c *Input) UnseenSeverity() schema.Severity {
	if c.OnUnseen == "" {
		return c.RangeSeverity()
	}
	return c.OnUnseen
}

// Fault is a finding as it is told to the client.
func (f *Frame) Fault(w Finding, locate Locator) Fault {
	c := &f.In.Columns[w.Column]
	return Fault{Pointer: locate(w.Row, w.Column), Detail: w.Detail, Value: w.Value, Allowed: c.Allowed}
}
