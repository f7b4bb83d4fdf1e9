package schema

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"example.com/engine/selection"
	"example.com/engine/sketch"
	"example.com/engine/table"
)

// Summary says what one column holds.
type Summary struct {
	Name  string `json:"name"`
	Type  Type   `json:"type"`
	Unit  string `json:"unit,omitempty"`
	Count int    `json:"count"` // of values that are not null
	Nulls int    `json:"nulls"`

	// Of numbers. Std is that of a sample, over n - 1, and nil below two
	// values. All are nil without values, or where float64 overflows.
	Mean *float64 `json:"mean,omitempty"`
	Std  *float64 `json:"std,omitempty"`
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`

	// Of times.
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`

	// Of categories: how many different ones, beyond 10,000 about 1 % off, and
	// the most frequent.
	Distinct int     `json:"distinct,omitempty"`
	Levels   []Level `json:"levels,omitempty"`

	// Of texts: bytes of the longest.
	Longest int `json:"longest,omitempty"`
}

// Level is a category and how often it comes.
type Level = sketch.Level

const (
	maxSummaryLevels = 100    // of a Summary
	maxCounted       = 10_000 // categories that are told apart while counting
)

// summary gathers a Summary, value by value, so that the result does not
// depend on where chunks end.
type summary struct {
	count, nulls int
	mean, m2     float64 // of Welford (1962): m2 is the sum of squared deviations
	min, max     float64
	first, last  int64
	levels       *sketch.Counts
	distinct     *sketch.Distinct
	longest      int
}

func (s *summary) number(v float64) {
	if s.count == 0 {
		s.min, s.max = v, v
	}
	s.count++
	d := v - s.mean
	s.mean += d / float64(s.count)
	s.m2 += d * (v - s.mean)
	if v < s.min {
		s.min = v
	}
	if v > s.max {
		s.max = v
	}
}

func (s *summary) time(v int64) {
	if s.count == 0 {
		s.first, s.last = v, v
	}
	s.count++
	s.first, s.last = min(s.first, v), max(s.last, v)
}

func (s *summary) level(value string, n int) {
	if n == 0 {
		return
	}
	if s.levels == nil {
		s.levels, s.distinct = sketch.NewCounts(maxCounted), sketch.NewDistinct()
	}
	s.count += n
	s.levels.Add(value, n)
	s.distinct.Add(sketch.Hash(value))
}

func (s *summary) text(v string) {
	s.count++
	s.longest = max(s.longest, len(v))
}

func (s *summary) of(c *Column) Summary {
	out := Summary{Name: c.Name, Type: c.Type, Unit: c.Unit, Count: s.count, Nulls: s.nulls, Longest: s.longest}
	if s.count == 0 {
		return out
	}
	switch c.Type.Kind() {
	case table.Float:
		out.Mean, out.Min, out.Max = finite(s.mean), finite(s.min), finite(s.max)
		out.Std = finite(math.Sqrt(s.m2 / float64(s.count-1)))
	case table.Time:
		first, last := time.Unix(0, s.first).UTC(), time.Unix(0, s.last).UTC()
		out.First, out.Last = &first, &last
	case table.Category:
		out.Distinct = s.distinct.Count() // exact up to 16,384
		out.Levels = s.levels.Levels()
		out.Levels = out.Levels[:min(len(out.Levels), maxSummaryLevels)]
	}
	return out
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// FindRepeats compares rows by all columns but the target, which may be empty or
// not there: then all targets agree. first holds for each row the first one that
// is the same.
func FindRepeats(t *table.Table, target string) (r selection.Repeats, first []int32) {
	features := slices.DeleteFunc(slices.Clone(t.Columns()), func(c *table.Column) bool { return c.Name == target })
	first = table.FirstEqual(t.Len(), features...)
	same := make([]int32, t.Len())
	if c := t.Column(target); c != nil {
		same = table.FirstEqual(t.Len(), c)
	}
	return selection.FindRepeats(first, same), first
}

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
