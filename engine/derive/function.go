package derive

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/engine/config"
	"example.com/engine/table"
)

func init() {
	register("function", func() Derivation { return &Call{} })
}

// Call makes a column with a Go function that [RegisterFunction] was given.
type Call struct {
	Name     string   `yaml:"name" json:"name" validate:"required"`                  // of the column
	Function string   `yaml:"function,omitempty" json:"function,omitempty"`          // "" is the one of that name
	Columns  []string `yaml:"columns" json:"columns" validate:"min=1,dive,required"` // what it takes, in order
}

// Function makes one value of a row from other values of the row. It is
// called only where none of them is null; where one is, the result is null.
// It must depend on its arguments alone: no clock, no random number.
type Function struct {
	Takes []Kinds // of its columns, in order

	// One of the two is set. A number that is not finite is null, and so is
	// an empty category.
	Number   func(Args) float64
	Category func(Args) string
}

// functions are those registered, by name.
var functions = map[string]Function{}

// RegisterFunction names a function for configurations, which call it as
//
//	derive:
//	  - function: {name: COLUMN, function: NAME, columns: [...]}
//
// It is called in the init of the package that has the function. A name that is
// taken, and a Function that does not have one of Number and Category, is a
// mistake in the program, and panics.
func RegisterFunction(name string, f Function) {
	if (f.Number == nil) == (f.Category == nil) {
		panic("derive: function " + name + " needs one of Number and Category")
	}
	if _, taken := functions[name]; taken {
		panic("derive: two functions are named " + name)
	}
	functions[name] = f
}

// Args are the values that a function takes.
type Args struct {
	cols []*table.Column
	row  int
}

// Float returns the number of column k.
func (a Args) Float(k int) float64 { return a.cols[k].Floats[a.row] }

// String returns the category or text of column k.
func (a Args) String(k int) string {
	c := a.cols[k]
	if c.Kind == table.Category {
		return c.Levels[c.Codes[a.row]]
	}
	return c.Texts[a.row]
}

// Time returns the time of column k, in UTC.
func (a Args) Time(k int) time.Time { return time.Unix(0, a.cols[k].Times[a.row]).UTC() }

func (a Args) null() bool {
	return slices.ContainsFunc(a.cols, func(c *table.Column) bool { return c.IsNull(a.row) })
}

func (c *Call) inputs() []Input {
	takes := c.function().Takes
	in := inputs(c.Columns, 0)
	for k := range min(len(in), len(takes)) {
		in[k].Kinds = takes[k]
	}
	return in
}

func (c *Call) outputs() []table.Field {
	if c.function().Category != nil {
		return []table.Field{{Name: c.Name, Kind: table.Category}}
	}
	return number(c.Name)
}

func (c *Call) compute(cols, in []*table.Column) []*table.Column {
	f := c.function()
	if f.Category != nil {
		return append(cols, table.Categories(c.Name, call(in, f.Category, "")))
	}
	out := table.Floats(c.Name, call(in, f.Number, null))
	for i, v := range out.Floats {
		out.Floats[i] = finite(v)
	}
	return append(cols, out)
}

func call[T any](in []*table.Column, f func(Args) T, null T) []T {
	out := make([]T, in[0].Len())
	for i := range out {
		if a := (Args{in, i}); a.null() {
			out[i] = null
		} else {
			out[i] = f(a)
		}
	}
	return out
}

func (c *Call) function() Function {
	if c.Function != "" {
		return functions[c.Function]
	}
	return functions[c.Name]
}

// Validate looks the function up and counts its columns.
func (c *Call) Validate() error {
	f := c.function()
	if f.Number == nil && f.Category == nil {
		return fmt.Errorf("there is no function %q in src/own; there are: %s",
			cmp.Or(c.Function, c.Name), strings.Join(slices.Sorted(maps.Keys(functions)), ", "))
	}
	if len(c.Columns) != len(f.Takes) {
		return config.Invalid("columns", "the function takes %d, here are %d", len(f.Takes), len(c.Columns))
	}
	return nil
}

func init() {
	register("equal", func() Derivation { return &Equal{} })
}

// Equal is 1 where the column has the value, else 0: a capped measurement, a
// category that matters.
type Equal struct {
	Name   string `yaml:"name" json:"name" validate:"required"`
	Column string `yaml:"column" json:"column" validate:"required"`
	Value  string `yaml:"value" json:"value" validate:"required"` // a number for a column of numbers
}

func (e *Equal) inputs() []Input {
	if _, ok := asNumber(e.Value); ok {
		return []Input{{"column", e.Column, Strings | Numbers}}
	}
	return []Input{{"column", e.Column, Strings}}
}

func (e *Equal) outputs() []table.Field { return number(e.Name) }

func (e *Equal) compute(cols, in []*table.Column) []*table.Column {
	c, out := in[0], floats(e.Name, in[0].Len())
	v, _ := asNumber(e.Value)
	for i := range out.Floats {
		switch {
		case c.IsNull(i):
			out.Floats[i] = null
		case c.Kind == table.Float && c.Floats[i] == v,
			c.Kind == table.Category && c.Levels[c.Codes[i]] == e.Value,
			c.Kind == table.Text && c.Texts[i] == e.Value:
			out.Floats[i] = 1
		}
	}
	return append(cols, out)
}

// asNumber reads a value that is a number.
func asNumber(s string) (float64, bool) {
	if s == "" || !strings.ContainsAny(s[:1], "+-.0123456789") {
		return 0, false // without an error to allocate, and "inf" is a word
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}
