package infer

import (
	"math"
	"slices"
	"time"

	"example.com/engine/schema"
	"example.com/engine/table"
)

// maxListed is how many categories a schema lists at most.
const maxListed = 50

func (o *observed) guessNumber(c *schema.Column, f *Facts) {
	c.Type = schema.Number
	if o.integers == o.numbers {
		c.Type = schema.Integer
	}
	f.Whole = o.whole == o.numbers
	o.guessOdd(c, f, o.numbers, "numbers")
	allowNulls(c, f)
	p := o.quantiles.Points()
	f.Min, f.Max = p.Values[0], p.Values[len(p.Values)-1]
	f.Mean, f.Skewness = o.moments.mean, o.moments.skewness()
	f.Median, f.P01, f.P99 = p.Quantile(0.5), p.Quantile(0.01), p.Quantile(0.99)
	f.Sentinels = o.sentinelsOf()
	lo, hi := o.bounds(f.Sentinels)
	if lo < hi {
		o.guessRange(c, f, lo, hi)
	}
	if len(f.Sentinels) > 0 {
		f.note("nulls", "%s may mean \"not known\"; if so, add it to nulls", levelList(f.Sentinels))
	}
	if len(f.Sentinels) == 0 && f.Skewness > 3 && lo >= 0 && f.P99 > 5*f.Median {
		f.note("type", "a heavy tail: half are at most %s, 1 in 100 is above %s; its logarithm may serve a linear model better", short(f.Median), short(f.P99))
	}
	if c.Type == schema.Integer && f.Distinct == 2 {
		f.note("type", "two values; if they are classes, make it a category")
	}
	if o.dressed > 0 {
		o.guessStrip(c, f)
	}
	if o.measured > 0 {
		c.Suffix, c.Unit = o.unit, o.unit
		f.note("suffix", "%d of %d values have this behind the number", o.measured, o.numbers)
	}
}

// guessStrip says what numbers are dressed in, and so perhaps their unit.
func (o *observed) guessStrip(c *schema.Column, f *Facts) {
	c.Strip = o.strip
	f.note("strip", "%d of %d values have separators of thousands, a currency or a percent sign, which are taken out", o.dressed, o.numbers)
	if signs := signsOf(o.strip); len(signs) == 1 {
		c.Unit = string(signs)
	}
}

// guessRange bounds numbers with room for half their width at each side, but
// not across zero, and within 0 to 1 for shares.
func (o *observed) guessRange(c *schema.Column, f *Facts, lo, hi float64) {
	width := hi - lo
	if c.Type == schema.Integer && width == 1 { // a flag
		setRange(c, lo, hi)
		return
	}
	least, most := roundDown(lo-width/2, stepOf(width)), roundUp(hi+width/2, stepOf(width))
	switch {
	case lo >= 0 && hi <= 1 && c.Type == schema.Number:
		least, most = 0, 1
	case lo >= 0:
		least = max(least, 0)
	case hi <= 0:
		most = min(most, 0)
	}
	if c.Type == schema.Integer {
		least, most = math.Floor(least), math.Ceil(most)
	}
	setRange(c, least, most)
	f.note("max", "found %s to %s; half the width is left at each side", short(lo), short(hi))
}

func setRange(c *schema.Column, least, most float64) {
	c.Min, c.Max = &least, &most
	warn(c, "min")
	warn(c, "max")
}

// roundDown returns the multiple of step at or below v, roundUp that at or above
// it.
func roundDown(v, step float64) float64 { return -roundUp(-v, step) }

func roundUp(v, step float64) float64 {
	n := math.Ceil(v/step) * step
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return v
	}
	return table.Significant(n, 15) + 0
}

// stepOf is the power of ten that cuts a width into ten to a hundred parts.
func stepOf(width float64) float64 { return math.Pow(10, math.Floor(math.Log10(width))-1) }

// short is a number to three digits, for a comment.
func short(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e7 {
		return table.FormatFloat(v)
	}
	return table.FormatFloat(table.Significant(v, 3))
}

func (o *observed) guessTime(c *schema.Column, f *Facts) {
	c.Type = schema.Time
	if o.isCompactDate() {
		c.Layout = "20060102"
		f.note("layout", "numbers of eight digits that are all dates")
		f.First, f.Last = day(o.lo), day(o.hi)
		allowNulls(c, f)
		return
	}
	layout, fits, other, ambiguous := o.times.best()
	c.Layout = layout
	if ambiguous {
		f.note("layout", "day and month can't be told apart; the other reading is %s", other)
	}
	o.guessOdd(c, f, fits, "dates")
	allowNulls(c, f)
	f.First, f.Last = o.times.span(layout)
	usual := []string{"1900-01-01", "1970-01-01", "1899-12-30", "2099-12-31"}
	if first := f.First.Format(time.DateOnly); slices.Contains(usual, first) {
		f.note("nulls", "the first, %s, may mean \"not known\"; if so, add it to nulls as it stands in the file", first)
	}
	if last := f.Last.Format(time.DateOnly); slices.Contains(usual, last) {
		f.note("nulls", "the last, %s, may mean \"not known\"; if so, add it to nulls as it stands in the file", last)
	}
}

func day(v float64) time.Time {
	t, _ := time.Parse("20060102", table.FormatFloat(v))
	return t
}

func parseTime(s, layout string) (int64, bool) {
	v, err := table.ParseTime(s, layout)
	return v, err == nil
}

func (o *observed) guessText(c *schema.Column, f *Facts) {
	allowNulls(c, f)
	if t := &o.times; 2*t.zoned > min(t.seen, tried) {
		f.note("type", "times in the zone %s, of which the offset is not known: with one, as +01:00, they would be times", t.zone)
	}
	if o.padded > 0 && o.oddCount == 0 {
		f.note("type", "digits with leading zeros: codes, not numbers")
	}
	if 2*f.Distinct > o.values() || f.Levels == nil {
		c.Type = schema.Text
		c.Pattern = o.shape.pattern()
		patternNote(c, f)
		if o.spaces*2 > o.values() || o.longest > 50 {
			f.Role = FreeText
			f.note("type", "words: %d different ones in %d rows, up to %d bytes long", f.Distinct, f.Rows, o.longest)
		} else if f.Levels == nil || f.Distinct > maxListed {
			f.note("type", "%d different values in %d rows: too many for a category", f.Distinct, f.Rows)
		}
		return
	}
	c.Type = schema.Category
	if len(f.Levels) > maxListed {
		c.Pattern = o.shape.pattern()
		patternNote(c, f)
		f.note("type", "%d different values; those not listed are allowed", len(f.Levels))
		return
	}
	for _, l := range f.Levels {
		c.Categories = append(c.Categories, l.Value)
	}
	slices.Sort(c.Categories)
	c.OnUnseen = schema.Warning
	if rare := f.Levels[len(f.Levels)-1]; rare.Count*1000 < f.Rows {
		f.note("categories", "the rarest, %q, comes %d times", rare.Value, rare.Count)
	}
}

func patternNote(c *schema.Column, f *Facts) {
	if c.Pattern == "" {
		return
	}
	warn(c, "pattern")
	f.note("pattern", "every value has this shape")
}

func timeOf(v int64) time.Time { return time.Unix(0, v).UTC() }
