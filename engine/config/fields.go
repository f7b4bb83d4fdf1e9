package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
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
	best, at := max(1, len(name)/3)+1, -1
	if len(name) > 3 {
		best = max(best, 3)
	}
	for i, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < best {
			best, at = d, i
		}
	}
	switch {
	case at >= 0:
		return fmt.Sprintf("did you mean %q?", known[at])
	case len(known) == 0:
		return "none is allowed here"
	}
	return "allowed: " + strings.Join(known, ", ")
}

// distance is the number of inserted, deleted and changed characters and of
// swapped neighbours between a and b (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := d[i-1][j-1]
			if s[i-1] != t[j-1] {
				change++
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(s)][len(t)]
}
