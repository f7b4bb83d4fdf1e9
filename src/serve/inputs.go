package main

import (
	"fmt"
	"strings"
	"sync"

	"example.com/engine/drift"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// inputs are the columns that a request holds: those of a model's schema but
// for its target.
type inputs struct {
	target  string
	columns []input
	index   map[string]int
	rules   []orderRule
	outputs []tensor // what the model answers, for who asks for a part of it
	// points chooses values of a column for a what-if curve: model.Points.
	points func(name string, value float64, n int) (*table.Column, error)
	frames sync.Pool
}

// input is one column.
type input struct {
	schema.Column
	kind    table.Kind
	levels  []string         // those that the schema allows
	codes   map[string]int32 // of the levels
	allowed string           // in words: "a number from 32.5 to 42.1 degrees"

	// What the rows held that the model was fitted on. Times are in seconds.
	low, high *float64        // nil if not known
	known     map[string]bool // categories, where the schema lists none; nil if not known
}

// orderRule is a rule of the schema between two inputs.
type orderRule struct {
	schema.Rule
	lower, upper int
}

// newInputs takes what the training rows held from their profile, which older
// models lack.
func newInputs(s *schema.Schema, trained *drift.Profile) *inputs {
	in := &inputs{target: s.Target, index: map[string]int{}}
	for i, c := range s.Features() {
		in.columns = append(in.columns, newInput(c))
		if trained != nil {
			in.columns[i].learn(trained.Column(c.Name))
		}
		in.index[c.Name] = i
	}
	for _, r := range s.Rules {
		lower, known := in.index[r.Lower]
		upper, both := in.index[r.Upper]
		if known && both {
			in.rules = append(in.rules, orderRule{r, lower, upper})
		}
	}
	in.frames.New = func() any { return in.newFrame() }
	return in
}

func newInput(c schema.Column) input {
	in := input{Column: c, kind: c.Type.Kind(), allowed: describe(&c)}
	if in.kind == table.Category {
		in.levels, in.codes = c.Categories, map[string]int32{}
		for code, level := range c.Categories {
			in.codes[level] = int32(code)
		}
	}
	return in
}

// learn takes what the training rows held in the column. Of a text, nothing.
func (c *input) learn(p *drift.Column) {
	switch {
	case p == nil:
	case c.kind == table.Float || c.kind == table.Time:
		c.low, c.high = p.Min, p.Max
	case c.kind == table.Category && len(c.levels) == 0 && p.Others == 0:
		c.known = map[string]bool{}
		for _, level := range p.Levels {
			c.known[level.Value] = true
		}
	}
}

// names returns the names of the columns, as a sentence lists them.
func (in *inputs) names() string {
	names := make([]string, len(in.columns))
	for i := range in.columns {
		names[i] = in.columns[i].Name
	}
	return strings.Join(names, ", ")
}

// unknown says that no column has that name, and which may be meant.
func (in *inputs) unknown(name string) string {
	if name == in.target {
		return "is what is predicted, not an input"
	}
	for i := range in.columns {
		if near(in.columns[i].Name, name) {
			return fmt.Sprintf("is not an input; did you mean %q?", in.columns[i].Name)
		}
	}
	return "is not an input"
}

// near tells whether two names are the same but for case, spaces, dashes and
// underscores, or one letter.
func near(a, b string) bool {
	plain := strings.NewReplacer("_", "", "-", "", " ", "")
	a, b = plain.Replace(strings.ToLower(a)), plain.Replace(strings.ToLower(b))
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 || len(b) > len(a)+1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	j := len(a)
	for j > i && a[j-1] == b[j-1+len(b)-len(a)] {
		j--
	}
	return j-i <= 1 // what differs lies between the common beginning and end
}

// find returns the place of the column of that name, or -1. A column is looked
// for first at hint, since most clients keep the order of the schema.
func (in *inputs) find(name []byte, hint int) int {
	if hint < len(in.columns) && in.columns[hint].Name == string(name) {
		return hint
	}
	if i, ok := in.index[string(name)]; ok {
		return i
	}
	return -1
}

// describe says in words what a column holds.
func describe(c *schema.Column) string {
	var b strings.Builder
	switch c.Type {
	case schema.Integer:
		b.WriteString("a whole number")
	case schema.Number:
		b.WriteString("a number")
	case schema.Time:
		b.WriteString("a date or time as text, " + timeForm(c.Layout))
	case schema.Category:
		b.WriteString(oneOf(c.Categories))
	default:
		b.WriteString("a text")
	}
	switch {
	case c.Min != nil && c.Max != nil:
		fmt.Fprintf(&b, " from %s to %s", formatNumber(*c.Min), formatNumber(*c.Max))
	case c.Min != nil:
		fmt.Fprintf(&b, " from %s on", formatNumber(*c.Min))
	case c.Max != nil:
		fmt.Fprintf(&b, " up to %s", formatNumber(*c.Max))
	}
	if c.Unit != "" && c.Type.Kind() == table.Float {
		b.WriteString(", in " + c.Unit)
	}
	if c.Nullable {
		b.WriteString(", or null")
	}
	return b.String()
}

func timeForm(layout string) string {
	if layout == "" {
		return "such as 2024-05-31 or 2024-05-31T13:45:00Z"
	}
	return "written as " + layout
}

// oneOf lists the first of the categories.
func oneOf(categories []string) string {
	const most = 20
	switch n := len(categories); {
	case n == 0:
		return "a category as text"
	case n > most:
		return fmt.Sprintf("one of %s, … (%d in all)", quoted(categories[:most]), n)
	default:
		return "one of " + quoted(categories)
	}
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}

// formatNumber prints a number as a CSV file would hold it.
func formatNumber(v float64) string { return string(table.AppendFloat(nil, v)) }
