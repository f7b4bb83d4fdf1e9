package pages

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"

	"example.com/engine/explain"
	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/serving"
	v2 "example.com/engine/serving/v2"
	"example.com/engine/serving/wire"
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
	Scale                       explain.Scale
	ModelPath                   string
	Tensors                     string
	Row, Value                  string // JSON schemas
	Classes, PredictionKeys     []string
	Level                       float64
}

// document returns the OpenAPI document of the champion.
func document(c *serving.Champion, s serving.Settings) ([]byte, error) {
	d := description{
		Title: s.Name, Version: c.Model.Version(), Description: about(c.Model),
		Keys: s.APIKeys != "", Rows: s.Limits.Rows, ModelPath: "/v2/models/" + s.Name,
		Example: string(c.Example), Classes: c.Model.Classes, PredictionKeys: []string{"prediction", "warnings"},
		Level: c.Level, Value: valueSchema(c.Model), Row: string(rowSchema(c.Inputs, c.Example, s.Strict)),
	}
	d.ExplainRows, d.Vary = s.Limits.ExplainRows, vary(c.Inputs)
	if c.Explainer != nil {
		d.Scale = c.Explainer.Scale
		for _, t := range c.Explainer.Terms {
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
func about(m *model.Model) string {
	target := m.Schema.Column(m.Schema.Target)
	what := strings.ReplaceAll(target.Name, "_", " ")
	if target.Description != "" {
		what += " (" + target.Description + ")"
	}
	if positive := m.Positive(); positive != "" {
		what += fmt.Sprintf(", positive if %s,", positive)
	}
	return fmt.Sprintf("Predicts %s with a %s, fitted on %s rows.", what, strings.ReplaceAll(m.Estimator.Kind, "_", " "), results.Number(float64(m.Trained.Rows)))
}

// forms writes the example in the other forms that requests have.
func (d *description) forms(c *serving.Champion) error {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(c.Example, &row); err != nil {
		return err
	}
	var values, tensors, fields []string
	for i := range c.Inputs.Columns {
		in := &c.Inputs.Columns[i]
		v := string(row[in.Name])
		d.Names = append(d.Names, in.Name)
		values = append(values, v)
		tensors = append(tensors, fmt.Sprintf(`{"name":%s,"datatype":%q,"shape":[1],"data":[%s]}`, wire.AppendJSON(nil, in.Name), v2.Datatypes(in)[0], v))
		var text *string
		if err := json.Unmarshal(row[in.Name], &text); err == nil {
			v = ""
			if text != nil {
				v = *text
			}
		}
		fields = append(fields, string(wire.AppendField(nil, v)))
	}
	d.First, d.FirstValue = d.Names[0], values[0]
	d.Values = "[" + strings.Join(values, ",") + "]"
	d.Tensors = `{"inputs":[` + strings.Join(tensors, ",") + "]}"
	d.CSV = strings.Join(d.Names, ",") + "\n" + strings.Join(fields, ",") + "\n"
	return nil
}

// valueSchema describes a prediction.
func valueSchema(m *model.Model) string {
	target := m.Schema.Column(m.Schema.Target)
	if m.Task != model.Regression {
		about := map[string]any{"type": "string", "enum": m.Classes, "description": target.Description}
		if positive := m.Positive(); positive != "" {
			about["x-positive"] = positive
		}
		return string(wire.AppendJSON(nil, about))
	}
	return string(wire.AppendJSON(nil, map[string]any{"type": "number", "description": target.Description, "x-unit": target.Unit}))
}

// rowSchema is the JSON schema of a row. Ranges and categories are keywords of
// their own, x-minimum, x-maximum and x-categories, where a value outside is
// answered with a warning, and JSON schema's where it is refused.
func rowSchema(in *wire.Inputs, example []byte, strict bool) []byte {
	var values map[string]any
	if err := json.Unmarshal(example, &values); err != nil {
		panic("pages: " + err.Error()) // the champion made it as JSON
	}
	required := []string{}
	b := append([]byte(`{"type":"object","description":`), wire.AppendJSON(nil, outside(strict))...)
	b = append(b, `,"additionalProperties":false,"properties":{`...)
	for i := range in.Columns {
		c := &in.Columns[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(wire.AppendJSON(b, c.Name), ':')
		b = wire.AppendJSON(b, columnSchema(c, values[c.Name], strict))
		if !c.TakesNull() {
			required = append(required, c.Name)
		}
	}
	b = append(b, `},"required":`...)
	return append(wire.AppendJSON(b, required), '}')
}

// outside says what is made of values that the schema does not allow.
func outside(strict bool) string {
	s := "A value outside of x-minimum and x-maximum, or of none of x-categories, is answered with a warning."
	if strict {
		s += " One outside of minimum and maximum, or of none of enum, is refused."
	}
	return s
}

// columnSchema is the JSON schema of a column. A check that is off is not in it; one
// that gives a warning is a keyword of its own, with x- in front.
func columnSchema(c *wire.Input, example any, strict bool) map[string]any {
	s := map[string]any{"description": cmp.Or(c.Description, c.Allowed), "examples": []any{example}}
	typeOf(s, c)
	if c.Unit != "" {
		s["x-unit"] = c.Unit
	}
	set := func(keyword, check string, refused bool, value any) {
		switch severity := c.SeverityOf(check); {
		case severity == schema.Off:
		case refused && severity == schema.Error:
			s[keyword] = value
		default:
			s["x-"+keyword] = value
		}
	}
	if c.Type == schema.Integer && c.SeverityOf("integer") != schema.Error {
		set("multipleOf", "integer", true, 1)
	}
	if c.Min != nil {
		set("minimum", "min", strict, *c.Min)
	}
	if c.Max != nil {
		set("maximum", "max", strict, *c.Max)
	}
	if c.Pattern != "" {
		pattern := c.Pattern
		if c.TakesNull() {
			pattern = "^$|" + pattern // the empty text is null
		}
		set("pattern", "pattern", strict, pattern)
	}
	if len(c.Levels) == 0 {
		return s
	}
	type object = map[string]any
	switch refused := strict && c.SeverityOf("category") == schema.Error; {
	case refused && s["x-type"] != nil:
		s["anyOf"] = []object{{"enum": options(c)}, {"not": object{"type": "string"}}}
	case refused:
		s["enum"] = options(c)
	case c.SeverityOf("category") != schema.Off:
		s["x-categories"] = c.Levels
	}
	return s
}

// typeOf sets the type of a column's values, x-type where others are taken for null.
func typeOf(s map[string]any, c *wire.Input) {
	kind := map[schema.Type]string{schema.Number: "number", schema.Integer: "integer"}[c.Type]
	switch {
	case kind == "":
		kind = "string"
	case c.SeverityOf("integer") != schema.Error:
		kind = "number"
	}
	if !c.TakesNull() {
		if s["type"] = kind; kind == "string" {
			s["minLength"] = 1
		}
		return
	}
	name := "type"
	if c.SeverityOf("type") != schema.Error {
		name = "x-type"
	}
	s[name] = []string{kind, "null"}
}

// options are what a category may be where others are refused.
func options(c *wire.Input) []any {
	var out []any
	for _, level := range c.Levels {
		out = append(out, level)
	}
	if c.TakesNull() {
		out = append(out, "", nil)
	}
	return out
}
