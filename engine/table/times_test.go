package table

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseTime(t *testing.T) {
	at := func(h, m, s, ns int) int64 { return time.Date(2020, 2, 29, h, m, s, ns, time.UTC).UnixNano() }
	for text, want := range map[string]int64{
		"2020-02-29":                     at(0, 0, 0, 0),
		"2020-02-29T10:20":               at(10, 20, 0, 0),
		"2020-02-29 10:20":               at(10, 20, 0, 0),
		"2020-02-29 10:20:30":            at(10, 20, 30, 0),
		"2020-02-29T10:20:30.5":          at(10, 20, 30, 5e8),
		"2020-02-29T10:20:30Z":           at(10, 20, 30, 0),
		"2020-02-29 10:20:30+02:00":      at(8, 20, 30, 0),
		"2020-02-29T10:20-02:00":         at(12, 20, 0, 0),
		"2020-02-29 10:20:30.000000001Z": at(10, 20, 30, 1),
	} {
		got, err := ParseTime(text, "")
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "2020", "2021-02-29", "29.02.2020", "2020-02-29T", "2020-02-29T25:00", "2020-02-29x10:00", "20200229"} {
		_, err := ParseTime(text, "")
		require.ErrorIs(t, err, errTime, text)
	}
	for _, text := range []string{"1000-01-01", "9999-12-31"} {
		_, err := ParseTime(text, "")
		require.ErrorIs(t, err, ErrTimeRange, text)
	}
	got, err := ParseTime("29.02.2020 10:20", "02.01.2006 15:04")
	require.NoError(t, err)
	require.Equal(t, at(10, 20, 0, 0), got)
}

func FuzzTime(f *testing.F) {
	for _, v := range []int64{0, 1, -1, 86_400_000_000_000, -62_000_000_000} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v int64) {
		s := time.Unix(0, v).Unix()
		if s <= -9223372036 || s >= 9223372036 {
			return
		}
		got, err := ParseTime(string(appendTime(nil, v, "")), "")
		require.NoError(t, err)
		require.Equal(t, v, got)
	})
}
