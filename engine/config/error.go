package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/goccy/go-yaml/ast"
)

// Error is trouble with one place of a file of settings.
type Error struct {
	File         string
	Line, Column int    // from 1, in characters; 0 where the place is not in the file
	Key          string // such as columns[2].steps[0].alpha; empty for the whole file
	Problem      string // what is wrong and what is allowed
	Excerpt      string // the line and the one before, with a mark below the column
}

// Details returns the excerpt; package command prints it below the error.
func (e *Error) Details() string { return e.Excerpt }

// Error is one line, `configs/model.yaml:12:5: estimator.ridge.alpha: -1 is
// less than 0`, without the excerpt.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	return b.String() + e.Problem
}

// Invalid returns an error for a method Validate to return: key is relative
// to the struct, such as "max" or "bins[1].edge", or empty for the whole of
// it.
func Invalid(key, format string, args ...any) error {
	return &Error{Key: key, Problem: fmt.Sprintf(format, args...)}
}

// Unknown returns the error for a name that is none of the known ones, with
// the nearest of them where one is near. The place is that of the node.
func Unknown(node ast.Node, what, name string, known []string) error {
	return errorAt(node, "unknown %s %q; %s", what, name, suggestion(name, known))
}

func errorAt(node ast.Node, format string, args ...any) *Error {
	e := &Error{Problem: fmt.Sprintf(format, args...)}
	e.place(node)
	return e
}

// place fills in where the node stands, unless the place is known already.
func (e *Error) place(node ast.Node) {
	if e.Line > 0 || node == nil {
		return
	}
	e.Line, e.Column = position(node)
	e.Key = joinKey(keyPath(node), e.Key)
}

// placed makes an *Error of any error from below the node.
func placed(err error, node ast.Node) error {
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Problem: err.Error()}
	}
	e.place(node)
	return e
}

// inFile adds to an *Error the file and the excerpt.
func inFile(err error, name string, data []byte) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	e.File = name
	e.Excerpt = excerpt(string(data), e.Line, e.Column)
	return e
}

func excerpt(source string, line, column int) string {
	lines := strings.Split(source, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	var b strings.Builder
	width := len(fmt.Sprint(line))
	for n := max(1, line-1); n <= line; n++ {
		fmt.Fprintf(&b, "  %*d | %s\n", width, n, lines[n-1])
	}
	fmt.Fprintf(&b, "  %*s | %s^", width, "", indent(lines[line-1], column-1))
	return b.String()
}

// indent returns blanks as wide as the first n characters of the line, tabs
// kept, so that the mark stands below its character.
func indent(line string, n int) string {
	var b strings.Builder
	for i, r := range []rune(line) {
		if i >= n {
			break
		}
		if r != '\t' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// position is where the text of the node starts. The token of a mapping is
// the colon of its first pair, so its key is asked instead.
func position(node ast.Node) (line, column int) {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return position(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(n.Key)
	}
	token := node.GetToken()
	if token == nil || token.Position == nil {
		return 0, 0
	}
	return token.Position.Line, max(token.Position.Column, 1)
}

func keyPath(node ast.Node) string {
	path := strings.TrimPrefix(node.GetPath(), "$")
	return strings.TrimPrefix(path, ".")
}

func joinKey(parent, key string) string {
	if parent == "" || key == "" || key[0] == '[' {
		return parent + key
	}
	return parent + "." + key
}

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
