package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
	"github.com/goccy/go-yaml/ast"
)

// validatable is a struct that checks itself beyond what tags can say.
type validatable interface{ Validate() error }

// inlined stands for an embedded struct in the validator's paths.
const inlined = "\x00"

var tags = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, inline := fieldKey(f)
		if inline {
			return inlined
		}
		return name
	})
	return v
})

// check validates v, which was read from the node, first by tags and then by
// Validate methods, inner structs before outer ones.
func check(node ast.Node, v any) error {
	if err := checkTags(node, v); err != nil {
		return err
	}
	key, err := callValidate(reflect.ValueOf(v), "")
	if err == nil {
		return nil
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Problem: err.Error()}
	}
	if e.Line > 0 {
		return e
	}
	return locate(node, joinKey(key, e.Key), e.Problem)
}

// checkTags reports the violation that stands first in the file.
func checkTags(node ast.Node, v any) error {
	value := reflect.ValueOf(v)
	for value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	var err error
	switch value.Kind() {
	case reflect.Struct:
		err = tags().Struct(v)
	case reflect.Slice, reflect.Map:
		if t := value.Type().Elem(); t.Kind() == reflect.Struct {
			err = tags().Var(value.Interface(), "dive")
		}
	}
	var violations validator.ValidationErrors
	if !errors.As(err, &violations) {
		return err
	}
	var first *Error
	for _, f := range violations {
		e := locate(node, namespaceKey(f.Namespace(), value.Kind()), violation(f))
		if first == nil || e.Line < first.Line || e.Line == first.Line && e.Column < first.Column {
			first = e
		}
	}
	return first
}

// namespaceKey turns "Settings.steps[1].alpha" into "steps[1].alpha".
func namespaceKey(namespace string, kind reflect.Kind) string {
	if kind == reflect.Struct {
		_, namespace, _ = strings.Cut(namespace, ".")
	}
	return strings.ReplaceAll(namespace, inlined+".", "")
}

// callValidate walks v and returns the first error with the key of the struct
// that gave it.
func callValidate(v reflect.Value, key string) (string, error) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return "", nil
		}
		return callValidate(v.Elem(), key)
	case reflect.Slice:
		for i := range v.Len() {
			if key, err := callValidate(v.Index(i), fmt.Sprintf("%s[%d]", key, i)); err != nil {
				return key, err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if key, err := callValidate(v.MapIndex(k), joinKey(key, k.String())); err != nil {
				return key, err
			}
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v) {
			if key, err := callValidate(f.value, joinKey(key, f.name)); err != nil {
				return key, err
			}
		}
	}
	return key, validate(v)
}

func validate(v reflect.Value) error {
	if v.CanAddr() {
		v = v.Addr()
	}
	if v.IsValid() && v.CanInterface() {
		if checked, ok := v.Interface().(validatable); ok {
			return checked.Validate()
		}
	}
	return nil
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

// locate makes an error for the key below the node, with the place of the
// deepest part of it that is in the file.
func locate(node ast.Node, key, problem string) *Error {
	e := &Error{Key: key, Problem: problem}
	if node == nil {
		return e
	}
	e.Key = joinKey(keyPath(node), key)
	e.Line, e.Column = position(descend(node, key))
	return e
}

// descend follows a key such as steps[1].alpha as far as the file has it.
func descend(node ast.Node, key string) ast.Node {
	key = strings.TrimPrefix(key, ".")
	switch n := node.(type) {
	case *ast.SequenceNode:
		var i int
		if _, err := fmt.Sscanf(key, "[%d]", &i); err == nil && i < len(n.Values) {
			_, rest, _ := strings.Cut(key, "]")
			return descend(n.Values[i], rest)
		}
	case *ast.MappingNode:
		for _, pair := range n.Values {
			name, _ := keyName(pair.Key)
			rest, ok := cutKey(key, name)
			if ok && isEmpty(pair.Value) {
				return pair.Key
			}
			if ok {
				return descend(pair.Value, rest)
			}
		}
	}
	return node
}

// cutKey takes the name off the front of the key, also in the form [name]
// that the validator gives the keys of maps.
func cutKey(key, name string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(key, "["+name+"]"); ok {
		return rest, true
	}
	rest, ok = strings.CutPrefix(key, name)
	return rest, ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
