package serving

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
	"example.com/engine/serving/wire"
)

// Each bad value is named with its place, itself and what is allowed.
func TestBadValues(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	for name, c := range map[string]struct{ body, pointer, detail, value string }{
		"missing":         {servingtest.With("size", ""), "#/size", "is missing", ""},
		"unknown":         {servingtest.With("more", "[1,{}]"), "#/more", "is not an input", "[1,{}]"},
		"text for number": {servingtest.With("size", `"80"`), "#/size", "is a text", `"80"`},
		"true for number": {servingtest.With("size", "true"), "#/size", "is true or false", "true"},
		"list for number": {servingtest.With("size", "[80]"), "#/size", "is a list", "[80]"},
		"object":          {servingtest.With("size", `{"a":1}`), "#/size", "is an object", `{"a":1}`},
		"null":            {servingtest.With("size", "null"), "#/size", "is null", "null"},
		"NaN":             {servingtest.With("size", "NaN"), "#/size", "is not a finite number", `"NaN"`},
		"Infinity":        {servingtest.With("size", "Infinity"), "#/size", "is not a finite number", `"Infinity"`},
		"-Infinity":       {servingtest.With("size", "-Infinity"), "#/size", "is not a finite number", `"-Infinity"`},
		"huge":            {servingtest.With("size", "1e400"), "#/size", "is beyond the range of a double", `"1e400"`},
		"fraction":        {servingtest.With("rooms", "2.5"), "#/rooms", "is not a whole number", "2.5"},
		"number for text": {servingtest.With("city", "3"), "#/city", "is a number", "3"},
		"empty":           {servingtest.With("city", `""`), "#/city", "is empty", `""`},
		"no time":         {servingtest.With("built", `"yesterday"`), "#/built", "is not a date or time", `"yesterday"`},
		"far time":        {servingtest.With("built", `"9999-01-01"`), "#/built", "is not between the years 1678 and 2262", `"9999-01-01"`},
		"no answer":       {servingtest.With("size", "0", "rooms", "-1"), "#/size", "is below 1", "0"},
		"not finite":      {servingtest.With("rooms", "1e308"), "#/rooms", "is above size, which is 80", "1e+308"},
		"in a list":       {"[" + servingtest.ToyRow + "," + servingtest.With("size", "null") + "]", "#/1/size", "is null", "null"},
		"no row":          {"[" + servingtest.ToyRow + ",3]", "#/1", "is not an object of columns", "3"},
		"no document":     {"3", "#", "is not an object of columns, or a list of them", "3"},
	} {
		t.Run(name, func(t *testing.T) {
			p, f := servingtest.Refused(t, url+"/predict", c.body, c.pointer, c.detail)
			assert.Equal(t, http.StatusUnprocessableEntity, p.Status)
			assert.Equal(t, "Unprocessable Entity", p.Title)
			assert.NotEmpty(t, p.Request)
			assert.Equal(t, c.value, string(f.Value))
			assert.NotEmpty(t, f.Allowed)
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	status, body := servingtest.Post(t, url+"/predict", "application/json",
		`[{"Size":1,"rooms":1,"rooms":2,"city":7,"built":"x","price":3},{"size":"a"}]`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := servingtest.FaultsOf(t, body)
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
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	_, body := servingtest.Post(t, url+"/predict", "application/json", "["+strings.Repeat(`{},`, 99)+"{}]")
	p, _ := servingtest.FaultsOf(t, body)
	assert.Len(t, p.Errors, wire.MaxFaults)
	assert.Equal(t, 200, p.MoreErrors)
}

// What can't be read has a place, and never more than a 4xx.
func TestUnreadable(t *testing.T) {
	settings := Default()
	settings.Limits.Rows = 3
	settings.Limits.BodyBytes = 2048
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	deep := servingtest.With("more", strings.Repeat(`[`, 40)+strings.Repeat(`]`, 40))
	for name, c := range map[string]struct {
		contentType, body string
		status            int
		detail            string
	}{
		"empty":          {"application/json", "", 400, "the body is not JSON: line 1, column 1: the text ends where a value should be"},
		"cut":            {"application/json", servingtest.ToyRow[:20], 400, "the body is not JSON: line 1, column 21: the text ends"},
		"trailing":       {"application/json", servingtest.ToyRow + "x", 400, "'x' where the end should be"},
		"deep":           {"application/json", deep, 400, "nested more than 32 deep"},
		"encoding":       {"application/json", "{\"size\":\"\xff\"}", 400, "the body is not UTF-8 from byte 10 on"},
		"type":           {"text/plain", servingtest.ToyRow, 415, `the content type is "text/plain", not application/json or text/csv`},
		"no type":        {"", servingtest.ToyRow, 415, `the content type is ""`},
		"charset":        {"application/json; charset=utf-16", servingtest.ToyRow, 415, `the charset is "utf-16", not utf-8`},
		"rows":           {"application/json", "[" + strings.Repeat(servingtest.ToyRow+",", 3) + servingtest.ToyRow + "]", 413, "more than 3 rows"},
		"size":           {"application/json", strings.Repeat(" ", 2049), 413, "the body is larger than 2048 bytes"},
		"empty csv":      {"text/csv", "", 400, "the body is empty"},
		"csv no columns": {"text/csv", "a,b\n", 422, "3 values are not as they must be"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := servingtest.Post(t, url+"/predict", c.contentType, c.body)
			assert.Equal(t, c.status, status)
			p, _ := servingtest.FaultsOf(t, body)
			assert.Contains(t, p.Detail, c.detail)
		})
	}
	status, _ := servingtest.Post(t, url+"/predict", "application/json; charset=UTF-8", " "+servingtest.ToyRow+"\n")
	assert.Equal(t, http.StatusOK, status)
	status, _ = servingtest.Post(t, url+"/predict", "application/json", "["+strings.Repeat(servingtest.ToyRow+",", 2)+servingtest.ToyRow+"]")
	assert.Equal(t, http.StatusOK, status, "as many rows as allowed")
}

// A value that the schema does not allow is answered with a warning, or
// refused, as the settings say.
func TestWarningsOrStrict(t *testing.T) {
	body := servingtest.With("size", "300", "rooms", "301", "city", `"rome"`, "heat", `"oil"`)
	want := map[string]string{
		"#/size": "is above 200", "#/rooms": "is above size, which is 300",
		"#/city": "is a category that the model has not seen", "#/heat": "is a category that the model has not seen",
	}
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	a := servingtest.Answer[struct {
		Prediction *float64
		Unit       string
		Model      string
		Warnings   []wire.Fault
	}](t, url+"/predict", body)
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
	_, url = startServer(t, servingtest.Toy(t, "price"), strict)
	status, answer := servingtest.Post(t, url+"/predict", "application/json", "["+servingtest.ToyRow+","+body+"]")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := servingtest.FaultsOf(t, answer)
	assert.Contains(t, faults, "#/1/size")
	assert.Contains(t, faults, "#/1/rooms")
	assert.Contains(t, faults, "#/1/city")
	status, answer = servingtest.Post(t, url+"/predict", "application/json", servingtest.With("heat", `"oil"`))
	assert.Equal(t, http.StatusOK, status, "the schema makes it a warning: %s", answer)
}

// Warnings stand with their rows.
func TestWarningsOfAList(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	a := servingtest.Answer[struct {
		Predictions []struct{ Warnings []wire.Fault }
	}](t, url+"/predict", "["+servingtest.ToyRow+","+servingtest.With("size", "300")+","+servingtest.ToyRow+","+servingtest.With("city", `"x"`, "heat", `"x"`)+"]")
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
	_, url := startServer(t, servingtest.Toy(t, "price"), Default())
	rows := make([]string, 1000)
	for i := range rows {
		rows[i] = servingtest.ToyRow
	}
	rows[3], rows[4], rows[997] = servingtest.With("size", "0"), servingtest.With("size", "-7"), servingtest.With("size", "-1e300")
	status, body := servingtest.Post(t, url+"/predict", "application/json", "["+strings.Join(rows, ",")+"]")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	_, faults := servingtest.FaultsOf(t, body)
	for _, pointer := range []string{"#/3/size", "#/4/size", "#/997/size"} {
		assert.Contains(t, faults, pointer)
	}
}

func TestNullsAndClasses(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), Default())
	a := servingtest.Answer[struct {
		Predictions []struct {
			Prediction    string
			Probabilities map[string]float64
			Set           struct {
				Classes []string
				Level   float64
			}
		}
		Unit *string
	}](t, url+"/predict", `[{"size":30,"rooms":1,"city":"bern"},{"size":130,"rooms":1,"city":"bern","built":null,"heat":null,"note":""}]`)
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
