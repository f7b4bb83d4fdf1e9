package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/engine/spelling"
)

// field is one key of a struct and the value it sets.
type field struct {
	name  string
	value reflect.Value
}

type fields []field

// fieldsOf lists the keys of a struct in order, those of inlined structs in
// their place. As with goccy/go-yaml, a field without a tag has its name in
// lower case, and `yaml:"-"` and unexported fields have no key.
func fieldsOf(v reflect.Value) fields {
	var list fields
	for i := range v.NumField() {
		name, inline := fieldKey(v.Type().Field(i))
		switch {
		case inline:
			list = append(list, fieldsOf(v.Field(i))...)
		case name != "":
			list = append(list, field{name, v.Field(i)})
		}
	}
	return list
}

func fieldKey(f reflect.StructField) (name string, inline bool) {
	name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	inline = slices.Contains(strings.Split(options, ","), "inline")
	switch {
	case inline && f.Type.Kind() != reflect.Struct:
		panic(fmt.Sprintf("config: inlined field %s is not a struct", f.Name))
	case inline:
		return "", true
	case !f.IsExported() || name == "-":
		return "", false
	case name == "":
		name = strings.ToLower(f.Name)
	}
	return name, false
}

func (l fields) index(name string) int {
	return slices.IndexFunc(l, func(f field) bool { return f.name == name })
}

func (l fields) names() []string {
	names := make([]string, len(l))
	for i, f := range l {
		names[i] = f.name
	}
	return names
}

// suggestion names the known name nearest to the given one, or all of them
// where none is near.
func suggestion(name string, known []string) string {
	most := max(1, len(name)/3)
	if len(name) > 3 {
		most = max(most, 2)
	}
	if near, ok := spelling.Nearest(name, known, most); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "none is allowed here"
	}
	return "allowed: " + strings.Join(known, ", ")
}
