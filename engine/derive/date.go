package derive

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/engine/config"
	"example.com/engine/table"
)

func init() {
	register("date", func() Derivation { return &Date{} })
	register("days_since", func() Derivation { return &DaysSince{} })
}

// Date takes a time apart, in UTC. Its columns are named <column>_<part>. The
// parts count as in pandas: a week begins with Monday, weekday 0, and a year
// with January, month 1, and with day_of_year 1.
type Date struct {
	Column string   `yaml:"column" json:"column" validate:"required"`
	Parts  []string `yaml:"parts" json:"parts" validate:"min=1,unique"`
}

var parts = map[string]func(time.Time) int{
	"year":        time.Time.Year,
	"month":       func(t time.Time) int { return int(t.Month()) },
	"day":         time.Time.Day,
	"hour":        time.Time.Hour,
	"weekday":     func(t time.Time) int { return (int(t.Weekday()) + 6) % 7 },
	"day_of_year": time.Time.YearDay,
}

const day = 24 * time.Hour

// cycles are how long parts take to begin again.
var cycles = map[string]time.Duration{
	"month": 36525 * day / 100, "day": 3044 * day / 100, "hour": day, "weekday": 7 * day, "day_of_year": 36525 * day / 100,
}

// Wraps tells whether rows over a span have seen less than two cycles of a part of a date. If they are
// ordered in time, the part is to them what goes on, as the days do, rather than what comes again; and
// where it begins again, a model that took it for that is as far off as it can be.
func Wraps(part string, span time.Duration) bool { return span < 2*cycles[part] }

// Wraps lists the parts of the dates of a column that wrap in rows over a span.
func (l List) Wraps(column string, span time.Duration) []string {
	var found []string
	for _, s := range l {
		if d, ok := s.Derivation.(*Date); ok && d.Column == column {
			found = append(found, slices.DeleteFunc(slices.Clone(d.Parts), func(part string) bool { return !Wraps(part, span) })...)
		}
	}
	return found
}

func (d *Date) inputs() []Input { return []Input{{"column", d.Column, Times}} }

func (d *Date) outputs() []table.Field {
	fields := make([]table.Field, len(d.Parts))
	for i, part := range d.Parts {
		fields[i] = table.Field{Name: d.Column + "_" + part, Kind: table.Float}
	}
	return fields
}

func (d *Date) compute(cols, in []*table.Column) []*table.Column {
	for _, part := range d.Parts {
		cols = append(cols, fromTimes(d.Column+"_"+part, in[0].Times, parts[part]))
	}
	return cols
}

func fromTimes(name string, times []int64, part func(time.Time) int) *table.Column {
	out := floats(name, len(times))
	for i, t := range times {
		if t == table.NullTime {
			out.Floats[i] = null
			continue
		}
		out.Floats[i] = float64(part(time.Unix(0, t).UTC()))
	}
	return out
}

// Validate names a part that is none.
func (d *Date) Validate() error {
	for i, part := range d.Parts {
		if parts[part] == nil {
			return config.Invalid(fmt.Sprintf("parts[%d]", i), "%q is not a part of a date; there are: %s",
				part, strings.Join(slices.Sorted(maps.Keys(parts)), ", "))
		}
	}
	return nil
}

// DaysSince is the time from a date, or from another column, to the column,
// in days of 24 hours with their fraction; negative where the column is the
// earlier one. There is no "until today": it would change with the day.
type DaysSince struct {
	Name        string `yaml:"name" json:"name" validate:"required"`
	Column      string `yaml:"column" json:"column" validate:"required"`
	Since       string `yaml:"since,omitempty" json:"since,omitempty"` // "2006-01-02", midnight in UTC
	SinceColumn string `yaml:"since_column,omitempty" json:"since_column,omitempty"`
}

func (d *DaysSince) inputs() []Input {
	if d.SinceColumn == "" {
		return []Input{{"column", d.Column, Times}}
	}
	return []Input{{"column", d.Column, Times}, {"since_column", d.SinceColumn, Times}}
}

func (d *DaysSince) outputs() []table.Field { return number(d.Name) }

func (d *DaysSince) compute(cols, in []*table.Column) []*table.Column {
	start, _ := time.Parse(time.DateOnly, d.Since)
	from := start.UnixNano()
	out := floats(d.Name, in[0].Len())
	for i, to := range in[0].Times {
		if len(in) == 2 {
			from = in[1].Times[i]
		}
		if out.Floats[i] = null; to != table.NullTime && from != table.NullTime {
			out.Floats[i] = days(from, to)
		}
	}
	return append(cols, out)
}

// days counts from one instant to another. Whole days are taken first, so
// that dates give whole numbers and no difference overflows.
func days(from, to int64) float64 {
	const day = int64(day)
	return float64(to/day-from/day) + float64(to%day-from%day)/float64(day)
}

// Validate wants one of Since and SinceColumn.
func (d *DaysSince) Validate() error {
	if (d.Since == "") == (d.SinceColumn == "") {
		return config.Invalid("since, since_column", "give one of them")
	}
	if d.Since == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, d.Since)
	if err != nil {
		return config.Invalid("since", "%q is not a date like 2006-01-02", d.Since)
	}
	if y := t.Year(); y < 1678 || y > 2261 {
		return config.Invalid("since", "%q is out of range, 1678 to 2261", d.Since)
	}
	return nil
}

func init() {
	register("cyclic", func() Derivation { return &Cyclic{} })
}

// Cyclic puts a column on a circle, so that December is next to January: its
// columns <column>_sin and <column>_cos are the sine and cosine of
// 2π·column/period.
type Cyclic struct {
	Column string  `yaml:"column" json:"column" validate:"required"`
	Period float64 `yaml:"period" json:"period"`
}

func (c *Cyclic) inputs() []Input { return []Input{{"column", c.Column, Numbers}} }

func (c *Cyclic) outputs() []table.Field {
	return []table.Field{
		{Name: c.Column + "_sin", Kind: table.Float},
		{Name: c.Column + "_cos", Kind: table.Float},
	}
}

func (c *Cyclic) compute(cols, in []*table.Column) []*table.Column {
	sin, cos := floats(c.Column+"_sin", in[0].Len()), floats(c.Column+"_cos", in[0].Len())
	for i, x := range in[0].Floats {
		// The remainder is exact, so that a value far from 0 loses nothing.
		sin.Floats[i], cos.Floats[i] = math.Sincos(2 * math.Pi * (math.Mod(x, c.Period) / c.Period))
	}
	return append(cols, sin, cos)
}

// Validate wants a period that turns.
func (c *Cyclic) Validate() error {
	if !(c.Period > 0) || math.IsInf(c.Period, 1) {
		return config.Invalid("period", "not a finite number above 0")
	}
	return nil
}
