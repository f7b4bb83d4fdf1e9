package derive

import (
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/must"
	"example.com/engine/table"
)

// parse reads a list as it stands below derive: in features.yaml.
func parse(t testing.TB, text string) List {
	t.Helper()
	var l List
	require.NoError(t, config.Parse("features.yaml", []byte(text), &l))
	return l
}

func everyKind(t testing.TB) List {
	t.Helper()
	text := must.Get(os.ReadFile("testdata/every_kind.yaml"))(t)
	return parse(t, string(text))
}

// sample has a column of each kind, with nulls and odd values.
func sample() *table.Table {
	nan, day := null, func(s string) int64 {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			panic(err)
		}
		return v.UnixNano()
	}
	return table.Must(
		table.Floats("rooms", []float64{880, 0, -1, nan, 500001, 1e308, 0.3}),
		table.Floats("households", []float64{126, 0, 3, 7, nan, 1e-308, 0.1}),
		table.Floats("people", []float64{322, 0, 2, 7, 1, nan, 3}),
		table.Floats("latitude", []float64{37.88, 34.05, 0, nan, 90, -90, 36}),
		table.Floats("longitude", []float64{-122.23, -118.24, 0, 0, 180, -180, nan}),
		table.Categories("ocean", []string{"NEAR BAY", "INLAND", "", "INLAND", "ISLAND", "", "INLAND"}),
		table.Texts("address", []string{"1 Main St", "12", "", "12", "été", "a,b", "\"q\""}),
		table.Times("sold", []int64{
			day("2020-02-29T13:30:00Z"), day("1969-12-31T23:59:59Z"), table.NullTime, 0,
			day("2024-12-31T00:00:00Z"), day("1800-01-01T06:00:00Z"), day("2100-03-01T00:00:00Z"),
		}),
		table.Times("built", []int64{0, table.NullTime, 0, day("1970-01-02T00:00:00Z"), 0, 0, 0}),
	)
}

func TestNumbers(t *testing.T) {
	nan := null
	check := func(text, name string, want ...float64) {
		t.Helper()
		got := must.Get(parse(t, "- "+text).Apply(sample()))(t)
		require.NotNil(t, got.Column(name), text)
		assert.InDeltaSlice(t, want, got.Column(name).Floats, 1e-12, text)
	}
	check("ratio: {name: z, numerator: rooms, denominator: households}", "z",
		880./126, nan, -1./3, nan, nan, nan, 3) // 0/0, nulls, overflow
	check("ratio: {name: z, numerator: people, denominator: rooms}", "z",
		322./880, nan, -2, nan, 1./500001, nan, 10)
	check("difference: {name: z, minuend: people, subtrahend: households}", "z", 196, 0, -1, 0, nan, nan, 2.9)
	check("product: {name: z, columns: [rooms, people, rooms]}", "z",
		880*322*880, 0, 2, nan, 500001.*500001, nan, 0.27)
	check("sum: {name: z, columns: [people, people, households]}", "z", 770, 0, 7, 21, nan, nan, 6.1)
	check("log: {name: z, column: rooms}", "z",
		math.Log(880), nan, nan, nan, math.Log(500001), math.Log(1e308), math.Log(0.3))
	check("log1p: {name: z, column: rooms}", "z",
		math.Log(881), 0, nan, nan, math.Log(500002), math.Log(1e308), math.Log(1.3))
	check("power: {name: z, column: rooms, exponent: 0.5}", "z",
		math.Sqrt(880), 0, nan, nan, math.Sqrt(500001), 1e154, math.Sqrt(0.3))
	check("power: {name: z, column: people, exponent: -1}", "z", 1./322, nan, 0.5, 1./7, 1, nan, 1./3)
	check("clip: {name: z, column: rooms, min: 0.5, max: 900}", "z", 880, 0.5, 0.5, nan, 900, 900, 0.5)
	check("clip: {name: z, column: people, max: 3}", "z", 3, 0, 2, 3, 1, nan, 3)
	check("equal: {name: z, column: rooms, value: 500001}", "z", 0, 0, 0, nan, 1, 0, 0)
	check("equal: {name: z, column: rooms, value: 3e-1}", "z", 0, 0, 0, nan, 0, 0, 1)
	check("equal: {name: z, column: ocean, value: INLAND}", "z", 0, 1, nan, 1, 0, nan, 1)
	check("equal: {name: z, column: address, value: 12}", "z", 0, 1, nan, 1, 0, 0, 0)
	check("days_since: {name: z, column: sold, since_column: built}", "z",
		18321.5625, nan, nan, -1, 20088, -62090.75, 47541)
	check("function: {name: rooms_per_person, columns: [rooms, people]}", "rooms_per_person",
		880./322, 0, -0.5, nan, 500001, nan, 0.1)
}

