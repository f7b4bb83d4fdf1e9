package serving

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/serving/servingtest"
	"example.com/engine/table"
)

// checked are the severities of what clean finds in one row of the toy.
func checked(t *testing.T, s *schema.Schema, size, rooms float64, city, heat, note string) map[string]schema.Severity {
	t.Helper()
	return violations(t, s, table.Must(
		table.Floats("size", []float64{size}), table.Floats("rooms", []float64{rooms}), table.Categories("city", []string{city}),
		table.Times("built", []int64{0}), table.Categories("heat", []string{heat}), table.Texts("note", []string{note}), table.Floats("price", []float64{1}),
	))
}

func violations(t *testing.T, s *schema.Schema, rows *table.Table) map[string]schema.Severity {
	t.Helper()
	c := schema.NewChecker(s)
	c.Add(rows)
	r, err := c.Result()
	require.NoError(t, err)
	found := map[string]schema.Severity{}
	for _, v := range r.Violations {
		found[v.Column+" "+v.Check] = v.Severity
	}
	return found
}

// The server judges a value as clean does: each check by its own severity. What is
// off is not looked at, what warns is answered, and what is an error is refused
// where the server is strict.
func TestSeverityOfEachCheck(t *testing.T) {
	path := servingtest.Toy(t, "severities")
	settings := Default()
	settings.Strict = true
	_, url := startServer(t, path, settings)
	m, err := model.Open(path)
	require.NoError(t, err)
	ask := func(members ...string) (int, map[string]string) {
		status, body := servingtest.Post(t, url+"/predict", "application/json", servingtest.With(members...))
		var a struct{ Warnings, Errors []servingtest.Fault }
		require.NoError(t, json.Unmarshal([]byte(body), &a))
		found := map[string]string{}
		for _, f := range append(a.Warnings, a.Errors...) {
			found[f.Pointer] = f.Detail
		}
		return status, found
	}
	check := func(name string, clean map[string]schema.Severity, status int, found map[string]string, got map[string]schema.Severity, members ...string) {
		t.Helper()
		assert.Equal(t, clean, got, name)
		gotStatus, gotFound := ask(members...)
		assert.Equal(t, status, gotStatus, name)
		assert.Equal(t, found, gotFound, name)
	}
	type all = map[string]schema.Severity
	type told = map[string]string
	check("warning", all{"size min": "warning"}, http.StatusOK, told{"#/size": "is below 1"},
		checked(t, &m.Schema, 0.5, 3, "bern", "gas", "a"), "size", "0.5")
	check("off", all{}, http.StatusOK, told{"#/size": "is above 139, the greatest that the model was fitted on"},
		checked(t, &m.Schema, 300, 3, "bern", "gas", "a"), "size", "300")
	check("no whole number", all{"rooms integer": "warning"}, http.StatusOK, told{"#/rooms": "is not a whole number"},
		checked(t, &m.Schema, 80, 2.5, "bern", "gas", "a"), "rooms", "2.5")
	check("error", all{"city category": "error"}, http.StatusUnprocessableEntity, told{"#/city": "is a category that the model has not seen"},
		checked(t, &m.Schema, 80, 3, "rome", "gas", "a"), "city", `"rome"`)
	check("a category that is off", all{}, http.StatusOK, told{},
		checked(t, &m.Schema, 80, 3, "bern", "oil", "a"), "heat", `"oil"`)
	check("pattern", all{"note pattern": "warning"}, http.StatusOK, told{"#/note": "is not of the pattern ^[a-z ]*$"},
		checked(t, &m.Schema, 80, 3, "bern", "gas", "A"), "note", `"A"`)
	check("a rule that is off", all{}, http.StatusOK, told{"#/rooms": "is above 6, the greatest that the model was fitted on"},
		checked(t, &m.Schema, 80, 90, "bern", "gas", "a"), "rooms", "90")
	of := func(text string) map[string]schema.Severity {
		path := servingtest.InRunDir("built.csv")
		write(t, path, "size,rooms,city,built,heat,note,price\n80,3,bern,"+text+",gas,a,1\n")
		r, err := table.Open(path, table.Options{Fields: m.Schema.Fields(), KeepBad: true})
		require.NoError(t, err)
		defer r.Close()
		rows, err := r.Next()
		require.NoError(t, err)
		return violations(t, &m.Schema, rows)
	}
	check("another type", all{"built type": "warning"}, http.StatusOK, told{"#/built": "is not a date or time"},
		of("yesterday"), "built", `"yesterday"`)
	status, found := ask("built", "7")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, told{"#/built": "is a number"}, found)
	records := streamed(t, url, strings.NewReader(servingtest.ToyHeader+"80,3,bern,yesterday,gas,\n80,x,bern,,gas,\n80,3,bern,,gas,\n"))
	assert.Equal(t, []string{`built: "yesterday" is not a date or time`, ""}, records[1][3:])
	assert.Equal(t, []string{"", `rooms: "x" is not a number`}, records[2][3:])
	assert.Equal(t, []string{"", ""}, records[3][3:])
	for _, absent := range []string{"null", ""} {
		status, found := ask("rooms", absent)
		assert.Equal(t, http.StatusOK, status)
		assert.Equal(t, told{"#/rooms": "is null"}, found)
	}
}
