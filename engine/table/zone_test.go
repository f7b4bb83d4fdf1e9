package table

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// anywhere runs f as on machines of several time zones.
func anywhere(t *testing.T, f func(zone string)) {
	t.Helper()
	was := time.Local
	defer func() { time.Local = was }()
	hours := func(h int) *time.Location { return time.FixedZone([]string{"EST", "CET"}[h/6], h*3600-5*3600) }
	for _, zone := range []*time.Location{time.UTC, hours(0), hours(6), time.FixedZone("IST", 19800), time.FixedZone("EST", 36000)} {
		time.Local = zone
		f(zone.String())
	}
}

// An abbreviation is read by its definition on every machine, whatever its own zone is called.
func TestZones(t *testing.T) {
	const mst = "2006-01-02 15:04:05 MST"
	check := func(want, s, layout string) {
		t.Helper()
		anywhere(t, func(zone string) {
			got, err := ParseTime(s, layout)
			require.NoError(t, err, zone)
			assert.Equal(t, want, time.Unix(0, got).UTC().Format(time.RFC3339), "%s on a machine of %s", s, zone)
		})
	}
	for zone, hour := range map[string]string{
		"UTC": "12", "GMT": "12", "EST": "17", "EDT": "16", "CST": "18", "CDT": "17", "MST": "19", "MDT": "18", "PST": "20", "PDT": "19",
		"Z": "12", "GMT+3": "09", "+03": "09", "-0500": "17", "+01:00": "11",
	} {
		check("2025-07-01T"+hour+":00:00Z", "2025-07-01 12:00:00 "+zone, mst)
	}
	check("2025-01-01T17:00:00Z", "Wed, 01 Jan 2025 12:00:00 EST", time.RFC1123)
	check("2025-01-01T17:00:00Z", "Wed Jan  1 12:00:00 EST 2025", time.UnixDate)
	check("2025-01-01T11:00:00Z", "2025-01-01 12:00:00 +0100 CET", "2006-01-02 15:04:05 -0700 MST")
	check("2025-01-01T12:00:00Z", "2025-01-01 12:00:00", "")

	for s, want := range map[string]string{
		"2025-07-01 12:00:00 CET":   "is in the time zone CET, which is neither an offset such as +01:00 nor one of UTC, GMT,",
		"2025-07-01 12:00:00 IST":   "is in the time zone IST",
		"2025-07-01 12:00:00":       "is not a date or time",
		"2025-07-01 12:00:00 +0330": "",
	} {
		anywhere(t, func(zone string) {
			_, err := ParseTime(s, mst)
			if want == "" {
				assert.NoError(t, err, zone)
				return
			}
			assert.ErrorContains(t, err, want, zone)
		})
	}
}

// A file with a zone that has no one offset is refused with the line; one of known zones has the same instants anywhere.
func TestZonesOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	read := func(text string) (*Table, error) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return ReadFile(path, Options{Fields: []Field{{Name: "at", Kind: Time, Layout: "2006-01-02 15:04:05 MST"}}})
	}
	anywhere(t, func(zone string) {
		rows, err := read("at\n2025-01-01 12:00:00 EST\n2025-01-01 12:00:00 GMT\n")
		require.NoError(t, err, zone)
		assert.Equal(t, int64(5*3600e9), rows.Column("at").Times[0]-rows.Column("at").Times[1], zone)
		_, err = read("at\n2025-01-01 12:00:00 EST\n2025-01-01 12:00:00 CET\n")
		assert.ErrorContains(t, err, `a.csv:3: column "at": "2025-01-01 12:00:00 CET" is in the time zone CET`, zone)
	})
}
