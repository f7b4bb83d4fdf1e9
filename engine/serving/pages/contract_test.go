package pages

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/serving/servingtest"
)

// contract is an OpenAPI document as its readers understand it.
type contract struct {
	t        *testing.T
	document map[string]any
	compiled map[string]*jsonschema.Schema // by their text
}

func contractOf(t *testing.T, url string) contract {
	t.Helper()
	status, body := servingtest.Get(t, url+"/openapi.json")
	require.Equal(t, http.StatusOK, status)
	c := contract{t: t, compiled: map[string]*jsonschema.Schema{}}
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

// check tells in an error how a value breaks a schema.
func (c contract) check(schema, value any) error {
	name := fmt.Sprint(schema)
	if c.compiled[name] == nil {
		compiler := jsonschema.NewCompiler()
		document := map[string]any{"components": c.document["components"], "schema": schema} // where references lead
		require.NoError(c.t, compiler.AddResource("contract.json", document))
		c.compiled[name] = must.Get(compiler.Compile("contract.json#/schema"))(c.t)
	}
	return c.compiled[name].Validate(value)
}

// keywords fails on a keyword that readers do not know, which they would pass over.
func (c contract) keywords(schema any) {
	s, _ := schema.(map[string]any) // no object is true or false
	for key, v := range s {
		switch key {
		case "properties":
			for _, property := range v.(map[string]any) {
				c.keywords(property)
			}
		case "oneOf", "allOf", "anyOf":
			for _, one := range v.([]any) {
				c.keywords(one)
			}
		case "additionalProperties", "items", "not":
			c.keywords(v)
		case "$ref", "type", "required", "minItems", "maxItems", "minimum", "maximum", "minLength", "enum", "multipleOf", "pattern",
			"description", "examples", "format":
		default:
			require.True(c.t, strings.HasPrefix(key, "x-"), "the keyword %s", key)
		}
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
