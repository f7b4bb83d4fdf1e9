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

// check validates v, which was read from the node: first all of it by tags,
// and then by Validate methods, inner structs before outer ones.
func check(node ast.Node, v any) error {
	var first *Error
	err := walk(reflect.ValueOf(v), "", func(v reflect.Value, key string) error {
		if v.Kind() != reflect.Struct {
			return nil
		}
		e, err := checkTags(node, v, key)
		if e != nil && (first == nil || e.before(first)) {
			first = e
		}
		return err
	})
	if err != nil {
		return err
	}
	if first != nil {
		return first
	}
	return walk(reflect.ValueOf(v), "", func(v reflect.Value, key string) error {
		return callValidate(node, v, key)
	})
}

// checkTags returns the topmost violation in the struct at the key. The
// validator goes on into inner structs, which are asked once more; that does
// not change which violation is the topmost, and lets lists of structs do
// without the tag `dive`.
func checkTags(node ast.Node, v reflect.Value, key string) (*Error, error) {
	err := tags().Struct(v.Interface())
	var violations validator.ValidationErrors
	if err != nil && !errors.As(err, &violations) {
		return nil, err
	}
	var first *Error
	for _, f := range violations {
		path := strings.TrimPrefix(f.Namespace(), v.Type().Name()+".")
		path = strings.ReplaceAll(path, inlined+".", "")
		e := locate(node, joinKey(key, path), violation(f))
		if first == nil || e.before(first) {
			first = e
		}
	}
	return first, nil
}

func (e *Error) before(other *Error) bool {
	return e.Line < other.Line || e.Line == other.Line && e.Column < other.Column
}

func callValidate(node ast.Node, v reflect.Value, key string) error {
	if v.CanAddr() {
		v = v.Addr()
	}
	checked, ok := v.Interface().(validatable)
	if !ok {
		return nil
	}
	err := checked.Validate()
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

// walk visits the values below v that have a key, inner ones first, and v
// itself last.
func walk(v reflect.Value, key string, visit func(v reflect.Value, key string) error) error {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice:
		if isScalar(v.Type().Elem().Kind()) {
			break
		}
		for i := range v.Len() {
			if err := walk(v.Index(i), fmt.Sprintf("%s[%d]", key, i), visit); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if err := walk(v.MapIndex(k), joinKey(key, k.String()), visit); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v) {
			if err := walk(f.value, joinKey(key, f.name), visit); err != nil {
				return err
			}
		}
	}
	return visit(v, key)
}

// isScalar spares walk the numbers of a long list.
func isScalar(k reflect.Kind) bool {
	return k <= reflect.Complex128 && k != reflect.Invalid
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
