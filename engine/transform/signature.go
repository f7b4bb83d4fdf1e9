package transform

import (
	"encoding/json"
	"fmt"

	"example.com/engine/table"
)

// Field is the name and the kind of a column.
type Field struct {
	Name string
	Kind table.Kind
}

type fieldJSON struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// MarshalJSON writes the kind by its name: {"name":"age","kind":"number"}.
func (f Field) MarshalJSON() ([]byte, error) {
	return json.Marshal(fieldJSON{f.Name, f.Kind.String()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Field) UnmarshalJSON(data []byte) error {
	var j fieldJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	for kind := table.Float; kind <= table.Text; kind++ {
		if kind.String() == j.Kind {
			*f = Field{j.Name, kind}
			return nil
		}
	}
	return fmt.Errorf("column %q: no kind %q", j.Name, j.Kind)
}

// Signature is what every transformer learns: the columns that it reads and
// those that it makes, in order. Both are nil before Fit.
type Signature struct {
	In  []Field `json:"in"`
	Out []Field `json:"out"`
}

// NamesOut returns the names of the columns that Transform gives, as
// scikit-learn's get_feature_names_out, or nil before Fit.
func (s *Signature) NamesOut() []string { return names(s.Out) }

func (s *Signature) signature() *Signature { return s }

// OneToOne takes over the columns of x as those read and those made.
func (s *Signature) OneToOne(x *table.Table) {
	s.In = FieldsOf(x)
	s.Out = s.In
}

// FieldsOf describes the columns of x; it is never nil.
func FieldsOf(x *table.Table) []Field {
	list := make([]Field, x.Width())
	for i, c := range x.Columns() {
		list[i] = Field{c.Name, c.Kind}
	}
	return list
}

// Numbers returns fields of numbers by name.
func Numbers(names ...string) []Field {
	list := make([]Field, len(names))
	for i, name := range names {
		list[i] = Field{name, table.Float}
	}
	return list
}

func names(list []Field) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Name
	}
	return out
}

// AllNumbers tells whether every field is a number, and if not, which is the
// first that is not.
func AllNumbers(list []Field) (first Field, ok bool) {
	for _, f := range list {
		if f.Kind != table.Float {
			return f, false
		}
	}
	return Field{}, true
}
