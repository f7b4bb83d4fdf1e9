package wire

import (
	"cmp"
	"math"
	"strconv"
	"time"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// Example is a row as JSON: with the given values, and for other columns some
// that the schema allows.
func (in *Inputs) Example(given map[string]any) []byte {
	b := []byte{'{'}
	for i := range in.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		c := &in.Columns[i]
		b = append(AppendJSON(b, c.Name), ':')
		if v, ok := given[c.Name]; ok {
			b = AppendJSON(b, v)
		} else {
			b = append(b, c.typical()...)
		}
	}
	return append(b, '}')
}

// typical is a value that the schema allows, as JSON: the middle of a range,
// the first of the categories.
func (c *Input) typical() string {
	switch {
	case c.Type == schema.Category && len(c.Levels) > 0:
		return string(AppendJSON(nil, c.Levels[0]))
	case c.Type == schema.Time:
		return `"` + time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Format(cmp.Or(c.Layout, time.DateOnly)) + `"`
	case c.Type == schema.Number || c.Type == schema.Integer:
		return c.typicalNumber()
	case c.takesNull:
		return "null"
	default:
		return `"text"`
	}
}

func (c *Input) typicalNumber() string {
	v, low, high := 0.0, c.values.Low, c.values.High
	switch {
	case IsFinite(low) && IsFinite(high):
		v = (low + high) / 2
	case IsFinite(low):
		v = math.Max(low, 1)
	case IsFinite(high):
		v = high
	}
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64); err == nil && c.values.Allows(rounded) {
		v = rounded
	}
	if c.Type == schema.Integer {
		if v = math.Ceil(v); !c.values.Allows(v) {
			v = math.Floor(v)
		}
	}
	return table.FormatFloat(v)
}
