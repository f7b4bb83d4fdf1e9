package pages

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving"
	"example.com/engine/serving/mlflow"
	"example.com/engine/serving/servingtest"
	v2 "example.com/engine/serving/v2"
)

// A page loads nothing from elsewhere, and its policy lets just its own style
// and script pass.
func TestPages(t *testing.T) {
	settings := serving.Default()
	settings.Name = `<b>"toy"</b>`
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	for _, path := range []string{"/", "/docs"} {
		r, err := http.Get(url + path)
		require.NoError(t, err)
		data := must.Get(io.ReadAll(r.Body))(t)
		r.Body.Close()
		text := string(data)
		assert.Equal(t, "text/html; charset=utf-8", r.Header.Get("Content-Type"))
		assert.NotContains(t, text, "{{")
		assert.NotContains(t, text, "<b>", "the name is text")
		elsewhere := regexp.MustCompile(`(?i)(src|href)="?(https?:)?//|@import|url\(`)
		assert.Empty(t, elsewhere.FindString(text))
		assert.Empty(t, regexp.MustCompile(`(?i)<[^>]+ (on\w+|style)=`).FindString(text), "the policy would refuse it")

		policy := r.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'")
		assert.Contains(t, policy, "script-src "+hash(text, "<script>", "</script>")+";")
		assert.Contains(t, policy, "style-src "+hash(text, "<style>", "</style>")+";")
		assert.Equal(t, 1, strings.Count(text, "<script>"))
		assert.Equal(t, 1, strings.Count(text, "<style>"))
	}
}

// The form knows the columns as the schema has them; no text of the schema
// ends the element that it stands in.
func TestFormData(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), serving.Default())
	_, text := servingtest.Get(t, url+"/")
	_, rest, ok := strings.Cut(text, `<script type="application/json" id="data">`)
	require.True(t, ok)
	data, _, _ := strings.Cut(rest, "</script>")
	assert.NotContains(t, data, "<")
	f := must.JSON[form](t, data)
	assert.Equal(t, "kind", f.Target)
	assert.Equal(t, "size", f.Vary)
	assert.Len(t, f.Classes, 3)
	require.Len(t, f.Columns, 6)
	assert.Equal(t, []string{"bern", "ge<n>ève", "a/b~c"}, f.Columns[2].Categories)
	assert.Equal(t, "m²", f.Columns[0].Unit)
	assert.JSONEq(t, `{"size":100,"rooms":1,"city":"bern","built":"2024-01-01","heat":"gas","note":null}`, string(f.Example))
}

func TestMain(m *testing.M) { servingtest.Main(m) }

// startServer runs a server of the model file, and returns it and its address.
func startServer(t testing.TB, path string, settings serving.Settings) (*serving.Server, string) {
	t.Helper()
	s := must.Get(serving.New(settings, path, io.Discard))(t)
	r := gin.New()
	s.Prepare(r)
	s.MountPredictions(r)
	s.MountOperations(r)
	mlflow.Mount(r, s)
	require.NoError(t, v2.Mount(r, s))
	require.NoError(t, Mount(r, s))
	return s, servingtest.Serve(t, r)
}

// Every example of the document is answered, with what the document says.
func TestContractExamples(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		for _, strict := range []bool{false, true} {
			settings := serving.Default()
			settings.Strict = strict
			_, url := startServer(t, servingtest.Toy(t, target), settings)
			c := contractOf(t, url)
			for _, path := range []string{"/predict", "/explain", "/whatif", "/invocations", "/v2/models/model/infer"} {
				for kind, examples := range c.examples(path) {
					for _, example := range examples {
						assert.Equal(t, http.StatusOK, c.send(url, path, kind, example), "%s %s", path, example)
					}
				}
			}
		}
	}
}

// mutations are values to put into a row: what the schema of the row allows is
// answered, what it forbids is refused.
var mutations = []any{
	nil, "", "x", 0.0, 1.0, 1.5, 2.0, -1.0, 200.0, 201.0, 1e300, true,
	[]any{1.0},
	map[string]any{},
	"bern", "rome", "gas", "oil",
	"1999-05-31", "1999-05-31T10:00:00Z",
}

