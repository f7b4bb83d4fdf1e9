package transform

import (
	"encoding/json"
	"fmt"
	"slices"

	"example.com/engine/table"
)

// Depender is a transformer whose columns made are not one for one those read,
// and of which some are made from less than all of them.
type Depender interface {
	// Dependencies returns for each column made the places of the columns read that it
	// depends on.
	Dependencies() [][]int
}

// Sources returns for each column made, in the order of NamesOut, the names of
// the columns read that it depends on, in the order in which they are read. A
// column made that depends on none is an empty list. It is nil before Fit.
func (c *ColumnTransformer) Sources() [][]string {
	if c.In == nil {
		return nil
	}
	out := make([][]string, 0, len(c.Out))
	for i := range c.parts {
		p := &c.parts[i]
		for _, places := range dependencies(p.t) {
			from := make([]int, len(places))
			for k, j := range places {
				from[k] = p.in[j]
			}
			slices.Sort(from)
			of := make([]string, 0, len(from))
			for _, j := range slices.Compact(from) {
				of = append(of, c.In[j].Name)
			}
			out = append(out, of)
		}
	}
	return out
}

// dependencies is Dependencies for any transformer. One that does not tell depends on
// the column of the same place, if it makes columns of the names that it reads,
// and else on all.
func dependencies(t Rowwise) [][]int {
	if m, ok := t.(Depender); ok {
		return m.Dependencies()
	}
	sig := t.signature()
	if slices.Equal(names(sig.In), names(sig.Out)) {
		return Each(len(sig.In), func(int) int { return 1 })
	}
	all := make([]int, len(sig.In))
	for j := range all {
		all[j] = j
	}
	return slices.Repeat([][]int{all}, len(sig.Out))
}

// Each gives every column read so many columns made, in order.
func Each(read int, count func(j int) int) [][]int {
	out := [][]int{}
	for j := range read {
		out = append(out, slices.Repeat([][]int{{j}}, count(j))...)
	}
	return out
}

// Dependencies goes through the steps.
func (p Pipeline) Dependencies() [][]int {
	var out [][]int
	for i, s := range p {
		step := dependencies(s.Transformer.(Rowwise))
		if i == 0 {
			out = step
			continue
		}
		next := make([][]int, len(step))
		for k, places := range step {
			for _, j := range places {
				next[k] = append(next[k], out[j]...)
			}
			slices.Sort(next[k])
			next[k] = slices.Compact(next[k])
		}
		out = next
	}
	return out
}

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
