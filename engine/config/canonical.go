package config

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Canonical returns v as JSON under the keys of the file, sorted, with the
// defaults spelled out: two files that mean the same give the same bytes, so
// a hash of them is a hash of what the settings mean.
//
// A value in an interface stands under the name of its type, since two kinds
// may have the same settings. What JSON can't say is an error.
func Canonical(v any) ([]byte, error) {
	tree, err := plain(reflect.ValueOf(v))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err = enc.Encode(tree)
	return bytes.TrimSpace(b.Bytes()), err
}

// plain turns v into maps, slices and scalars; encoding/json sorts the keys
// of maps.
func plain(v reflect.Value) (any, error) {
	if !v.IsValid() {
		return nil, nil
	}
	if done, tree, err := ownForm(v); done {
		return tree, err
	}
	switch v.Kind() {
	case reflect.Pointer:
		return plain(v.Elem())
	case reflect.Interface:
		return plainInterface(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Map:
		m := map[string]any{}
		for _, k := range v.MapKeys() {
			tree, err := plain(v.MapIndex(k))
			if err != nil {
				return nil, err
			}
			m[fmt.Sprint(k)] = tree
		}
		return m, nil
	case reflect.Slice, reflect.Array:
		s := make([]any, v.Len())
		for i := range s {
			tree, err := plain(v.Index(i))
			if err != nil {
				return nil, err
			}
			s[i] = tree
		}
		return s, nil
	}
	return v.Interface(), nil
}

// ownForm asks a value that knows its JSON or its text.
func ownForm(v reflect.Value) (done bool, tree any, err error) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return true, nil, nil
	}
	if v.Kind() != reflect.Pointer && v.CanAddr() {
		v = v.Addr()
	}
	switch m := v.Interface().(type) {
	case *time.Duration:
		return true, m.String(), nil
	case time.Duration:
		return true, m.String(), nil
	case json.Marshaler:
		data, err := m.MarshalJSON()
		if err == nil {
			dec := json.NewDecoder(bytes.NewReader(data))
			dec.UseNumber()
			err = dec.Decode(&tree)
		}
		return true, tree, err
	case encoding.TextMarshaler:
		text, err := m.MarshalText()
		return true, string(text), err
	}
	return false, nil, nil
}

func plainInterface(v reflect.Value) (any, error) {
	tree, err := plain(v)
	if err != nil || !v.IsValid() {
		return tree, err
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return tree, nil
	}
	return map[string]any{t.String(): tree}, nil
}

// plainStruct takes the fields that have a key. A type that reads itself may
// fill any field, so of that all are taken, and none may be hidden.
func plainStruct(v reflect.Value) (any, error) {
	m := map[string]any{}
	if !reflect.PointerTo(v.Type()).Implements(unmarshalerType) {
		for _, f := range fieldsOf(v) {
			tree, err := plain(f.value)
			if err != nil {
				return nil, err
			}
			m[f.name] = tree
		}
		return m, nil
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			panic(fmt.Sprintf("config: %s reads itself into the hidden field %s; give it MarshalJSON", v.Type(), f.Name))
		}
		tree, err := plain(v.Field(i))
		if err != nil {
			return nil, err
		}
		name, _ := fieldKey(f)
		if name == "" {
			name = f.Name
		}
		m[name] = tree
	}
	return m, nil
}

// Keys returns the canonical form of each key of the struct that v points to.
// Where parts are given, pointers to fields of it at any depth, only theirs,
// under keys such as "fetch" or "clean.nulls".
func Keys(v any, parts ...any) (map[string]json.RawMessage, error) {
	root := reflect.ValueOf(v).Elem()
	keys := map[string]json.RawMessage{}
	if len(parts) == 0 {
		for _, f := range fieldsOf(root) {
			data, err := Canonical(f.value.Addr().Interface())
			if err != nil {
				return nil, err
			}
			keys[f.name] = data
		}
	}
	for _, part := range parts {
		key, ok := keyOf(root, reflect.ValueOf(part), "")
		if !ok {
			panic(fmt.Sprintf("config: a part of type %T is no field of %T", part, v))
		}
		data, err := Canonical(part)
		if err != nil {
			return nil, err
		}
		keys[key] = data
	}
	return keys, nil
}

// keyOf finds the key of the field that the pointer points to.
func keyOf(v, pointer reflect.Value, key string) (string, bool) {
	if v.Addr().Pointer() == pointer.Pointer() && v.Type() == pointer.Type().Elem() {
		return key, true
	}
	if v.Kind() == reflect.Struct {
		for _, f := range fieldsOf(v) {
			if found, ok := keyOf(f.value, pointer, joinKey(key, f.name)); ok {
				return found, true
			}
		}
	}
	return "", false
}
