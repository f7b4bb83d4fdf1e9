package table

import (
	"errors"
	"math"
	"strings"
	"time"
)

// ErrTimeRange is what is wrong with an instant that int64 does not hold in
// nanoseconds.
var ErrTimeRange = errors.New("is not between the years 1678 and 2262")

var errTime = errors.New("is not a date or time")

// ParseTime reads an instant, in nanoseconds since 1970, by the layout, or by
// ISO 8601 if the layout is empty: a date, or a date and a time to the minute,
// the second or a fraction of it, with T or a space between, and a zone or none.
// Without a zone it is UTC.
//
// A layout with MST takes the abbreviations of RFC 822 for their offsets, GMT+3, an
// offset, and Z. The machine's time zone and its list of zones have no say: they
// would give the same file another meaning elsewhere.
func ParseTime(s, layout string) (int64, error) {
	if layout == "" {
		layout = isoLayout(s)
	}
	t, err := time.ParseInLocation(layout, s, time.UTC)
	if !strings.Contains(layout, "MST") {
		if err != nil {
			return 0, errTime
		}
		return nanos(t)
	}
	return abbreviated(t, err, s, layout)
}

// isoLayout returns the one layout that s can have, since a failed try costs
// more than one that succeeds. time.Parse takes fractions by itself.
func isoLayout(s string) string {
	if len(s) <= len(time.DateOnly) {
		return time.DateOnly
	}
	clock := s[len(time.DateOnly)+1:]
	zone := strings.IndexAny(clock, "Z+-")
	minutes := len(clock) == len("15:04") || zone == len("15:04")
	layouts := &isoLayouts[0]
	if s[len(time.DateOnly)] == ' ' {
		layouts = &isoLayouts[1]
	}
	switch {
	case minutes && zone < 0:
		return layouts[0]
	case minutes:
		return layouts[1]
	case zone < 0:
		return layouts[2]
	default:
		return layouts[3]
	}
}

var isoLayouts = [2][4]string{
	{"2006-01-02T15:04", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00"},
	{"2006-01-02 15:04", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00"},
}

func nanos(t time.Time) (int64, error) {
	const lo, hi = math.MinInt64 / 1_000_000_000, math.MaxInt64 / 1_000_000_000
	if s := t.Unix(); s <= lo || s >= hi {
		return 0, ErrTimeRange
	}
	return t.UnixNano(), nil
}

// appendTime appends an instant in UTC by the layout, or as a date where it is
// midnight, else in RFC 3339 with the fraction that it has.
func appendTime(b []byte, v int64, layout string) []byte {
	t := time.Unix(0, v).UTC()
	switch {
	case layout != "":
		return t.AppendFormat(b, layout)
	case v%(24*int64(time.Hour)) == 0:
		return t.AppendFormat(b, time.DateOnly)
	default:
		return t.AppendFormat(b, time.RFC3339Nano)
	}
}