// beyondSchema tells whether a row keeps what a JSON schema can't say: the form
// of a time, that a size of 0 and below has no logarithm, and the rule between
// two columns.
func beyondSchema(row map[string]any, strict bool) bool {
	size, _ := row["size"].(float64)
	rooms, _ := row["rooms"].(float64)
	built, _ := row["built"].(string)
	return size > 0 && (rooms <= size || !strict) && regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}(T.*)?)?$`).MatchString(built)
}

// beyondSeverities is beyondSchema where the rule is off, and what is no time is null.
func beyondSeverities(row map[string]any) bool {
	size, _ := row["size"].(float64)
	return size > 0
}

func TestContractAllowsAndForbids(t *testing.T) {
	for _, target := range []string{"price", "kind", "severities"} {
		for _, strict := range []bool{false, true} {
			settings := serving.Default()
			settings.Strict = strict
			_, url := startServer(t, servingtest.Toy(t, target), settings)
			c := contractOf(t, url)
			row := c.at("components", "schemas", "Row")
			sent := map[int]int{}
			for _, name := range []string{"size", "rooms", "city", "built", "heat", "note", "strange"} {
				for _, v := range append([]any{"absent"}, mutations...) {
					body := must.JSON[map[string]any](t, servingtest.ToyRow)
					if body[name] = v; v == "absent" {
						delete(body, name)
					}
					allowed := c.check(row, body) == nil && (beyondSchema(body, strict) || target == "severities" && beyondSeverities(body))
					data := must.Get(json.Marshal(body))(t)
					status := c.send(url, "/predict", "application/json", data)
					sent[status]++
					assert.Equal(t, allowed, status == http.StatusOK, "%s %v, strict %v: %d", name, v, strict, status)
				}
			}
			assert.Greater(t, sent[http.StatusOK], 20)
			assert.Greater(t, sent[http.StatusUnprocessableEntity], map[string]int{"price": 50, "kind": 50, "severities": 40}[target])
		}
	}
}

// Each status that the document names for a refusal is one that comes.
func TestContractRefusals(t *testing.T) {
	settings := serving.Default()
	settings.Limits.BodyBytes = 4096
	_, url := startServer(t, servingtest.Toy(t, "price"), settings)
	c := contractOf(t, url)
	for _, path := range []string{"/predict", "/explain", "/whatif", "/invocations", "/v2/models/model/infer"} {
		assert.Equal(t, 400, c.send(url, path, "application/json", []byte("{")))
		assert.Equal(t, 415, c.send(url, path, "text/plain", nil))
		assert.Equal(t, 413, c.send(url, path, "application/json", make([]byte, 5000)))
		assert.Equal(t, 422, c.send(url, path, "application/json", []byte("3")))
	}
}

// What OpenAPI asks of a document that this one could get wrong: operations
// have distinct names, answers and known tags; every reference leads somewhere;
// schemas use known keywords.
func TestOpenAPI(t *testing.T) {
	_, url := startServer(t, servingtest.Toy(t, "kind"), serving.Default())
	c := contractOf(t, url)
	assert.Equal(t, "3.1.0", c.document["openapi"])
	tags := map[any]bool{}
	for _, tag := range c.at("tags").([]any) {
		tags[c.resolve(tag)["name"]] = true
	}
	ids := map[any]bool{}
	for path, item := range c.resolve(c.at("paths")) {
		for method, operation := range c.resolve(item) {
			o := c.resolve(operation)
			assert.False(t, ids[o["operationId"]], "%v comes twice", o["operationId"])
			ids[o["operationId"]] = true
			assert.NotEmpty(t, o["summary"])
			assert.True(t, tags[o["tags"].([]any)[0]], "tag of %s", path)
			for status, response := range c.resolve(o["responses"]) {
				assert.Regexp(t, `^([1-5]\d\d|default)$`, status)
				assert.NotEmpty(t, c.resolve(response)["description"])
			}
			if method == "get" {
				status, _ := servingtest.Get(t, url+path)
				assert.NotEqual(t, http.StatusNotFound, status, path)
			}
		}
	}
	for _, schema := range c.resolve(c.at("components", "schemas")) {
		c.keywords(schema)
	}
	size := c.resolve(c.at("components", "schemas", "Row", "properties", "size"))
	assert.Equal(t, "m²", size["x-unit"])
	assert.Equal(t, 200.0, size["x-maximum"])
	assert.Equal(t, "floor", size["description"])
	assert.Equal(t, []any{100.0}, size["examples"])
}
