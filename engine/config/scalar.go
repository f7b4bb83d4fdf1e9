package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// decodeText handles durations and types that read themselves from text.
func decodeText(node ast.Node, dst reflect.Value) (done bool, err error) {
	switch v := dst.Addr().Interface().(type) {
	case *time.Duration:
		s, _ := text(node)
		d, err := time.ParseDuration(s)
		if err != nil {
			return true, errorAt(node, "expected a duration such as 500ms, 30s or 5m, got %s", describe(node))
		}
		*v = d
		return true, nil
	case encoding.TextUnmarshaler:
		s, ok := text(node)
		if !ok {
			return true, errorAt(node, "expected a text, got %s", describe(node))
		}
		return true, placed(v.UnmarshalText([]byte(s)), node)
	}
	return false, nil
}

func decodeScalar(node ast.Node, dst reflect.Value) error {
	switch dst.Kind() {
	case reflect.String:
		s, ok := text(node)
		if !ok {
			return errorAt(node, "expected a text, got %s", describe(node))
		}
		dst.SetString(s)
		return nil
	case reflect.Bool:
		n, ok := node.(*ast.BoolNode)
		if !ok {
			return errorAt(node, "expected true or false, got %s", describe(node))
		}
		dst.SetBool(n.Value)
		return nil
	case reflect.Float32, reflect.Float64:
		return decodeFloat(node, dst)
	}
	if dst.CanInt() || dst.CanUint() {
		return decodeInt(node, dst)
	}
	panic(fmt.Sprintf("config: values of type %s can't be set", dst.Type()))
}

func decodeFloat(node ast.Node, dst reflect.Value) error {
	s, err := number(node, "a number")
	if err != nil {
		return err
	}
	f, err := strconv.ParseFloat(s, dst.Type().Bits())
	if err != nil {
		return errorAt(node, "%s is too large for a number", s)
	}
	dst.SetFloat(f)
	return nil
}

// decodeInt takes whole numbers, also written 1e6 or 5.0.
func decodeInt(node ast.Node, dst reflect.Value) error {
	s, err := number(node, "a whole number")
	if err != nil {
		return err
	}
	if f, err := strconv.ParseFloat(s, 64); strings.ContainsAny(s, ".eE") && err == nil && math.Abs(f) <= 1<<53 {
		if f != math.Trunc(f) {
			return errorAt(node, "expected a whole number, got %s", s)
		}
		s = strconv.FormatInt(int64(f), 10)
	}
	bits := dst.Type().Bits()
	if dst.CanInt() {
		i, err := strconv.ParseInt(s, 10, bits)
		if err != nil {
			return errorAt(node, "%s is not between %d and %d", s, int64(-1)<<(bits-1), int64(1)<<(bits-1)-1)
		}
		dst.SetInt(i)
		return nil
	}
	u, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		return errorAt(node, "%s is not between 0 and %d", s, uint64(math.MaxUint64)>>(64-bits))
	}
	dst.SetUint(u)
	return nil
}

// decimal is what counts as a number. Leading zeros are a code's, octal to
// some parsers, and therefore refused.
var decimal = regexp.MustCompile(`^[-+]?(0|[1-9][0-9_]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?$`)

// number returns the digits of a decimal number, without underscores.
func number(node ast.Node, expected string) (string, error) {
	switch node.(type) {
	case *ast.InfinityNode, *ast.NanNode:
		return "", errorAt(node, "expected %s, got %s, which is not finite", expected, describe(node))
	}
	s := node.GetToken().Value
	if !isPlain(node) || !decimal.MatchString(s) || !strings.ContainsAny(s, "0123456789") {
		return "", errorAt(node, "expected %s, got %s", expected, describe(node))
	}
	return strings.ReplaceAll(strings.TrimPrefix(s, "+"), "_", ""), nil
}

// isPlain tells whether the node is a scalar without quotes; the parser calls
// 1e3 a string.
func isPlain(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	case *ast.StringNode:
		return n.Token.Type == token.StringType
	}
	return false
}

// text returns a scalar as it is written: 00501 stays 00501, true stays true.
func text(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, true
	}
	return "", false
}

// decodeAny makes a value of maps, slices, strings, bools, int64, float64 and
// nil.
func decodeAny(node ast.Node, dst reflect.Value) error {
	if dst.NumMethod() > 0 {
		panic(fmt.Sprintf("config: %s does not say which type to read; give it UnmarshalYAML", dst.Type()))
	}
	v := plainTarget(node)
	if v == nil {
		dst.SetZero()
		return nil
	}
	target := reflect.ValueOf(v).Elem()
	if err := decode(node, target); err != nil {
		return err
	}
	dst.Set(target)
	return nil
}

// plainTarget returns a pointer to the type that the node asks for by itself.
func plainTarget(node ast.Node) any {
	switch n := node.(type) {
	case *ast.NullNode:
		return nil
	case ast.MapNode:
		return new(map[string]any)
	case *ast.SequenceNode:
		return new([]any)
	case *ast.BoolNode:
		return new(bool)
	case *ast.InfinityNode, *ast.NanNode:
		return new(float64)
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode:
		s, err := number(n, "")
		if err != nil {
			break
		}
		if strings.ContainsAny(s, ".eE") {
			return new(float64)
		}
		if _, err := strconv.ParseInt(s, 10, 64); err != nil {
			return new(float64)
		}
		return new(int64)
	}
	return new(string)
}

// isEmpty tells whether a key or an item has no value at all; `null` and `~`
// are values.
func isEmpty(node ast.Node) bool {
	n, ok := node.(*ast.NullNode)
	return ok && n.Token.Type == token.ImplicitNullType
}

// describe names what stands in the file, for messages.
func describe(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", shorten(n.Value))
	case *ast.LiteralNode:
		return "a text of several lines"
	case ast.MapNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "null"
	}
	return shorten(node.GetToken().Value)
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Quote returns s in double quotes, as JSON has it, which YAML reads alike.
func Quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// QuoteList returns the strings as a list on one line, each in double quotes.
func QuoteList(all []string) string {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = Quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
