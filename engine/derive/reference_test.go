package derive

//go:generate python3 testdata/make.py

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/table"
)

// reference is testdata/reference.json, written by testdata/make.py.
type reference struct {
	Haversine struct {
		Places              []Place
		Latitude, Longitude []float64
		Km                  [][]float64
		Nearest             []string
	}
	Cyclic []struct {
		Period      float64
		X, Sin, Cos []float64
	}
	Dates map[string]json.RawMessage
}

func loadReference(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

func TestHaversineIsScikitLearns(t *testing.T) {
	r := loadReference(t).Haversine
	require.NotEmpty(t, r.Km)
	l := List{{"haversine", &Haversine{
		Latitude: "latitude", Longitude: "longitude", Places: r.Places,
		Prefix: "km_", Nearest: "city", NearestKm: "city_km",
	}}}
	got, err := l.Apply(table.Must(table.Floats("latitude", r.Latitude), table.Floats("longitude", r.Longitude)))
	require.NoError(t, err)
	for k, p := range r.Places {
		// A millimetre; but near the antipode asin is steep, and rounding of
		// 1e-16 in its argument is one of 1e-8 in the angle, or 0.1 m.
		for i, want := range r.Km[k] {
			tolerance := 1e-6
			if want > 20_000 {
				tolerance = 1e-3
			}
			assert.InDelta(t, want, got.Column("km_" + p.Name).Floats[i], tolerance, "%s, row %d", p.Name, i)
		}
	}
	city := got.Column("city")
	for i, want := range r.Nearest {
		assert.Equal(t, want, city.Levels[city.Codes[i]], "row %d", i)
		assert.Equal(t, got.Column("km_" + want).Floats[i], got.Column("city_km").Floats[i], "row %d", i)
	}
}

func TestCyclicIsNumpys(t *testing.T) {
	cases := loadReference(t).Cyclic
	require.NotEmpty(t, cases)
	for _, c := range cases {
		got, err := List{{"cyclic", &Cyclic{Column: "x", Period: c.Period}}}.Apply(table.Must(table.Floats("x", c.X)))
		require.NoError(t, err)
		// numpy rounds the angle, up to 900 here, before it takes the remainder.
		assert.InDeltaSlice(t, c.Sin, got.Column("x_sin").Floats, 1e-12)
		assert.InDeltaSlice(t, c.Cos, got.Column("x_cos").Floats, 1e-12)
	}
}

func TestDatesArePandas(t *testing.T) {
	r := loadReference(t).Dates
	get := func(name string, v any) {
		require.NoError(t, json.Unmarshal(r[name], v), name)
	}
	var texts []string
	var since string
	get("ns", &texts)
	get("since", &since)
	require.NotEmpty(t, texts)
	ns := make([]int64, len(texts))
	for i, s := range texts {
		v, err := strconv.ParseInt(s, 10, 64)
		require.NoError(t, err)
		ns[i] = v
	}
	names := []string{"year", "month", "day", "hour", "weekday", "day_of_year"}
	got, err := List{
		{"date", &Date{Column: "t", Parts: names}},
		{"days_since", &DaysSince{Name: "t_days", Column: "t", Since: since}},
	}.Apply(table.Must(table.Times("t", ns)))
	require.NoError(t, err)
	require.Len(t, parts, len(names))
	for _, name := range names {
		var want []float64
		get(name, &want)
		assert.Equal(t, want, got.Column("t_"+name).Floats, name)
	}
	var want []float64
	get("days", &want)
	// Two roundings of up to 1e5 days here, one in Python.
	assert.InDeltaSlice(t, want, got.Column("t_days").Floats, 3e-11)
}
