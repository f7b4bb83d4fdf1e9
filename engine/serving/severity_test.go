package serving

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model"
	"example.com/engine/must"
	"example.com/engine/schema"
	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
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
	r := must.Get(c.Result())(t)
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
	m := must.Get(model.Open(path))(t)
	ask := func(members ...string) (int, map[string]string) {
		status, body := servingtest.Post(t, url+"/predict", "application/json", servingtest.With(members...))
		a := must.JSON[struct{ Warnings, Errors []servingtest.Fault }](t, body)
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
		r := must.Get(table.Open(path, table.Options{Fields: m.Schema.Fields(), KeepBad: true}))(t)
		defer r.Close()
		rows := must.Get(r.Next())(t)
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

// inOne answers a request for /predict without cutting it.
func inOne(s *Server, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(w)
	c.Request = httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(body))
	c.Request.Header.Set("Content-Type", "application/json")
	c.Set(notesKey, &notes{id: "whole"})
	s.Answer(c, Request{
		Types:  []string{"application/json"},
		Decode: func(_ *Champion, d *wire.Decoder) error { _, err := d.Document(); return err },
		Write:  func(w *Writer) { w.list() },
	})
	return w
}

// longList is a list that is cut into parts, with warnings in all of them and
// with texts in which the end of a row seems to be.
func longList(rows int) []string {
	list := make([]string, rows)
	for i := range list {
		row := servingtest.With("size", fmt.Sprint(20+i%500))
		switch {
		case i%7 == 0:
			row = servingtest.With("city", `"nowhere"`)
		case i%11 == 0:
			row = servingtest.With("note", `"},{ \" }\n,\n{"`)
		}
		list[i] = row
	}
	return list
}

func TestLongListIsAnsweredInParts(t *testing.T) {
	settings := Default()
	settings.Predictions.Folder = filepath.Join(t.TempDir(), "predictions")
	settings.Predictions.QueueRows = 1 << 20
	s := must.Get(New(settings, servingtest.Toy(t, "price"), io.Discard))(t)
	const rows = 20_000
	for _, space := range []string{"", "\n  "} {
		body := space + "[" + space + strings.Join(longList(rows), space+","+space) + space + "]" + space
		require.Greater(t, len(cut([]byte(body))), 10)
		whole := inOne(s, body)
		require.Equal(t, http.StatusOK, whole.Code)

		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/predict", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		s.routes().ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
		assert.True(t, w.Body.String() == whole.Body.String(), "cut and whole differ")
	}
	require.NoError(t, s.recorder.close(t.Context()))
	kept := recorded(t, settings.Predictions.Folder)
	require.Len(t, kept, 4*rows)
	for i, record := range kept {
		require.Equal(t, i%rows, record.Row)
		require.Equal(t, kept[i%rows].Prediction, record.Prediction)
	}
}

// Whatever is wrong, a list is read as a whole, which can tell where.
func TestLongListWithFaults(t *testing.T) {
	settings := Default()
	settings.Limits.Rows, settings.Strict = 20_000, true
	s := must.Get(New(settings, servingtest.Toy(t, "price"), io.Discard))(t)
	list := longList(12_000)
	for i := range list {
		if strings.Contains(list[i], "nowhere") {
			list[i] = servingtest.ToyRow
		}
	}
	check := func(name string, change func(list []string) string) {
		t.Helper()
		body := change(append([]string(nil), list...))
		require.NotEmpty(t, cut([]byte(body)), name)
		var out []byte
		assert.False(t, s.predictParts(&out, &notes{}, s.champion.Load(), []byte(body)), name)
		assert.Empty(t, out, name)
		assert.GreaterOrEqual(t, inOne(s, body).Code, 400, name)
	}
	join := func(list []string) string { return "[" + strings.Join(list, ",") + "]" }
	replace := func(i int, row string) func([]string) string {
		return func(list []string) string { list[i] = row; return join(list) }
	}
	check("a wrong type", replace(11_000, servingtest.With("size", `"big"`)))
	check("a value that is not allowed", replace(11_000, servingtest.With("size", "-5")))
	check("a key twice", replace(3, `{"size":1,"size":2}`))
	check("no object", replace(9000, "[1]"))
	check("an object in a list in a row", replace(9000, servingtest.With("note", `[{"a":1},{"b":2}]`)))
	check("two commas", replace(11_000, ""))
	check("a comma at the end", replace(11_999, ""))
	check("too many rows", func(list []string) string { return join(append(list, list...)) })
	check("no end of a text", replace(11_999, `{"note": "`))
	check("a list after the list", func(list []string) string { return join(list[:6000]) + "," + join(list[6000:]) })
}

// A fault of the program in one part is one of the request.
func TestPartPanics(t *testing.T) {
	parts := []*part{{}, {}, {}}
	assert.False(t, each(parts, func(p *part) bool { return p != parts[1] || p.frame.Rows > 0 }))
	assert.True(t, each(parts, func(*part) bool { return true }))
}
