package table

import (
	"errors"
	"math"
	"time"
)

var (
	errTime      = errors.New("is not a date or time")
	errTimeRange = errors.New("is not between the years 1678 and 2262")
)

// isoLayouts are tried in order where a field has no layout.
var isoLayouts = [...]string{
	time.DateOnly,
	time.RFC3339, // also takes fractions of a second
	"2006-01-02T15:04:05",
	time.DateTime,
	"2006-01-02T15:04",
	"2006-01-02 15:04",
	"2006-01-02 15:04:05Z07:00",
}

// ParseTime reads an instant, in nanoseconds since 1970, by the layout, or by ISO 8601 if the layout is
// empty. Without a zone it is UTC.
func ParseTime(s, layout string) (int64, error) {
	if layout != "" {
		t, err := time.Parse(layout, s)
		if err != nil {
			return 0, errTime
		}
		return nanos(t)
	}
	for _, layout := range isoLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return nanos(t)
		}
	}
	return 0, errTime
}

func nanos(t time.Time) (int64, error) {
	const lo, hi = math.MinInt64 / 1_000_000_000, math.MaxInt64 / 1_000_000_000
	if s := t.Unix(); s <= lo || s >= hi {
		return 0, errTimeRange
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
