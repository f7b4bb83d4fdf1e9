package pages

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
)

// contract is an OpenAPI document as its readers understand it.
type contract struct {
	t        *testing.T
	document map[string]any
}

func contractOf(t *testing.T, url string) contract {
	t.Helper()
	status, body := servingtest.Get(t, url+"/openapi.json")
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
	case "not":
		return fails(c.check(s[key], value) == nil)
	case "oneOf", "allOf", "anyOf":
		var errs []string
		for _, one := range s[key].([]any) {
			if err := c.check(one, value); err != nil {
				errs = append(errs, err.Error())
			}
		}
		n := len(s[key].([]any))
		want := map[string]int{"oneOf": n - 1}[key]
		if key == "anyOf" {
			want = min(len(errs), n-1)
		}
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
	data := must.Get(io.ReadAll(r.Body))(c.t)
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
			data := must.Get(json.Marshal(v))(c.t)
			found[kind] = append(found[kind], data)
		}
	}
	return found
}
