package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// contract is an OpenAPI document as its readers understand it.
type contract struct {
	t        *testing.T
	document map[string]any
}

func contractOf(t *testing.T, url string) contract {
	t.Helper()
	status, body := get(t, url+"/openapi.json")
	require.Equal(t, http.StatusOK, status)
	c := contract{t: t}
	require.NoError(t, json.Unmarshal([]byte(body), &c.document))
	return c
}

// resolve follows references.
func (c contract) resolve(node any) map[string]any {
	for {
		m, ok := node.(map[string]any)
		require.True(c.t, ok, "%v is no object", node)
		ref, ok := m["$ref"].(string)
		if !ok {
			return m
		}
		node = c.document
		for _, part := range strings.Split(ref, "/")[1:] {
			node = node.(map[string]any)[part]
			require.NotNil(c.t, node, "%s leads nowhere", ref)
		}
	}
}

// at is the node that the keys lead to.
func (c contract) at(keys ...string) any {
	var node any = c.document
	for _, key := range keys {
		node = c.resolve(node)[key]
		require.NotNil(c.t, node, "%v: nothing at %s", keys, key)
	}
	return node
}

// check tells in an error how a value breaks a schema. It knows the keywords
// that the document uses, and fails on others.
func (c contract) check(schema, value any) error {
	s := c.resolve(schema)
	for _, key := range slices.Sorted(maps.Keys(s)) {
		if err := c.keyword(s, key, value); err != nil {
			return err
		}
	}
	return nil
}

