package main

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"time"

	"example.com/engine/schema"
)

// setExample makes the row that the page and the API's description start with,
// from the settings and, for what they don't name, from the schema. It returns
// what of the settings the model does not take.
func (c *champion) setExample(given map[string]any) error {
	c.example = exampleOf(c.inputs, given)
	f := c.inputs.take()
	defer f.giveBack()
	var d decoder
	d.reset(c.example, f, 1)
	if _, err := d.document(); err != nil {
		return err
	}
	for name := range given {
		if _, ok := c.inputs.index[name]; !ok {
			d.add(fault{Pointer: pointer(name), Detail: c.inputs.unknown(name)})
		}
	}
	if !d.any() {
		return nil
	}
	c.example = exampleOf(c.inputs, nil)
	return fmt.Errorf("example: %s %s", d.list[0].Pointer, d.list[0].Detail)
}

// exampleOf is a row as JSON.
func exampleOf(in *inputs, given map[string]any) []byte {
	b := []byte{'{'}
	for i := range in.columns {
		if i > 0 {
			b = append(b, ',')
		}
		c := &in.columns[i]
		b = append(appendJSON(b, c.Name), ':')
		if v, ok := given[c.Name]; ok {
			b = appendJSON(b, v)
		} else {
			b = append(b, c.typical()...)
		}
	}
	return append(b, '}')
}

// typical is a value that the schema allows, as JSON: the middle of a range,
// the first of the categories.
func (c *input) typical() string {
	switch {
	case c.Type == schema.Category && len(c.levels) > 0:
		return string(appendJSON(nil, c.levels[0]))
	case c.Type == schema.Time:
		return `"` + time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Format(cmp.Or(c.Layout, time.DateOnly)) + `"`
	case c.Type == schema.Number || c.Type == schema.Integer:
		return c.typicalNumber()
	case c.Nullable:
		return "null"
	default:
		return `"text"`
	}
}

func (c *input) typicalNumber() string {
	v := 0.0
	switch {
	case c.Min != nil && c.Max != nil:
		v = (*c.Min + *c.Max) / 2
	case c.Min != nil:
		v = math.Max(*c.Min, 1)
	case c.Max != nil:
		v = *c.Max
	}
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64); err == nil && c.allows(rounded) {
		v = rounded
	}
	if c.Type == schema.Integer {
		if v = math.Ceil(v); !c.allows(v) {
			v = math.Floor(v)
		}
	}
	return formatNumber(v)
}

// allows tells whether the schema's range has v.
func (c *input) allows(v float64) bool {
	return (c.Min == nil || v >= *c.Min) && (c.Max == nil || v <= *c.Max)
}
