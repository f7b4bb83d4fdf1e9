package onnx

import (
	"fmt"
	"time"

	"example.com/engine/derive"
	"example.com/engine/table"
)

const day = int64(24 * time.Hour)

// date takes times apart in whole numbers, by the calendar of days of Hinnant,
// chrono-Compatible Low-Level Date Algorithms (2013), whose years begin in
// March. Times are between the years 1677 and 2262, so after the shift of
// civil all is positive and division rounds down.
func (e *exporter) date(d *derive.Date) error {
	c := *e.column(d.Column)
	t := e.clock(c.tensor)
	for _, part := range d.Parts {
		x := map[string]string{
			"year": t.year, "month": t.month, "day": t.day,
			"hour": t.hour, "weekday": t.weekday, "day_of_year": t.dayOfYear,
		}[part]
		if x == "" {
			return fmt.Errorf("the part %q can't be expressed: package onnx does not know it", part)
		}
		e.addColumn(d.Column+"_"+part, e.where(e.noTime(c.tensor), e.null(), e.cast(x, doubles)), rounding{})
	}
	return nil
}

// noTime tells which times are null.
func (e *exporter) noTime(t string) string { return e.equal(t, e.whole(table.NullTime)) }

// clock is the parts of times, int64 [N], of any value where a time is null.
type clock struct{ year, month, day, hour, weekday, dayOfYear string }

func (e *exporter) clock(t string) clock {
	n := e.whole
	// Division cuts towards 0, so the rest may be negative.
	days := e.div(t, n(day))
	rest := e.sub(t, e.mul(days, n(day)))
	before := e.less(rest, n(0))
	days = e.where(before, e.sub(days, n(1)), days)
	rest = e.where(before, e.add(rest, n(day)), rest)

	z := e.add(days, n(719468)) // from 0000-03-01
	era := e.div(z, n(146097))
	inEra := e.sub(z, e.mul(era, n(146097)))
	leaps := e.sub(e.sub(e.div(inEra, n(36524)), e.div(inEra, n(1460))), e.div(inEra, n(146096)))
	yearOfEra := e.div(e.add(inEra, leaps), n(365))
	inYear := e.sub(inEra, e.sub(e.add(e.mul(yearOfEra, n(365)), e.div(yearOfEra, n(4))), e.div(yearOfEra, n(100))))
	march := e.div(e.add(e.mul(inYear, n(5)), n(2)), n(153)) // months since March
	late := e.op("GreaterOrEqual", march, n(10))             // January and February

	c := clock{hour: e.div(rest, n(int64(time.Hour)))}
	c.month = e.where(late, e.sub(march, n(9)), e.add(march, n(3)))
	c.day = e.add(e.sub(inYear, e.div(e.add(e.mul(march, n(153)), n(2)), n(5))), n(1))
	year := e.add(yearOfEra, e.mul(era, n(400)))
	c.year = e.where(late, e.add(year, n(1)), year)
	c.weekday = e.op("Mod", e.add(days, n(3)), n(7)) // 1970-01-01 was a Thursday

	past := e.sub(c.year, n(1))
	leaps = e.add(e.sub(e.div(past, n(4)), e.div(past, n(100))), e.div(past, n(400)))
	newYear := e.sub(e.add(e.mul(past, n(365)), leaps), n(719162)) // days from 1970 to January 1st
	c.dayOfYear = e.add(e.sub(days, newYear), n(1))
	return c
}

// daysSince counts whole days and the rest apart, as Go does.
func (e *exporter) daysSince(d *derive.DaysSince) {
	to := e.column(d.Column).tensor
	null := e.noTime(to)
	start, _ := time.Parse(time.DateOnly, d.Since)
	from := e.whole(start.UnixNano())
	if d.SinceColumn != "" {
		from = e.column(d.SinceColumn).tensor
		null = e.or(null, e.noTime(from))
	}
	length := e.whole(day)
	days := e.sub(e.div(to, length), e.div(from, length))
	rest := func(t string) string { return e.sub(t, e.mul(e.div(t, length), length)) }
	share := e.div(e.cast(e.sub(rest(to), rest(from)), doubles), e.num(float64(day)))
	e.addColumn(d.Name, e.where(null, e.null(), e.add(e.cast(days, doubles), share)), rounding{})
}