// roomsPerPerson takes the rooms and the people of a district. A district
// where nobody lives counts as one with one person.
func roomsPerPerson(a Args) float64 { return a.Float(0) / max(1, a.Float(1)) }

func init() {
	RegisterFunction("rooms_per_person", Function{Takes: []Kinds{Numbers, Numbers}, Number: roomsPerPerson})
}

func TestRegisterFunctionRefuses(t *testing.T) {
	f := Function{Number: roomsPerPerson}
	assert.PanicsWithValue(t, "derive: two functions are named rooms_per_person", func() { RegisterFunction("rooms_per_person", f) })
	assert.Panics(t, func() { RegisterFunction("neither", Function{}) })
}

// A function is called only where nothing is null, and may give a category.
func TestFunctionCategory(t *testing.T) {
	RegisterFunction("label", Function{
		Takes: []Kinds{Strings, Times | Numbers},
		Category: func(a Args) string {
			if y := a.Time(1).Year(); y != 1970 {
				return a.String(0)
			}
			return ""
		},
	})
	defer delete(functions, "label")
	l := parse(t, "- function: {name: place, function: label, columns: [ocean, sold]}")
	fields := must.Get(l.Check(sample().Fields(), ""))(t)
	assert.Equal(t, table.Field{Name: "place", Kind: table.Category}, fields[len(fields)-1])
	got := must.Get(l.Apply(sample()))(t)
	want := table.Categories("place", []string{"NEAR BAY", "INLAND", "", "", "ISLAND", "", "INLAND"})
	assert.Equal(t, want, got.Column("place"))

	_, err := parse(t, "- function: {name: place, function: label, columns: [rooms, sold]}").Check(sample().Fields(), "")
	assert.EqualError(t, err, `derivation 1, function "place": columns: `+
		`column "rooms" is a number column, not category or text`)
}

func TestCheckGivesWhatApplyMakes(t *testing.T) {
	l := everyKind(t)
	fields := must.Get(l.Check(sample().Fields(), "price"))(t)
	got := must.Get(l.Apply(sample()))(t)
	assert.Equal(t, fields, got.Fields())
	assert.Nil(t, got.Column("address"), "dropped")
	assert.Equal(t, []string{"san_francisco", "los_angeles"}, got.Column("city").Levels)
	used := map[string]bool{}
	for _, s := range l {
		used[s.Kind] = true
	}
	assert.Len(t, used, len(kinds), "testdata/every_kind.yaml lacks a kind")
}

func TestHaversineEdges(t *testing.T) {
	twins := []Place{{"pole", 90, 0}, {"a", 42.682243632148925, -64.2154290685703}, {"b", 42.682243632148925, -64.2154290685703}}
	l := List{{"haversine", &Haversine{
		Latitude: "latitude", Longitude: "longitude", Places: twins, Prefix: "km_", Nearest: "place", NearestKm: "km",
	}}}
	lat, lon := twins[1].Latitude, twins[1].Longitude
	got := must.Get(l.Apply(table.Must(
		table.Floats("latitude", []float64{lat, -lat, null, 0}), table.Floats("longitude", []float64{lon, lon + 180, 0, null}))))(t)
	// Of equals the first is the nearest; without a position none is.
	assert.Equal(t, []int32{1, 0, -1, -1}, got.Column("place").Codes)
	assert.Equal(t, []string{"pole", "a", "b"}, got.Column("place").Levels)
	// Rounding makes the sine 1 + 2^-52 here.
	assert.InDeltaSlice(t, []float64{0, math.Pi * EarthRadius, null, null}, got.Column("km_a").Floats, 1e-9)
	assert.InDeltaSlice(t, []float64{0, got.Column("km_pole").Floats[1], null, null}, got.Column("km").Floats, 1e-9)
}

func TestJoin(t *testing.T) {
	fields := []table.Field{{Name: "a"}, {Name: "b"}, {Name: "price"}}
	l := parse(t, "- log: {name: c, column: a}\n- log: {name: d, column: c}\n- drop: {columns: [b, c]}")
	checked := must.Get(l.Check(fields, "price"))(t)
	assert.Equal(t, []table.Field{{Name: "a"}, {Name: "price"}, {Name: "d"}}, checked)
	assert.Equal(t, []table.Field{{Name: "a"}, {Name: "b"}, {Name: "price"}, {Name: "d"}}, Join(fields, checked))

	// A request need not bring b.
	got := must.Get(l.Apply(table.Must(table.Floats("a", []float64{math.E}))))(t)
	assert.Equal(t, []string{"a", "d"}, got.Names())
	assert.Equal(t, []float64{0}, got.Column("d").Floats)
}

