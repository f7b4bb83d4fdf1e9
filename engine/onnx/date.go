package onnx

import (
	"fmt"
	"time"

	"example.com/engine/derive"
	"example.com/engine/onnx/graph"
	"example.com/engine/table"
)

const day = int64(24 * time.Hour)

// date takes times apart in whole numbers, by the calendar of days of Hinnant,
// chrono-Compatible Low-Level Date Algorithms (2013), whose years begin in
// March. Times are between the years 1677 and 2262, so after the shift of
// civil all is positive and division rounds down.
func (e *exporter) date(d *derive.Date) error {
	c := *e.column(d.Column)
	t := e.clock(c.Tensor)
	for _, part := range d.Parts {
		x := map[string]string{
			"year": t.year, "month": t.month, "day": t.day,
			"hour": t.hour, "weekday": t.weekday, "day_of_year": t.dayOfYear,
		}[part]
		if x == "" {
			return fmt.Errorf("the part %q can't be expressed: package onnx does not know it", part)
		}
		e.addColumn(d.Column+"_"+part, e.Where(e.noTime(c.Tensor), e.Null(), e.Cast(x, graph.Doubles)), graph.Rounding{})
	}
	return nil
}

// noTime tells which times are null.
func (e *exporter) noTime(t string) string { return e.Equal(t, e.Whole(table.NullTime)) }

// clock is the parts of times, int64 [N], of any value where a time is null.
type clock struct{ year, month, day, hour, weekday, dayOfYear string }

func (e *exporter) clock(t string) clock {
	n := e.Whole
	// Division cuts towards 0, so the rest may be negative.
	days := e.Div(t, n(day))
	rest := e.Sub(t, e.Mul(days, n(day)))
	before := e.Less(rest, n(0))
	days = e.Where(before, e.Sub(days, n(1)), days)
	rest = e.Where(before, e.Add(rest, n(day)), rest)

	z := e.Add(days, n(719468)) // from 0000-03-01
	era := e.Div(z, n(146097))
	inEra := e.Sub(z, e.Mul(era, n(146097)))
	leaps := e.Sub(e.Sub(e.Div(inEra, n(36524)), e.Div(inEra, n(1460))), e.Div(inEra, n(146096)))
	yearOfEra := e.Div(e.Add(inEra, leaps), n(365))
	inYear := e.Sub(inEra, e.Sub(e.Add(e.Mul(yearOfEra, n(365)), e.Div(yearOfEra, n(4))), e.Div(yearOfEra, n(100))))
	march := e.Div(e.Add(e.Mul(inYear, n(5)), n(2)), n(153)) // months since March
	late := e.Op("GreaterOrEqual", march, n(10))             // January and February

	c := clock{hour: e.Div(rest, n(int64(time.Hour)))}
	c.month = e.Where(late, e.Sub(march, n(9)), e.Add(march, n(3)))
	c.day = e.Add(e.Sub(inYear, e.Div(e.Add(e.Mul(march, n(153)), n(2)), n(5))), n(1))
	year := e.Add(yearOfEra, e.Mul(era, n(400)))
	c.year = e.Where(late, e.Add(year, n(1)), year)
	c.weekday = e.Op("Mod", e.Add(days, n(3)), n(7)) // 1970-01-01 was a Thursday

	past := e.Sub(c.year, n(1))
	leaps = e.Add(e.Sub(e.Div(past, n(4)), e.Div(past, n(100))), e.Div(past, n(400)))
	newYear := e.Sub(e.Add(e.Mul(past, n(365)), leaps), n(719162)) // days from 1970 to January 1st
	c.dayOfYear = e.Add(e.Sub(days, newYear), n(1))
	return c
}

// daysSince counts whole days and the rest apart, as Go does.
func (e *exporter) daysSince(d *derive.DaysSince) {
	to := e.column(d.Column).Tensor
	null := e.noTime(to)
	start, _ := time.Parse(time.DateOnly, d.Since)
	from := e.Whole(start.UnixNano())
	if d.SinceColumn != "" {
		from = e.column(d.SinceColumn).Tensor
		null = e.Or(null, e.noTime(from))
	}
	length := e.Whole(day)
	days := e.Sub(e.Div(to, length), e.Div(from, length))
	rest := func(t string) string { return e.Sub(t, e.Mul(e.Div(t, length), length)) }
	share := e.Div(e.Cast(e.Sub(rest(to), rest(from)), graph.Doubles), e.Num(float64(day)))
	e.addColumn(d.Name, e.Where(null, e.Null(), e.Add(e.Cast(days, graph.Doubles), share)), graph.Rounding{})
}
