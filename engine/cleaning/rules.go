package cleaning

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
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
