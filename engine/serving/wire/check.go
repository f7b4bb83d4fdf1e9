package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Finding is a value that the schema does not allow, and that can be answered all
// the same.
type Finding struct {
	Row, Column int
	Severity    schema.Severity
	Check       string // of a value: below, above, unseen, pattern, integer, null, type; order; or Beyond
	Detail      string
	Value       json.RawMessage
}

// Check compares the rows with what the schema asks of values and of pairs of
// columns, and with the training rows.
func (f *Frame) Check() []Finding {
	found := slices.Clone(f.doubts)
	for i := range f.In.Columns {
		c := &f.In.Columns[i]
		found = f.checkValues(found, i)
		if c.known != nil {
			found = f.checkKnown(found, i)
		}
		if c.low != nil && c.high != nil {
			found = f.checkTrained(found, i)
		}
	}
	for i := range f.In.rules {
		found = f.checkOrder(found, &f.In.rules[i])
	}
	return found
}

func (f *Frame) checkValues(found []Finding, column int) []Finding {
	c, col := &f.In.Columns[column], f.Columns[column]
	c.values.Check(col, func(row int, check string) {
		name, detail := c.tell(check)
		switch {
		case check == "integer" && col.Floats[row] == math.Trunc(col.Floats[row]):
			return // JSON has whole numbers beyond 2^53
		case check == "null" && f.doubted(row, column):
			return
		}
		found = append(found, Finding{row, column, c.SeverityOf(check), name, detail, CellJSON(col, row)})
	})
	return found
}

// tell names a check of the schema to clients, and says what is wrong.
func (c *Input) tell(check string) (name, detail string) {
	switch check {
	case "min":
		return "below", "is below " + table.FormatFloat(c.values.Low)
	case "max":
		return "above", "is above " + table.FormatFloat(c.values.High)
	case "category":
		return "unseen", unseen
	case "pattern":
		return check, "is not of the pattern " + c.Pattern
	case "integer":
		return check, fraction
	default:
		return check, "is " + check // null
	}
}

const (
	unseen   = "is a category that the model has not seen"
	fraction = "is not a whole number"
)

// Doubt keeps what is wrong with a value, which stays null, as a finding where the
// schema has no more than a warning for values of another type. Where it is an
// error it returns false.
func (f *Frame) Doubt(column, row int, wrong *Fault) bool {
	c := &f.In.Columns[column]
	if !c.lenient || wrong.Detail == fraction {
		return false
	}
	if severity := c.SeverityOf("type"); severity != schema.Off {
		f.doubts = append(f.doubts, Finding{row, column, severity, "type", wrong.Detail, wrong.Value})
	}
	return true
}

// doubted tells whether a null stands for a value of another type.
func (f *Frame) doubted(row, column int) bool {
	return slices.ContainsFunc(f.doubts, func(d Finding) bool { return d.Row == row && d.Column == column })
}

// checkKnown compares with the categories of the training rows.
func (f *Frame) checkKnown(found []Finding, column int) []Finding {
	c, col := &f.In.Columns[column], f.Columns[column]
	for row, code := range col.Codes {
		if code >= 0 && !c.known[col.Levels[code]] {
			value := EchoText([]byte(col.Levels[code]))
			found = append(found, Finding{row, column, schema.Warning, "unseen", unseen, value})
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
			if (v < *c.low || v > *c.high) && c.values.Allows(v) {
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
		return table.FormatFloat(v)
	}
	return time.Unix(int64(v), 0).UTC().Format(cmp.Or(c.Layout, time.RFC3339))
}

func (f *Frame) checkOrder(found []Finding, r *orderRule) []Finding {
	lower, upper := f.Columns[r.lower], f.Columns[r.upper]
	relation := "above"
	if r.Strict {
		relation = "not below"
	}
	r.Check(lower, upper, func(row int) {
		detail := fmt.Sprintf("is %s %s, which is %s", relation, r.Upper, upper.String(row))
		found = append(found, Finding{row, r.lower, r.SeverityOf(), "order", detail, CellJSON(lower, row)})
	})
	return found
}

// Fault is a finding as it is told to the client.
func (f *Frame) Fault(w Finding, locate Locator) Fault {
	c := &f.In.Columns[w.Column]
	return Fault{Pointer: locate(w.Row, w.Column), Detail: w.Detail, Value: w.Value, Allowed: c.Allowed}
}
