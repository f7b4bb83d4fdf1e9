// Package derive makes columns out of the other columns of the same row.
//
// Nothing here is fitted: what a row gets depends on that row alone. So the
// same [List] runs over a table of a million rows before the split and over
// the one row of a request, with the same code and the same bits, and the
// model file carries it from the one to the other.
//
// A derivation may use the columns of the table and those of the derivations
// before it. A null in gives a null out, and so does a result that is not a
// finite number: x/0, the logarithm of 0, an overflow.
package derive

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/engine/spelling"
	"example.com/engine/table"
)

// Derivation makes columns from columns of the same row. Each kind has a file
// here.
type Derivation interface {
	// inputs are the columns it reads, one or more.
	inputs() []Input
	// outputs are the columns it adds, in order.
	outputs() []table.Field
	// compute appends the outputs to cols. The inputs are in the order of
	// inputs, of the right kinds; they stay as they are. It is safe for
	// concurrent use.
	compute(cols, in []*table.Column) []*table.Column
}

// Input is a column that a derivation reads.
type Input struct {
	Setting string // that names the column, for messages: "numerator"
	Column  string
	Kinds   Kinds // that the column may have
}

// Kinds is a set of kinds of columns.
type Kinds uint8

// The sets of one kind, and unions of them.
const (
	Numbers    Kinds = 1 << table.Float
	Categories Kinds = 1 << table.Category
	Times      Kinds = 1 << table.Time
	Texts      Kinds = 1 << table.Text

	Strings  = Categories | Texts
	Anything = Numbers | Strings | Times
)

// Has tells whether the kind is in the set.
func (k Kinds) Has(kind table.Kind) bool { return k&(1<<kind) != 0 }

func (k Kinds) String() string {
	var names []string
	for kind := table.Float; kind <= table.Text; kind++ {
		if k.Has(kind) {
			names = append(names, kind.String())
		}
	}
	return strings.Join(names, " or ")
}

// List is the derivations of a configuration, in order. The empty list
// derives nothing.
type List []Step

// Check returns the fields that a table with the given fields has after
// Apply, or says which derivation can't be made of them. A name is used once,
// also that of a dropped column. The target, where it is not "", can be read
// or dropped by none: a column made from the answer would give it away.
func (l List) Check(fields []table.Field, target string) ([]table.Field, error) {
	out, used := slices.Clone(fields), map[string]bool{}
	for _, f := range fields {
		used[f.Name] = true
	}
	for i, s := range l {
		var err error
		if out, err = s.check(out, used, target); err != nil {
			return nil, fmt.Errorf("derivation %d, %s: %w", i+1, s, err)
		}
	}
	return out, nil
}

// Join returns the fields of train.csv: those given to Check, dropped ones
// included, so that from the file a model can derive again as it does from a
// request, followed by the derived ones of what Check returned.
func Join(fields, checked []table.Field) []table.Field {
	all := slices.Clone(fields)
	for _, f := range checked {
		if index(fields, f.Name) < 0 {
			all = append(all, f)
		}
	}
	return all
}

// Makes lists the names of the derived columns, those dropped again among them.
func (l List) Makes() []string {
	var made []string
	for _, s := range l {
		made = append(made, names(s.outputs())...)
	}
	return made
}

// Apply returns the columns of t, shared and not copied, followed by the
// derived ones, without those dropped. A column that is only dropped need not
// be there. It leaves t as it was and is safe for concurrent use.
func (l List) Apply(t *table.Table) (*table.Table, error) {
	if len(l) == 0 {
		return t, nil
	}
	cols := append(make([]*table.Column, 0, t.Width()+2*len(l)), t.Columns()...)
	in := make([]*table.Column, 0, 8)
	for i, s := range l {
		var err error
		if cols, err = s.apply(cols, in); err != nil {
			return nil, fmt.Errorf("derivation %d, %s: %w", i+1, s, err)
		}
	}
	return table.New(cols...)
}

func (s Step) check(fields []table.Field, used map[string]bool, target string) ([]table.Field, error) {
	if s.Derivation == nil {
		return nil, errors.New("is empty")
	}
	if err := validate(s.Derivation); err != nil {
		return nil, err
	}
	for _, in := range s.inputs() {
		if err := in.Check(fields, target); err != nil {
			return nil, err
		}
	}
	if d, ok := s.Derivation.(*Drop); ok {
		return slices.DeleteFunc(fields, func(f table.Field) bool { return d.has(f.Name) }), nil
	}
	for _, f := range s.outputs() {
		if f.Name == "" {
			return nil, errors.New("the column that it makes has no name")
		}
		if used[f.Name] {
			return nil, fmt.Errorf("there is a column %q already: choose another name", f.Name)
		}
		used[f.Name] = true
		fields = append(fields, f)
	}
	return fields, nil
}

// Check tells in an error why the column, which is not to be the target, can't
// be read.
func (in Input) Check(fields []table.Field, target string) error {
	i := index(fields, in.Column)
	if i < 0 {
		return in.missing(names(fields))
	}
	if in.Column == target {
		return fmt.Errorf("%s: %q is the target, which no derivation may use: "+
			"it is not known when a prediction is asked for", in.Setting, target)
	}
	return in.accept(fields[i].Kind)
}

// apply returns cols with what the step adds or without what it drops; in is
// room for its inputs.
func (s Step) apply(cols, in []*table.Column) ([]*table.Column, error) {
	if d, ok := s.Derivation.(*Drop); ok {
		return slices.DeleteFunc(cols, func(c *table.Column) bool { return d.has(c.Name) }), nil
	}
	for _, input := range s.inputs() {
		c := find(cols, input.Column)
		if c == nil {
			return nil, input.missing(columnNames(cols))
		}
		if err := input.accept(c.Kind); err != nil {
			return nil, err
		}
		in = append(in, c)
	}
	return s.compute(cols, in), nil
}

func (in Input) accept(kind table.Kind) error {
	if in.Kinds.Has(kind) {
		return nil
	}
	return fmt.Errorf("%s: column %q is a %s column, not %s", in.Setting, in.Column, kind, in.Kinds)
}

func (in Input) missing(names []string) error {
	if near, ok := spelling.Nearest(in.Column, names, len([]rune(in.Column))/3); ok {
		return fmt.Errorf("%s: there is no column %q; did you mean %q? there are: %s",
			in.Setting, in.Column, near, strings.Join(names, ", "))
	}
	return fmt.Errorf("%s: there is no column %q; there are: %s", in.Setting, in.Column, strings.Join(names, ", "))
}

func index(fields []table.Field, name string) int {
	return slices.IndexFunc(fields, func(f table.Field) bool { return f.Name == name })
}

func find(cols []*table.Column, name string) *table.Column {
	for _, c := range cols {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func names(fields []table.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func columnNames(cols []*table.Column) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	return names
}

// Sources returns for each derived column the names of the fields that it is
// made from, in their order, also through other derived columns. Check must
// have accepted the list for these fields.
func (l List) Sources(fields []table.Field) map[string][]string {
	from := map[string]map[string]bool{} // by column, the fields it is made from
	for _, f := range fields {
		from[f.Name] = map[string]bool{f.Name: true}
	}
	made := map[string][]string{}
	for _, s := range l {
		of := map[string]bool{}
		for _, in := range s.inputs() {
			for name := range from[in.Column] {
				of[name] = true
			}
		}
		for _, out := range s.outputs() {
			from[out.Name] = of
			for _, f := range fields {
				if of[f.Name] {
					made[out.Name] = append(made[out.Name], f.Name)
				}
			}
		}
	}
	return made
}
