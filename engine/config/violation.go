package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
)

// violation says in words which `validate` tag a value does not meet.
func violation(f validator.FieldError) string {
	value, param := quote(f.Value()), f.Param()
	if hasLength(f.Kind()) {
		if s := lengthViolation(f); s != "" {
			return s
		}
	}
	switch f.Tag() {
	case "required":
		return "must be given"
	case "gte", "min":
		return fmt.Sprintf("%s is less than %s", value, param)
	case "gt":
		return fmt.Sprintf("%s is not greater than %s", value, param)
	case "lte", "max":
		return fmt.Sprintf("%s is greater than %s", value, param)
	case "lt":
		return fmt.Sprintf("%s is not less than %s", value, param)
	case "ne":
		return fmt.Sprintf("%s is not allowed", value)
	case "eq", "len":
		return fmt.Sprintf("%s is not %s", value, param)
	case "oneof":
		names := strings.Fields(param)
		return fmt.Sprintf("unknown value %s; %s", value, suggestion(fmt.Sprint(f.Value()), names))
	case "unique":
		return "holds a value twice"
	case "gtfield", "gtefield", "ltfield", "ltefield", "eqfield", "nefield":
		return fmt.Sprintf("%s must be %s %s", value, comparison[f.Tag()], snake(param))
	case "required_with", "required_without", "required_if", "required_unless":
		return fmt.Sprintf("must be given (%s %s)", strings.ReplaceAll(f.Tag(), "_", " "), snake(param))
	case "excluded_with", "excluded_if", "excluded_unless", "excluded_without":
		return fmt.Sprintf("must not be given (%s %s)", strings.ReplaceAll(f.Tag(), "_", " "), snake(param))
	}
	return fmt.Sprintf("%s is not valid: it must be %s", value, strings.TrimSpace(f.Tag()+" "+param))
}

var comparison = map[string]string{
	"gtfield": "greater than", "gtefield": "at least", "ltfield": "less than",
	"ltefield": "at most", "eqfield": "equal to", "nefield": "different from",
}

func hasLength(k reflect.Kind) bool {
	return k == reflect.String || k == reflect.Slice || k == reflect.Map
}

// lengthViolation is for tags that compare a length, "" for others.
func lengthViolation(f validator.FieldError) string {
	unit := "items"
	if f.Kind() == reflect.String {
		unit = "characters"
	}
	n := reflect.ValueOf(f.Value()).Len()
	bound := map[string]string{
		"gte": "at least", "min": "at least", "gt": "more than", "len": "exactly",
		"lte": "at most", "max": "at most", "lt": "fewer than",
	}[f.Tag()]
	switch {
	case bound == "":
		return ""
	case n == 0:
		return fmt.Sprintf("is empty; %s %s %s needed", bound, f.Param(), areOrIs(unit, f.Param()))
	}
	return fmt.Sprintf("has %d %s; %s %s allowed", n, unit, bound, f.Param())
}

func areOrIs(unit, n string) string {
	if n == "1" {
		return strings.TrimSuffix(unit, "s") + " is"
	}
	return unit + " are"
}

func quote(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", shorten(s))
	}
	return shorten(fmt.Sprint(v))
}

// snake turns the name of a Go field in a tag into a key: MaxDepth, max_depth.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if 'A' <= r && r <= 'Z' {
			if i > 0 && name[i-1] != ' ' {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
