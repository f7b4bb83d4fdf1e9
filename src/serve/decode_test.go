package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/schema"
)

// with is the toy's row with members replaced; a value of "" leaves one out.
func with(members ...string) string {
	var row map[string]json.RawMessage
	if err := json.Unmarshal([]byte(toyRow), &row); err != nil {
		panic(err)
	}
	for i := 0; i < len(members); i += 2 {
		row[members[i]] = json.RawMessage(members[i+1])
		if members[i+1] == "" {
			delete(row, members[i])
		}
	}
	var out []string
	for _, name := range []string{"size", "rooms", "city", "built", "heat", "note", "more"} {
		if v, ok := row[name]; ok {
			out = append(out, fmt.Sprintf("%q:%s", name, v))
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

// Each bad value is named with its place, itself and what is allowed.
func TestBadValues(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	for name, c := range map[string]struct{ body, pointer, detail, value string }{
		"missing":         {with("size", ""), "#/size", "is missing", ""},
		"unknown":         {with("more", "[1,{}]"), "#/more", "is not an input", "[1,{}]"},
		"text for number": {with("size", `"80"`), "#/size", "is a text", `"80"`},
		"true for number": {with("size", "true"), "#/size", "is true or false", "true"},
		"list for number": {with("size", "[80]"), "#/size", "is a list", "[80]"},
		"object":          {with("size", `{"a":1}`), "#/size", "is an object", `{"a":1}`},
		"null":            {with("size", "null"), "#/size", "is null", "null"},
		"NaN":             {with("size", "NaN"), "#/size", "is not a finite number", `"NaN"`},
		"Infinity":        {with("size", "Infinity"), "#/size", "is not a finite number", `"Infinity"`},
		"-Infinity":       {with("size", "-Infinity"), "#/size", "is not a finite number", `"-Infinity"`},
		"huge":            {with("size", "1e400"), "#/size", "is beyond the range of a double", `"1e400"`},
		"fraction":        {with("rooms", "2.5"), "#/rooms", "is not a whole number", "2.5"},
		"number for text": {with("city", "3"), "#/city", "is a number", "3"},
		"empty":           {with("city", `""`), "#/city", "is empty", `""`},
		"no time":         {with("built", `"yesterday"`), "#/built", "is not a date or time", `"yesterday"`},
		"far time":        {with("built", `"9999-01-01"`), "#/built", "is not between the years 1678 and 2262", `"9999-01-01"`},
		"no answer":       {with("size", "0", "rooms", "-1"), "#/size", "is below 1", "0"},
		"not finite":      {with("rooms", "1e308"), "#/rooms", "is above size, which is 80", "1e+308"},
		"in a list":       {"[" + toyRow + "," + with("size", "null") + "]", "#/1/size", "is null", "null"},
		"no row":          {"[" + toyRow + ",3]", "#/1", "is not an object of columns", "3"},
		"no document":     {"3", "#", "is not an object of columns, or a list of them", "3"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, url+"/predict", "application/json", c.body)
			require.Equal(t, http.StatusUnprocessableEntity, status, body)
			p, faults := faultsOf(t, body)
			assert.Equal(t, status, p.Status)
			assert.Equal(t, "Unprocessable Entity", p.Title)
			assert.NotEmpty(t, p.Request)
			require.Contains(t, faults, c.pointer)
			f := faults[c.pointer]
			assert.Equal(t, c.detail, f.Detail)
			assert.Equal(t, c.value, string(f.Value))
			assert.NotEmpty(t, f.Allowed)
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	status, body := post(t, url+"/predict", "application/json",
		`[{"Size":1,"rooms":1,"rooms":2,"city":7,"built":"x","price":3},{"size":"a"}]`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := faultsOf(t, body)
	var got []string
	for pointer, f := range faults {
		got = append(got, pointer+" "+f.Detail)
	}
	assert.ElementsMatch(t, []string{
		`#/0/Size is not an input; did you mean "size"?`, "#/0/rooms comes twice", "#/0/city is a number",
		"#/0/built is not a date or time", "#/0/price is what is predicted, not an input", "#/0/size is missing",
		"#/1/size is a text", "#/1/rooms is missing", "#/1/city is missing",
	}, got)
	assert.Equal(t, `a number from 1 to 200, in m²`, faults["#/0/size"].Allowed)
	assert.Equal(t, `one of "bern", "ge<n>ève", "a/b~c"`, faults["#/0/city"].Allowed)
}

func TestManyFaultsAreCounted(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	_, body := post(t, url+"/predict", "application/json", "["+strings.Repeat(`{},`, 99)+"{}]")
	p, _ := faultsOf(t, body)
	assert.Len(t, p.Errors, maxFaults)
	assert.Equal(t, 200, p.MoreErrors)
}

// What can't be read has a place, and never more than a 4xx.
func TestUnreadable(t *testing.T) {
	settings := Default()
	settings.Limits.Rows = 3
	settings.Limits.BodyBytes = 2048
	_, url := startServer(t, toy(t, "price"), settings)
	deep := with("more", strings.Repeat(`[`, 40)+strings.Repeat(`]`, 40))
	for name, c := range map[string]struct {
		contentType, body string
		status            int
		detail            string
	}{
		"empty":          {"application/json", "", 400, "the body is not JSON: line 1, column 1: the text ends where a value should be"},
		"cut":            {"application/json", toyRow[:20], 400, "the body is not JSON: line 1, column 21: the text ends"},
		"trailing":       {"application/json", toyRow + "x", 400, "'x' where the end should be"},
		"deep":           {"application/json", deep, 400, "nested more than 32 deep"},
		"encoding":       {"application/json", "{\"size\":\"\xff\"}", 400, "the body is not UTF-8 from byte 10 on"},
		"type":           {"text/plain", toyRow, 415, `the content type is "text/plain", not application/json or text/csv`},
		"no type":        {"", toyRow, 415, `the content type is ""`},
		"charset":        {"application/json; charset=utf-16", toyRow, 415, `the charset is "utf-16", not utf-8`},
		"rows":           {"application/json", "[" + strings.Repeat(toyRow+",", 3) + toyRow + "]", 413, "more than 3 rows"},
		"size":           {"application/json", strings.Repeat(" ", 2049), 413, "the body is larger than 2048 bytes"},
		"empty csv":      {"text/csv", "", 400, "the body is empty"},
		"csv no columns": {"text/csv", "a,b\n", 422, "3 values are not as they must be"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := post(t, url+"/predict", c.contentType, c.body)
			assert.Equal(t, c.status, status)
			p, _ := faultsOf(t, body)
			assert.Contains(t, p.Detail, c.detail)
		})
	}
	status, _ := post(t, url+"/predict", "application/json; charset=UTF-8", " "+toyRow+"\n")
	assert.Equal(t, http.StatusOK, status)
	status, _ = post(t, url+"/predict", "application/json", "["+strings.Repeat(toyRow+",", 2)+toyRow+"]")
	assert.Equal(t, http.StatusOK, status, "as many rows as allowed")
}

// A value that the schema does not allow is answered with a warning, or
// refused, as the settings say.
func TestWarningsOrStrict(t *testing.T) {
	body := with("size", "300", "rooms", "301", "city", `"rome"`, "heat", `"oil"`)
	want := map[string]string{
		"#/size": "is above 200", "#/rooms": "is above size, which is 300",
		"#/city": "is a category that the model has not seen", "#/heat": "is a category that the model has not seen",
	}
	_, url := startServer(t, toy(t, "price"), Default())
	status, answer := post(t, url+"/predict", "application/json", body)
	require.Equal(t, http.StatusOK, status, answer)
	var a struct {
		Prediction *float64
		Unit       string
		Model      string
		Warnings   []fault
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &a))
	assert.NotNil(t, a.Prediction)
	assert.Equal(t, "CHF", a.Unit)
	assert.Len(t, a.Model, 12)
	got := map[string]string{}
	for _, w := range a.Warnings {
		got[w.Pointer] = w.Detail
	}
	assert.Equal(t, want, got)

	strict := Default()
	strict.Strict = true
	_, url = startServer(t, toy(t, "price"), strict)
	status, answer = post(t, url+"/predict", "application/json", "["+toyRow+","+body+"]")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := faultsOf(t, answer)
	assert.Contains(t, faults, "#/1/size")
	assert.Contains(t, faults, "#/1/rooms")
	assert.Contains(t, faults, "#/1/city")
	status, answer = post(t, url+"/predict", "application/json", with("heat", `"oil"`))
	assert.Equal(t, http.StatusOK, status, "the schema makes it a warning: %s", answer)
}

// A level that the schema does not name is known to its own request alone.
func TestUnseenLevelsAreApart(t *testing.T) {
	levels := append(make([]string, 0, 8), "bern") // with room to write into
	in := newInputs(&schema.Schema{Columns: []schema.Column{{Name: "city", Type: schema.Category, Categories: levels}}}, nil)
	one, two := in.newFrame(), in.newFrame()
	for f, city := range map[*frame]string{one: "rome", two: "oslo"} {
		f.clear()
		f.grow()
		f.setText(0, 0, []byte(city))
	}
	assert.Equal(t, "rome", one.columns[0].String(0))
	assert.Equal(t, "oslo", two.columns[0].String(0))
}

// Warnings stand with their rows.
func TestWarningsOfAList(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	status, body := post(t, url+"/predict", "application/json", "["+toyRow+","+with("size", "300")+","+toyRow+","+with("city", `"x"`, "heat", `"x"`)+"]")
	require.Equal(t, http.StatusOK, status)
	var a struct {
		Predictions []struct{ Warnings []fault }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &a))
	var pointers [][]string
	for _, p := range a.Predictions {
		of := []string{}
		for _, w := range p.Warnings {
			of = append(of, w.Pointer)
		}
		pointers = append(pointers, of)
	}
	assert.Equal(t, [][]string{{}, {"#/1/size"}, {}, {"#/3/city", "#/3/heat"}}, pointers)
}

// Of many rows, those that the model has no answer for are found.
func TestRowsWithoutAnswer(t *testing.T) {
	_, url := startServer(t, toy(t, "price"), Default())
	rows := make([]string, 1000)
	for i := range rows {
		rows[i] = toyRow
	}
	rows[3], rows[4], rows[997] = with("size", "0"), with("size", "-7"), with("size", "-1e300")
	status, body := post(t, url+"/predict", "application/json", "["+strings.Join(rows, ",")+"]")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := faultsOf(t, body)
	for _, pointer := range []string{"#/3/size", "#/4/size", "#/997/size"} {
		assert.Contains(t, faults, pointer)
	}
}

func TestNullsAndClasses(t *testing.T) {
	_, url := startServer(t, toy(t, "kind"), Default())
	status, body := post(t, url+"/predict", "application/json", `[{"size":30,"rooms":1,"city":"bern"},{"size":130,"rooms":1,"city":"bern","built":null,"heat":null,"note":""}]`)
	require.Equal(t, http.StatusOK, status, body)
	var a struct {
		Predictions []struct {
			Prediction    string
			Probabilities map[string]float64
			Set           struct {
				Classes []string
				Level   float64
			}
		}
		Unit *string
	}
	require.NoError(t, json.Unmarshal([]byte(body), &a))
	assert.Equal(t, "flat", a.Predictions[0].Prediction)
	assert.Equal(t, `"loft", \ top`, a.Predictions[1].Prediction)
	assert.Nil(t, a.Unit)
	for _, p := range a.Predictions {
		sum := 0.0
		for _, v := range p.Probabilities {
			sum += v
		}
		assert.Len(t, p.Probabilities, 3)
		assert.Equal(t, p.Prediction, p.Set.Classes[0])
		assert.Equal(t, 0.9, p.Set.Level)
		assert.InDelta(t, 1, sum, 1e-12)
	}
}