func (c contract) keyword(s map[string]any, key string, value any) error {
	object, _ := value.(map[string]any)
	list, isList := value.([]any)
	number, isNumber := value.(float64)
	text, isText := value.(string)
	fails := func(broken bool) error {
		if broken {
			return fmt.Errorf("%v breaks %s: %v", value, key, s[key])
		}
		return nil
	}
	switch key {
	case "type":
		return fails(!slices.ContainsFunc(either(s[key]), func(kind any) bool { return isOf(value, kind.(string)) }))
	case "required":
		for _, name := range s[key].([]any) {
			if _, ok := object[name.(string)]; object != nil && !ok {
				return fmt.Errorf("%v lacks %v", value, name)
			}
		}
	case "properties":
		for name, property := range s[key].(map[string]any) {
			if v, ok := object[name]; ok {
				if err := c.check(property, v); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	case "additionalProperties":
		known, _ := s["properties"].(map[string]any)
		for name, v := range object {
			if known[name] != nil {
				continue
			}
			if s[key] == false {
				return fmt.Errorf("%s is not a property", name)
			}
			if err := c.check(s[key], v); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case "items":
		for i, v := range list {
			if err := c.check(s[key], v); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
	case "minItems":
		return fails(isList && float64(len(list)) < s[key].(float64))
	case "maxItems":
		return fails(isList && float64(len(list)) > s[key].(float64))
	case "minimum":
		return fails(isNumber && number < s[key].(float64))
	case "maximum":
		return fails(isNumber && number > s[key].(float64))
	case "minLength":
		return fails(isText && float64(len(text)) < s[key].(float64))
	case "enum":
		return fails(!slices.Contains(s[key].([]any), value))
	case "oneOf", "allOf":
		var errs []string
		for _, one := range s[key].([]any) {
			if err := c.check(one, value); err != nil {
				errs = append(errs, err.Error())
			}
		}
		want := map[string]int{"oneOf": len(s[key].([]any)) - 1}[key]
		if len(errs) != want {
			return fmt.Errorf("%v breaks %s: %v", value, key, errs)
		}
	case "description", "examples", "format":
	default:
		if !strings.HasPrefix(key, "x-") {
			c.t.Fatalf("the test does not know the keyword %s", key)
		}
	}
	return nil
}

func either(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

func isOf(value any, kind string) bool {
	switch v := value.(type) {
	case nil:
		return kind == "null"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case string:
		return kind == "string"
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	default:
		return kind == "boolean"
	}
}

// send sends a request that the document describes, and checks the answer
// against it: the status is one that it names, the type and the body are those
// of that status.
func (c contract) send(url, path, contentType string, body []byte) int {
	c.t.Helper()
	r, err := http.Post(url+path, contentType, strings.NewReader(string(body)))
	require.NoError(c.t, err)
	defer r.Body.Close()
	responses := c.resolve(c.at("paths", path, "post", "responses"))
	response, ok := responses[fmt.Sprint(r.StatusCode)]
	require.True(c.t, ok, "%s answers %d, which the document does not name", path, r.StatusCode)
	content := c.resolve(c.resolve(response)["content"])
	got, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	require.Contains(c.t, content, got)
	data, err := io.ReadAll(r.Body)
	require.NoError(c.t, err)
	if strings.HasSuffix(got, "json") {
		var value any
		require.NoError(c.t, json.Unmarshal(data, &value))
		require.NoError(c.t, c.check(c.resolve(content[got])["schema"], value), "%s", data)
	}
	return r.StatusCode
}

// examples are those of a request's body, by type.
func (c contract) examples(path string) map[string][][]byte {
	found := map[string][][]byte{}
	for kind, content := range c.resolve(c.at("paths", path, "post", "requestBody", "content")) {
		m := c.resolve(content)
		var values []any
		if v, ok := m["example"]; ok {
			values = append(values, v)
		}
		if named, ok := m["examples"].(map[string]any); ok {
			for _, e := range named {
				values = append(values, c.resolve(e)["value"])
			}
		}
		require.NotEmpty(c.t, values, "%s has no example of %s", path, kind)
		for _, v := range values {
			if text, ok := v.(string); ok && kind == "text/csv" {
				found[kind] = append(found[kind], []byte(text))
				continue
			}
			require.NoError(c.t, c.check(m["schema"], v))
			data, err := json.Marshal(v)
			require.NoError(c.t, err)
			found[kind] = append(found[kind], data)
		}
	}
	return found
}

// Every example of the document is answered, with what the document says.
func TestContractExamples(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		for _, strict := range []bool{false, true} {
			settings := Default()
			settings.Strict = strict
			_, url := startServer(t, toy(t, target), settings)
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

func TestContractAllowsAndForbids(t *testing.T) {
	for _, target := range []string{"price", "kind"} {
		for _, strict := range []bool{false, true} {
			settings := Default()
			settings.Strict = strict
			_, url := startServer(t, toy(t, target), settings)
			c := contractOf(t, url)
			row := c.at("components", "schemas", "Row")
			sent := map[int]int{}
			for _, name := range []string{"size", "rooms", "city", "built", "heat", "note", "strange"} {
				for _, v := range append([]any{"absent"}, mutations...) {
					var body map[string]any
					require.NoError(t, json.Unmarshal([]byte(toyRow), &body))
					if body[name] = v; v == "absent" {
						delete(body, name)
					}
					allowed := c.check(row, body) == nil && beyondSchema(body, strict)
					data, err := json.Marshal(body)
					require.NoError(t, err)
					status := c.send(url, "/predict", "application/json", data)
					sent[status]++
					assert.Equal(t, allowed, status == http.StatusOK, "%s %v, strict %v: %d", name, v, strict, status)
				}
			}
			assert.Greater(t, sent[http.StatusOK], 20)
			assert.Greater(t, sent[http.StatusUnprocessableEntity], 50)
		}
	}
}

// Each status that the document names for a refusal is one that comes.
func TestContractRefusals(t *testing.T) {
	settings := Default()
	settings.Limits.BodyBytes = 4096
	_, url := startServer(t, toy(t, "price"), settings)
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
	_, url := startServer(t, toy(t, "kind"), Default())
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
				status, _ := get(t, url+path)
				assert.NotEqual(t, http.StatusNotFound, status, path)
			}
		}
	}
	for name := range c.resolve(c.at("components", "schemas")) {
		_ = c.check(map[string]any{"$ref": "#/components/schemas/" + name}, map[string]any{})
	}
	size := c.resolve(c.at("components", "schemas", "Row", "properties", "size"))
	assert.Equal(t, "m²", size["x-unit"])
	assert.Equal(t, 200.0, size["x-maximum"])
	assert.Equal(t, "floor", size["description"])
	assert.Equal(t, []any{100.0}, size["examples"])
}

// The example is that of the settings where it fits the model.
func TestExample(t *testing.T) {
	settings := Default()
	settings.Example = map[string]any{"size": 66, "heat": nil}
	s, _ := startServer(t, toy(t, "price"), settings)
	champion := s.champion.Load()
	assert.NoError(t, champion.doubt)
	assert.JSONEq(t, `{"size":66,"rooms":1,"city":"bern","built":"2024-01-01","heat":null,"note":null}`, string(champion.example))
	for _, bad := range []map[string]any{{"size": "x"}, {"other": 1}} {
		settings.Example = bad
		s, _ := startServer(t, toy(t, "price"), settings)
		champion := s.champion.Load()
		assert.ErrorContains(t, champion.doubt, "example: #/")
		assert.Contains(t, string(champion.example), `"size":100`)
	}
}
