package table

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// zones are the abbreviations whose offset a standard fixes (RFC 822, section 5.1), in hours.
// Others are names of several zones: IST is India's, Israel's and Ireland's.
var zones = map[string]int{
	"UTC": 0, "GMT": 0,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

// ZoneError is what is wrong with an instant in a zone of which the offset is not known.
type ZoneError struct{ Zone string }

func (e ZoneError) Error() string {
	return fmt.Sprintf("is in the time zone %s, which is neither an offset such as +01:00 nor one of "+
		"UTC, GMT, EST, EDT, CST, CDT, MST, MDT, PST and PDT", e.Zone)
}

// abbreviated finishes what time.ParseInLocation made of s by a layout with MST, in UTC.
func abbreviated(t time.Time, err error, s, layout string) (int64, error) {
	if err != nil { // no abbreviation, or none of three letters or four
		for _, zone := range []string{"Z07:00", "Z0700"} {
			if t, err = time.ParseInLocation(strings.Replace(layout, "MST", zone, 1), s, time.UTC); err == nil {
				return nanos(t)
			}
		}
		return 0, errTime
	}
	if strings.Contains(layout, "-07") || strings.Contains(layout, "Z07") { // the offset is in the string, too
		return nanos(t)
	}
	zone, _ := t.Zone()
	hours, known := zones[zone]
	if !known { // GMT+3, +03: time.Parse takes them for UTC
		if hours, err = strconv.Atoi(strings.TrimPrefix(zone, "GMT")); err != nil {
			return 0, ZoneError{zone}
		}
	}
	return nanos(t.Add(-time.Duration(hours) * time.Hour))
}
