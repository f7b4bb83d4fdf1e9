package derive

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
)

func TestRoundTrip(t *testing.T) {
	want := everyKind(t)
	text := must.Get(json.Marshal(want))(t)
	got := must.JSON[List](t, text)
	assert.Equal(t, want, got, "JSON")

	text = must.Get(yaml.Marshal(want))(t)
	assert.Equal(t, want, parse(t, string(text)), "YAML:\n%s", text)
}

func TestJSONIsTheYAML(t *testing.T) {
	l := parse(t, "- ratio: {name: z, numerator: a, denominator: b}\n- equal: {name: y, column: a, value: 1e3}")
	text := must.Get(json.Marshal(l))(t)
	assert.Equal(t, `[{"ratio":{"name":"z","numerator":"a","denominator":"b"}},`+
		`{"equal":{"name":"y","column":"a","value":"1e3"}}]`, string(text))
}

func TestBadYAML(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		var l List
		assert.EqualError(t, config.Parse("features.yaml", []byte(text), &l), "features.yaml:1:"+want, text)
	}
	check("- ration: {name: z}", `3: [0]: unknown derivation "ration"; did you mean "ratio"?`)
	check("- ratio: {name: z, numerator: a, denominatr: b}",
		`34: [0].ratio.denominatr: unknown key; did you mean "denominator"?`)
	check("- ratio: {name: z, numerator: a}", `10: [0].ratio.denominator: must be given`)
	check("- sum: {name: z, columns: [a]}", `27: [0].sum.columns: has 1 items; at least 2 allowed`)
	check("- equal: {name: z, column: a, value: [1]}", `38: [0].equal.value: expected a text, got a list`)
	check("- date: {column: a, parts: [century]}", `29: [0].date.parts[0]: "century" is not a part of a date; `+
		"there are: day, day_of_year, hour, month, weekday, year")
	check("- power: {name: z, column: a}", "10: [0].power.exponent: not a finite number other than 0")
	check("- cyclic: {column: a, period: -1}", "31: [0].cyclic.period: not a finite number above 0")
	check("- clip: {name: z, column: a}", "9: [0].clip.min, max: give one of them or both")
	check("- clip: {name: z, column: a, min: 2, max: 1}", "35: [0].clip.min: not less than max")
	check("- days_since: {name: z, column: a}", "15: [0].days_since.since, since_column: give one of them")
	check("- days_since: {name: z, column: a, since: 1. May}",
		`43: [0].days_since.since: "1. May" is not a date like 2006-01-02`)
	check("- days_since: {name: z, column: a, since: 1066-10-14}",
		`43: [0].days_since.since: "1066-10-14" is out of range, 1678 to 2261`)
	check("- haversine: {places: [{name: a, latitude: 91}], prefix: km_}",
		"44: [0].haversine.places[0].latitude: 91 is greater than 90")
	check("- haversine: {places: [{name: a, latitude: 90}]}",
		"14: [0].haversine.prefix, nearest, nearest_km: give one of them or more")
	check("- function: {name: nope, columns: [a]}",
		`13: [0].function: there is no function "nope" in src/own; there are: `+
			strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	check("- function: {name: rooms_per_person, columns: [a]}",
		"47: [0].function.columns: the function takes 2, here are 1")
}

func TestBadJSON(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		var l List
		assert.EqualError(t, json.Unmarshal([]byte(text), &l), want, text)
	}
	check(`[{"cube": {}}]`, `there is no derivation "cube"`)
	check(`[{"log": {"nam": "z"}}]`, `derivation log: json: unknown field "nam"`)
	check(`[{"log": {}, "sum": {}}]`, "a derivation has one key, its kind, not 2")
	check(`[null]`, "a derivation has one key, its kind, not 0")
}

// Whatever a person writes is a list that can be used or an error.
func FuzzYAML(f *testing.F) {
	text := must.Get(os.ReadFile("testdata/every_kind.yaml"))(f)
	f.Add(string(text))
	for _, s := range everyKind(f) {
		one := must.Get(yaml.Marshal(List{s}))(f)
		f.Add(string(one))
	}
	f.Add("-\n- drop\n- log: ~\n- equal: {name: z, column: rooms, value: .nan}")
	rows := sample()
	f.Fuzz(func(t *testing.T, text string) {
		var l List
		if config.Parse("features.yaml", []byte(text), &l) != nil {
			return
		}
		fields, err := l.Check(rows.Fields(), "")
		if err != nil {
			return
		}
		got := must.Get(l.Apply(rows))(t)
		if got.Width() > 0 {
			require.Equal(t, fields, got.Fields())
		}
		data := must.Get(json.Marshal(l))(t)
		again := must.JSON[List](t, data)
		require.Equal(t, l, again)
	})
}

//go:generate python3 testdata/make.py

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
	data := must.Get(os.ReadFile("testdata/reference.json"))(t)
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
		v := must.Get(strconv.ParseInt(s, 10, 64))(t)
		ns[i] = v
	}
	names := []string{"year", "month", "day", "hour", "weekday", "day_of_year"}
	got := must.Get(List{
		{"date", &Date{Column: "t", Parts: names}},
		{"days_since", &DaysSince{Name: "t_days", Column: "t", Since: since}},
	}.Apply(table.Must(table.Times("t", ns))))(t)
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