func TestCheckErrors(t *testing.T) {
	fields := []table.Field{{Name: "total_rooms"}, {Name: "price"}, {Name: "ocean", Kind: table.Category}, {Name: "sold", Kind: table.Time}}
	check := func(text, want string) {
		t.Helper()
		assert.EqualError(t, must.Err(parse(t, text).Check(fields, "price")), want)
	}
	check("- ratio: {name: z, numerator: total_room, denominator: price}",
		`derivation 1, ratio "z": numerator: there is no column "total_room"; did you mean "total_rooms"? there are: total_rooms, price, ocean, sold`)
	check("- log: {name: z, column: households}",
		`derivation 1, log "z": column: there is no column "households"; there are: total_rooms, price, ocean, sold`)
	check("- ratio: {name: z, numerator: total_rooms, denominator: price}",
		`derivation 1, ratio "z": denominator: "price" is the target, which no derivation may use: it is not known when a prediction is asked for`)
	check("- drop: {columns: [price]}",
		`derivation 1, drop: columns: "price" is the target, which no derivation may use: it is not known when a prediction is asked for`)
	check("- log: {name: z, column: ocean}",
		`derivation 1, log "z": column: column "ocean" is a category column, not number`)
	check("- equal: {name: z, column: total_rooms, value: many}",
		`derivation 1, equal "z": column: column "total_rooms" is a number column, not category or text`)
	check("- log: {name: ocean, column: total_rooms}",
		`derivation 1, log "ocean": there is a column "ocean" already: choose another name`)
	check("- log: {name: a, column: total_rooms}\n- drop: {columns: [a]}\n- log: {name: a, column: total_rooms}",
		`derivation 3, log "a": there is a column "a" already: choose another name`)
	check("- log: {name: a, column: total_rooms}\n- drop: {columns: [a]}\n- log: {name: b, column: a}",
		`derivation 3, log "b": column: there is no column "a"; there are: total_rooms, price, ocean, sold`)

	assert.EqualError(t, must.Err(List{{}}.Check(fields, "")), "derivation 1, of no kind: is empty")
	_, err := List{{"cyclic", &Cyclic{Column: "total_rooms"}}}.Check(fields, "")
	assert.EqualError(t, err, `derivation 1, cyclic "total_rooms_sin": period: not a finite number above 0`)
}

// Neither changes what it is given, also where a drop comes first.
func TestInputsStay(t *testing.T) {
	rows, l := sample(), parse(t, "- drop: {columns: [rooms, address]}")
	fields := rows.Fields()
	must.Get(l.Check(fields, ""))(t)
	must.Get(l.Apply(rows))(t)
	assert.Equal(t, sample().Fields(), fields)
	assert.Equal(t, sample().Names(), rows.Names())
}

// What Check would have refused is an error of Apply too, not a panic.
func TestApplyErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		assert.ErrorContains(t, must.Err(parse(t, text).Apply(sample())), want)
	}
	check("- log: {name: z, column: room}", `derivation 1, log "z": column: there is no column "room"; did you mean "rooms"?`)
	check("- log: {name: z, column: ocean}", `column "ocean" is a category column, not number`)
	check("- log: {name: ocean, column: rooms}", `two columns are named "ocean"`)
}

func TestSources(t *testing.T) {
	l := parse(t, `
- ratio: {name: rooms_each, numerator: rooms, denominator: households}
- product: {name: twice, columns: [rooms_each, people, rooms_each]}
- drop: {columns: [people]}
- haversine: {places: [{name: sea, latitude: 1, longitude: 2}], prefix: km_}
- log: {name: log_km, column: km_sea}`)
	assert.Equal(t, map[string][]string{
		"rooms_each": {"rooms", "households"},
		"twice":      {"rooms", "households", "people"},
		"km_sea":     {"latitude", "longitude"},
		"log_km":     {"latitude", "longitude"},
	}, l.Sources(sample().Fields()))
	assert.Empty(t, List(nil).Sources(nil))
}

// Every derivation names its sources: with the values of another column
// changed, it gives the same.
func TestSourcesAreAllThatCounts(t *testing.T) {
	l, rows := everyKind(t), sample()
	sources := l.Sources(rows.Fields())
	before, err := l.Apply(rows)
	assert.NoError(t, err)
	for _, c := range rows.Columns() {
		changed, err := rows.With(rows.Take([]int{6, 5, 4, 3, 2, 1, 0}).Column(c.Name))
		assert.NoError(t, err)
		after, err := l.Apply(changed)
		assert.NoError(t, err)
		for name, of := range sources {
			if before.Column(name) == nil || slices.Contains(of, c.Name) {
				continue
			}
			for i := range rows.Len() {
				assert.Equal(t, before.Column(name).IsNull(i), after.Column(name).IsNull(i), "%s by %s", name, c.Name)
				if !before.Column(name).IsNull(i) {
					assert.Equal(t, before.Row(i).String(name), after.Row(i).String(name), "%s by %s", name, c.Name)
				}
			}
		}
	}
}
