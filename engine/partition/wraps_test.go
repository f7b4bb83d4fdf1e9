package partition

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

// Parts of a date that begin again before the training rows have seen two cycles of them are told, with the span and
// what to write; no others are, nor is a date that does not order the rows.
func TestWraps(t *testing.T) {
	check := func(split, part string, days int, want string) {
		t.Helper()
		at, x := make([]int64, days*4), make([]float64, days*4)
		for i := range at {
			at[i], x[i] = 1_609_459_200_000_000_000+int64(i)*6*3600e9, float64(i)
		}
		at[0] = table.NullTime
		rows := table.Must(table.Times("at", at), table.Times("built", at), table.Floats("x", x))
		d, err := parse(t, "derive: [{date: {column: at, parts: ["+part+"]}}]\nsplit: "+split).Divide(rows)
		require.NoError(t, err)
		if want == "" {
			assert.NotContains(t, fmt.Sprint(d.Warnings), "come round twice", part)
			return
		}
		assert.Contains(t, fmt.Sprint(d.Warnings), want)
	}
	const late = "{time: {column: at, test_size: 0.2}}"
	check(late, "year, month, day_of_year, weekday", 396, "the training rows span 316 days, from 2021-01-01 to 2021-11-13, in which at_month, at_day_of_year has not come round twice")
	check(late, "month", 396, "Take month out of `date: {column: \"at\"}` in features.yaml")
	check(late, "year, day, weekday, hour", 396, "")
	check(late, "month, day_of_year", 920, "")
	check(late, "weekday", 16, "at_weekday has not come round twice")
	check(late, "weekday", 20, "")
	check(late, "hour", 2, "at_hour has not come round twice")
	check("{time: {column: built, test_size: 0.2}}", "month", 396, "")
	check("{random: {test_size: 0.2}}", "month", 396, "")
}
