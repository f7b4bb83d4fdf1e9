package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/schema"
	"example.com/engine/serving/servingtest"
)

// Where the schema lists no categories, those of the training rows are known.
func TestUnseenWithoutList(t *testing.T) {
	m, err := model.Open(servingtest.Toy(t, "price"))
	require.NoError(t, err)
	open := m.Schema.Column("city")
	open.Categories, open.Nullable = nil, true
	city := NewInputs(&m.Schema, m.Profile).Columns[2]
	require.Equal(t, "city", city.Name)
	assert.Equal(t, map[string]bool{"bern": true, "ge<n>ève": true, "a/b~c": true}, city.known)
	some := city
	some.known = nil
	some.learn(&drift.Column{Kind: drift.Category, Others: 1})
	assert.Nil(t, some.known, "not all are kept")
	in := &Inputs{Columns: []Input{city}, index: map[string]int{"city": 0}}
	f := in.newFrame()
	for i, v := range []string{"bern", "rome", ""} {
		f.Grow()
		if v != "" {
			f.Columns[0].Levels = append(f.Columns[0].Levels, v)
			f.Columns[0].Codes[i] = int32(i)
		}
	}
	found := f.Check()
	require.Len(t, found, 1)
	assert.Equal(t, 1, found[0].Row)
}

// A level that the schema does not name is known to its own request alone.
func TestUnseenLevelsAreApart(t *testing.T) {
	levels := append(make([]string, 0, 8), "bern") // with room to write into
	in := NewInputs(&schema.Schema{Columns: []schema.Column{{Name: "city", Type: schema.Category, Categories: levels}}}, nil)
	one, two := in.newFrame(), in.newFrame()
	for f, city := range map[*Frame]string{one: "rome", two: "oslo"} {
		f.Clear()
		f.Grow()
		f.SetText(0, 0, []byte(city))
	}
	assert.Equal(t, "rome", one.Columns[0].String(0))
	assert.Equal(t, "oslo", two.Columns[0].String(0))
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// scanAll is skip over a whole text.
func scanAll(text string) error {
	s := Scanner{data: []byte(text)}
	_, err := s.Skip(0)
	if err == nil {
		err = s.End()
	}
	return err
}

func TestScannerPlaces(t *testing.T) {
	for text, want := range map[string]string{
		``:                      "line 1, column 1: the text ends where a value should be",
		"{\n \"a\": 01}":        "line 2, column 8: '1' where ',' or '}' should be",
		`{"a":1,}`:              `line 1, column 8: '}' where a string should be`,
		`[1 2]`:                 "line 1, column 4: '2' where ',' or ']' should be",
		`[1,]`:                  "line 1, column 4: ']' where a value should be",
		`{"a" 1}`:               "line 1, column 6: '1' where ':' should be",
		`"\x"`:                  "line 1, column 3: 'x' where an escape should be",
		`"\u12G4"`:              "line 1, column 6: 'G' where a hexadecimal digit should be",
		`"\ud800"`:              "line 1, column 8: half of a surrogate pair: U+D800 is no character",
		`"\ud800\u0041"`:        "line 1, column 14: half of a surrogate pair is no character",
		"\"a\tb\"":              `line 1, column 3: a control character in a string: write it as \u0009`,
		`"abc`:                  "line 1, column 5: the text ends where the end of a string should be",
		`nul`:                   "line 1, column 1: 'n' where a value should be",
		`1.`:                    "line 1, column 3: the text ends where a digit should be",
		`-`:                     "line 1, column 2: the text ends where a digit should be",
		`1e+`:                   "line 1, column 4: the text ends where a digit should be",
		`{} x`:                  "line 1, column 4: 'x' where the end should be",
		`{NaN: 1}`:              "line 1, column 2: NaN is not JSON",
		"\ufeff{}":              "line 1, column 1: '\\ufeff' where a value should be",
		strings.Repeat("[", 50): "line 1, column 33: nested more than 32 deep",
	} {
		err := scanAll(text)
		if assert.Error(t, err, text) {
			assert.Equal(t, want, err.Error(), text)
		}
	}
}

// What encoding/json takes, the scanner takes and reads alike, but for what it
// refuses on purpose: deep nesting and halves of surrogate pairs.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-0.5e+10,true,false,null,"x\u00e9\ud83d\ude00\n"]}`, `"\/\b\f\r\t\\\""`, ` [ ] `, `0`, `-1E5`, `NaN`, `{"a":1,"a":2}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "NaN") || strings.Contains(text, "Infinity") {
			return
		}
		err := scanAll(text)
		valid := json.Valid([]byte(text))
		if err == nil {
			require.True(t, valid, "taken, though it is no JSON")
		} else if valid {
			assert.Regexp(t, "nested|surrogate", err.Error())
		}
		var want string
		s := Scanner{data: []byte(text)}
		got, err := s.Text()
		if err == nil && s.End() == nil {
			require.NoError(t, json.Unmarshal([]byte(text), &want))
			assert.Equal(t, want, string(got))
		}
		s = Scanner{data: []byte(text)}
		number, err := s.number()
		if err == nil && s.End() == nil {
			_, err := strconv.ParseFloat(string(number), 64)
			assert.True(t, err == nil || strings.Contains(err.Error(), "range"))
			assert.True(t, json.Valid(number))
		}
	})
}

func TestPointers(t *testing.T) {
	assert.Equal(t, "#", Pointer())
	assert.Equal(t, "#/2/a~1b~0c", Pointer(2, "a/b~c"))
	assert.Equal(t, "#/ge%3Cn%3E%C3%A8ve%25", Pointer("ge<n>ève%"))
	assert.Equal(t, "#/inputs/0/data/3", Item("inputs", 0).Of("data", 3))
	assert.Equal(t, "#/7", Item("", 7).Of())
	assert.Equal(t, "#", At("").Of())
}

func TestEcho(t *testing.T) {
	assert.Equal(t, `{"a":1}`, string(Echo([]byte(`{"a":1}`))))
	assert.Equal(t, `"NaN"`, string(Echo([]byte(`NaN`))))
	long := Echo([]byte(`"` + strings.Repeat("é", 200) + `"`))
	var text string
	require.NoError(t, json.Unmarshal(long, &text), "what is cut short is JSON still")
	assert.Less(t, len(text), maxEcho+10)
	assert.True(t, strings.HasSuffix(text, "é…"))
}
