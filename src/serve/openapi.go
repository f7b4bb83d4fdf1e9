package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"text/template"

	"github.com/gin-gonic/gin"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
)

//go:embed openapi.tmpl
var openapiText string

var openapiTemplate = template.Must(template.New("openapi").Funcs(template.FuncMap{
	"json": func(v any) (string, error) { data, err := json.Marshal(v); return string(data), err },
}).Parse(openapiText))

// description is what the OpenAPI document says of one model.
type description struct {
	Title, Version, Description string
	Keys                        bool
	Rows, ExplainRows           int
	Example, Values             string // a row, and its values, as JSON
	CSV                         string
	Names                       []string
	First, FirstValue           string // a column and its value in the example
	Vary                        string // a column that the server knows values for; may be empty
	Terms                       []string
	Scale                       model.Scale
	ModelPath                   string
	Tensors                     string
	Row, Value                  string // JSON schemas
	Classes, PredictionKeys     []string
	Level                       float64
}

// document returns the OpenAPI document of the champion.
func (c *champion) document(s Settings) ([]byte, error) {
	d := description{
		Title: s.Name, Version: c.model.Version(), Description: c.about(),
		Keys: s.APIKeys != "", Rows: s.Limits.Rows, ModelPath: "/v2/models/" + s.Name,
		Example: string(c.example), Classes: c.model.Classes, PredictionKeys: []string{"prediction", "warnings"},
		Level: c.level, Value: c.valueSchema(), Row: string(c.inputs.schema(c.example, s.Strict)),
	}
	d.ExplainRows, d.Vary = s.Limits.ExplainRows, c.vary()
	if c.explainer != nil {
		d.Scale = c.explainer.Scale
		for _, t := range c.explainer.Terms {
			d.Terms = append(d.Terms, t.Name)
		}
	}
	if d.Classes != nil {
		d.PredictionKeys = append(d.PredictionKeys, "probabilities")
	}
	if d.Level > 0 {
		d.PredictionKeys = append(d.PredictionKeys, map[bool]string{true: "set", false: "interval"}[d.Classes != nil])
	}
	if err := d.forms(c); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := openapiTemplate.Execute(&b, d); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := json.Indent(&out, b.Bytes(), "", " ")
	return out.Bytes(), err
}

// about says what is predicted, by what.
func (c *champion) about() string {
	m := c.model
	target := m.Schema.Column(m.Schema.Target)
	what := strings.ReplaceAll(target.Name, "_", " ")
	if target.Description != "" {
		what += " (" + target.Description + ")"
	}
	return fmt.Sprintf("Predicts %s with a %s, fitted on %s rows.", what, strings.ReplaceAll(m.Estimator.Kind, "_", " "), results.Number(float64(m.Trained.Rows)))
}

// forms writes the example in the other forms that requests have.
func (d *description) forms(c *champion) error {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(c.example, &row); err != nil {
		return err
	}
	var values, tensors, fields []string
	for i := range c.inputs.columns {
		in := &c.inputs.columns[i]
		v := string(row[in.Name])
		d.Names = append(d.Names, in.Name)
		values = append(values, v)
		tensors = append(tensors, fmt.Sprintf(`{"name":%s,"datatype":%q,"shape":[1],"data":[%s]}`, appendJSON(nil, in.Name), datatypes(in)[0], v))
		var text *string
		if err := json.Unmarshal(row[in.Name], &text); err == nil {
			v = ""
			if text != nil {
				v = *text
			}
		}
		fields = append(fields, string(appendField(nil, v)))
	}
	d.First, d.FirstValue = d.Names[0], values[0]
	d.Values = "[" + strings.Join(values, ",") + "]"
	d.Tensors = `{"inputs":[` + strings.Join(tensors, ",") + "]}"
	d.CSV = strings.Join(d.Names, ",") + "\n" + strings.Join(fields, ",") + "\n"
	return nil
}

// valueSchema describes a prediction.
func (c *champion) valueSchema() string {
	target := c.model.Schema.Column(c.model.Schema.Target)
	if c.model.Task != model.Regression {
		return string(appendJSON(nil, map[string]any{"type": "string", "enum": c.model.Classes, "description": target.Description}))
	}
	return string(appendJSON(nil, map[string]any{"type": "number", "description": target.Description, "x-unit": target.Unit}))
}

// schema is the JSON schema of a row. Ranges and categories are keywords of
// their own, x-minimum, x-maximum and x-categories, where a value outside is
// answered with a warning, and JSON schema's where it is refused.
func (in *inputs) schema(example []byte, strict bool) []byte {
	var values map[string]any
	if err := json.Unmarshal(example, &values); err != nil {
		panic("serve: " + err.Error()) // exampleOf makes JSON
	}
	required := []string{}
	b := append([]byte(`{"type":"object","description":`), appendJSON(nil, about(strict))...)
	b = append(b, `,"additionalProperties":false,"properties":{`...)
	for i := range in.columns {
		c := &in.columns[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, c.Name), ':')
		b = appendJSON(b, c.schema(values[c.Name], strict))
		if !c.Nullable {
			required = append(required, c.Name)
		}
	}
	b = append(b, `},"required":`...)
	return append(appendJSON(b, required), '}')
}

// about says what is made of values that the schema does not allow.
func about(strict bool) string {
	s := "A value outside of x-minimum and x-maximum, or of none of x-categories, is answered with a warning."
	if strict {
		s += " One outside of minimum and maximum, or of none of enum, is refused."
	}
	return s
}

// schema is the JSON schema of a column.
func (c *input) schema(example any, strict bool) map[string]any {
	kind := map[schema.Type]string{schema.Number: "number", schema.Integer: "integer"}[c.Type]
	if kind == "" {
		kind = "string"
	}
	s := map[string]any{"type": kind, "description": cmp.Or(c.Description, c.allowed), "examples": []any{example}}
	if c.Nullable {
		s["type"] = []string{kind, "null"}
	} else if kind == "string" {
		s["minLength"] = 1
	}
	if c.Unit != "" {
		s["x-unit"] = c.Unit
	}
	soft := func(name string, severity schema.Severity) string {
		if strict && severity == schema.Error {
			return name
		}
		return "x-" + name
	}
	if c.Min != nil {
		s[soft("minimum", c.severity())] = *c.Min
	}
	if c.Max != nil {
		s[soft("maximum", c.severity())] = *c.Max
	}
	if len(c.levels) == 0 {
		return s
	}
	if soft("enum", c.unseen()) == "enum" {
		s["enum"] = c.options()
	} else {
		s["x-categories"] = c.levels
	}
	return s
}

// options are what a category may be where others are refused.
func (c *input) options() []any {
	var out []any
	for _, level := range c.levels {
		out = append(out, level)
	}
	if c.Nullable {
		out = append(out, "", nil)
	}
	return out
}

// openapi answers /openapi.json.
func (s *server) openapi(c *gin.Context) {
	c.Data(http.StatusOK, "application/json", s.champion.Load().openapi)
}
