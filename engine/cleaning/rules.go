package cleaning

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-gota/gota/dataframe"
	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// Func changes rows, a chunk of some ten thousand at a time: it may change
// values, drop rows, and add or drop columns. It sees each column as a gota
// series of floats or strings, null as NaN, and the columns of the file that
// the schema does not know as strings. What it returns is then checked against
// the schema.
//
// The column "#row" at the end says where a row was read; a Func that keeps it
// has what is found in a row reported with its line.
//
// A Func must not use gota's GroupBy, Rapply or CSV: they join keys, cut numbers
// at six decimals, and lose nulls.
type Func = func(dataframe.DataFrame) dataframe.DataFrame

// registry holds the rules by name.
var registry = map[string]Func{}

// Register names a rule for `clean.rules` of data.yaml, in the init of the
// package that has it; it is applied where the settings name it, and nowhere
// else. An empty name, a taken one and a nil rule are mistakes in the program,
// and panic.
func Register(name string, rule Func) {
	switch _, taken := registry[name]; {
	case name == "" || rule == nil:
		panic("cleaning: Register needs a name and a rule")
	case taken:
		panic("cleaning: two rules are named " + name)
	}
	registry[name] = rule
}

// Registered returns the names of all rules, sorted.
func Registered() []string { return slices.Sorted(maps.Keys(registry)) }

// Rule is a rule with its name. In YAML and JSON it is the name alone.
type Rule struct {
	Name  string `yaml:"-"`
	Apply Func   `yaml:"-"`
}

// UnmarshalYAML takes the rule that was registered under the name. A name that
// none has is an error, which lists those that there are.
func (r *Rule) UnmarshalYAML(node ast.Node) error {
	var name string
	if err := config.Decode(node, &name); err != nil {
		return err
	}
	apply, ok := registry[name]
	switch {
	case len(registry) == 0:
		return config.Invalid("", "unknown rule %q; no rule is registered", name)
	case !ok:
		return config.Unknown(node, "rule", name, Registered())
	}
	*r = Rule{name, apply}
	return nil
}

// MarshalJSON gives the name.
func (r Rule) MarshalJSON() ([]byte, error) { return json.Marshal(r.Name) }

// Filter keeps the rows in which a column fulfils every condition given. A
// null fulfils none.
type Filter struct {
	Column  string   `yaml:"column" validate:"required"`
	Below   *float64 `yaml:"below"`    // for numbers
	AtMost  *float64 `yaml:"at_most"`  // for numbers
	Above   *float64 `yaml:"above"`    // for numbers
	AtLeast *float64 `yaml:"at_least"` // for numbers
	Before  string   `yaml:"before"`   // for times: 2006-01-02, or with a time as 2006-01-02T15:04:05Z
	Since   string   `yaml:"since"`    // for times
	In      []string `yaml:"in"`       // for categories and texts
	NotIn   []string `yaml:"not_in"`   // for categories and texts
	OrNull  bool     `yaml:"or_null"`  // keeps nulls, too
}

// Validate tells whether there is any condition.
func (f *Filter) Validate() error {
	if f.numeric() || f.Before != "" || f.Since != "" || f.In != nil || f.NotIn != nil {
		return nil
	}
	return errors.New("no condition: below, at_most, above, at_least, before, since, in or not_in")
}

func (f *Filter) numeric() bool {
	return f.Below != nil || f.AtMost != nil || f.Above != nil || f.AtLeast != nil
}

// String is the filter as it stands in data.yaml.
func (f *Filter) String() string {
	var all []string
	number := func(key string, v *float64) {
		if v != nil {
			all = append(all, key+": "+string(table.AppendFloat(nil, *v)))
		}
	}
	number("below", f.Below)
	number("at_most", f.AtMost)
	number("above", f.Above)
	number("at_least", f.AtLeast)
	if f.Before != "" {
		all = append(all, "before: "+f.Before)
	}
	if f.Since != "" {
		all = append(all, "since: "+f.Since)
	}
	if f.In != nil {
		all = append(all, "in: ["+strings.Join(f.In, ", ")+"]")
	}
	if f.NotIn != nil {
		all = append(all, "not_in: ["+strings.Join(f.NotIn, ", ")+"]")
	}
	if f.OrNull {
		all = append(all, "or_null: true")
	}
	return "{column: " + f.Column + ", " + strings.Join(all, ", ") + "}"
}

// boundFilter is a filter whose column has a type.
type boundFilter struct {
	Filter
	before, since *int64
	dropped       int
}

// bindFilters checks filters against the schema.
func bindFilters(filters []Filter, s *schema.Schema) ([]*boundFilter, error) {
	var bound []*boundFilter
	for i, f := range filters {
		b := &boundFilter{Filter: f}
		if err := b.bind(s.Column(f.Column)); err != nil {
			return nil, fmt.Errorf("data.yaml: clean.filters[%d]: %w", i, err)
		}
		bound = append(bound, b)
	}
	return bound, nil
}

func (f *boundFilter) bind(c *schema.Column) error {
	if c == nil {
		return fmt.Errorf("column %q is not in schema.yaml", f.Column)
	}
	kind := c.Type.Kind()
	switch {
	case f.numeric() && kind != table.Float:
		return fmt.Errorf("column %q is a %s; below, at_most, above and at_least are for numbers", c.Name, c.Type)
	case (f.Before != "" || f.Since != "") && kind != table.Time:
		return fmt.Errorf("column %q is a %s; before and since are for times", c.Name, c.Type)
	case (f.In != nil || f.NotIn != nil) && kind != table.Category && kind != table.Text:
		return fmt.Errorf("column %q is a %s; in and not_in are for categories and texts", c.Name, c.Type)
	}
	var err error
	if f.before, err = instant(f.Before); err != nil {
		return err
	}
	f.since, err = instant(f.Since)
	return err
}

func instant(s string) (*int64, error) {
	if s == "" {
		return nil, nil
	}
	v, err := table.ParseTime(s, "")
	if err != nil {
		return nil, fmt.Errorf("%q %w", s, err)
	}
	return &v, nil
}

// keeps tells whether row i of c, the column of the filter, is kept.
func (f *boundFilter) keeps(c *table.Column, i int) bool {
	if c.IsNull(i) {
		return f.OrNull
	}
	switch c.Kind {
	case table.Float:
		v := c.Floats[i]
		return (f.Below == nil || v < *f.Below) && (f.AtMost == nil || v <= *f.AtMost) &&
			(f.Above == nil || v > *f.Above) && (f.AtLeast == nil || v >= *f.AtLeast)
	case table.Time:
		v := c.Times[i]
		return (f.before == nil || v < *f.before) && (f.since == nil || v >= *f.since)
	default:
		v := c.String(i)
		return (f.In == nil || slices.Contains(f.In, v)) && !slices.Contains(f.NotIn, v)
	}
}
