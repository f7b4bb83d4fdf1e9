package schema

import (
	"cmp"
	"fmt"
	"math"

	"example.com/engine/table"
)

// check tells whether there are too few rows or too many. A nil r allows all.
func (r *Rows) check(rows int) []violation {
	if r == nil {
		return nil
	}
	v := violation{Violation{Check: "rows", Severity: cmp.Or(r.Severity, Error), Count: 1, Share: 1}}
	switch {
	case r.Min != nil && rows < *r.Min:
		v.Message = fmt.Sprintf("%d rows, fewer than the %d expected", rows, *r.Min)
	case r.Max != nil && rows > *r.Max:
		v.Message = fmt.Sprintf("%d rows, more than the %d expected", rows, *r.Max)
	default:
		return nil
	}
	return []violation{v}
}

// distribution checks the figures of all values of a number; without a value
// there are none.
func (c *columnCheck) distribution() []violation {
	s := &c.summary
	var found []violation
	check := func(name, what string, value float64, b *Bounds) {
		if b == nil || math.IsNaN(value) {
			return
		}
		if message := b.outside(value); message != "" {
			v := c.violation(name, what+" "+shown(value)+" is "+message)
			v.Count, v.Share = 1, 1
			found = append(found, v)
		}
	}
	if s.count == 0 {
		return nil
	}
	check("mean", "the mean", s.mean, c.Mean)
	check("std", "the standard deviation", math.Sqrt(s.m2/float64(s.count-1)), c.Std)
	if c.quantiles == nil {
		return found
	}
	points := c.quantiles.Points()
	for _, q := range c.Quantiles {
		check("quantile", fmt.Sprintf("the %v quantile", q.At), points.Quantile(q.At), &q.Bounds)
	}
	return found
}

// outside says which end v is beyond, or nothing.
func (b *Bounds) outside(v float64) string {
	switch {
	case b.Min != nil && v < *b.Min:
		return "below the minimum " + table.FormatFloat(*b.Min)
	case b.Max != nil && v > *b.Max:
		return "above the maximum " + table.FormatFloat(*b.Max)
	}
	return ""
}

// shown is a figure to six digits.
func shown(v float64) string { return table.FormatFloat(table.Significant(v, 6)) }

func (b *Bounds) validate() error {
	if b != nil && b.Min != nil && b.Max != nil && *b.Min > *b.Max {
		return fmt.Errorf("min %v is above max %v", *b.Min, *b.Max)
	}
	return nil
}
