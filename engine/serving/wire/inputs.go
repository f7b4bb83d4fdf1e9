package wire

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/engine/drift"
	"example.com/engine/schema"
	"example.com/engine/table"
)

// Inputs are the columns that a request holds: those of a model's schema but
// for its target.
type Inputs struct {
	Target  string
	Columns []Input
	index   map[string]int
	rules   []orderRule
	frames  sync.Pool
}

// Input is one column.
type Input struct {
	schema.Column
	Kind    table.Kind
	Levels  []string         // those that the schema allows
	codes   map[string]int32 // of the levels
	Allowed string           // in words: "a number from 32.5 to 42.1 degrees"

	values    *schema.Values
	takesNull bool // a null is no fault
	lenient   bool // nor is a value of another type: it is taken for null
	whole     bool // but a number that is not whole

	// What the rows held that the model was fitted on. Times are in seconds.
	low, high *float64        // nil if not known
	known     map[string]bool // categories, where the schema lists none; nil if not known
}

// orderRule is a rule of the schema between two inputs.
type orderRule struct {
	schema.Rule
	lower, upper int
}

// NewInputs takes what the training rows held from their profile, which older
// models lack.
func NewInputs(s *schema.Schema, trained *drift.Profile) *Inputs {
	in := &Inputs{Target: s.Target, index: map[string]int{}}
	for i, c := range s.Features() {
		in.Columns = append(in.Columns, newInput(c))
		if trained != nil {
			in.Columns[i].learn(trained.Column(c.Name))
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

func newInput(c schema.Column) Input {
	in := Input{Column: c, Kind: c.Type.Kind(), values: schema.NewValues(&c), takesNull: c.TakesNull()}
	in.lenient = in.takesNull && c.SeverityOf("type") != schema.Error
	in.whole = c.Type == schema.Integer && c.SeverityOf("integer") == schema.Error
	in.Allowed = in.describe()
	if in.Kind == table.Category {
		in.Levels, in.codes = c.Categories, map[string]int32{}
		for code, level := range c.Categories {
			in.codes[level] = int32(code)
		}
	}
	return in
}

// learn takes what the training rows held in the column. Of a text, nothing.
func (c *Input) learn(p *drift.Column) {
	switch {
	case p == nil:
	case c.Kind == table.Float || c.Kind == table.Time:
		c.low, c.high = p.Min, p.Max
	case c.Kind == table.Category && len(c.Levels) == 0 && p.Others == 0 && c.SeverityOf("category") != schema.Off:
		c.known = map[string]bool{}
		for _, level := range p.Levels {
			c.known[level.Value] = true
		}
	}
}

// Has tells whether there is a column of that name.
func (in *Inputs) Has(name string) bool { _, ok := in.index[name]; return ok }

// Names returns the names of the columns, as a sentence lists them.
func (in *Inputs) Names() string {
	names := make([]string, len(in.Columns))
	for i := range in.Columns {
		names[i] = in.Columns[i].Name
	}
	return strings.Join(names, ", ")
}

// Unknown says that no column has that name, and which may be meant.
func (in *Inputs) Unknown(name string) string {
	if name == in.Target {
		return "is what is predicted, not an input"
	}
	for i := range in.Columns {
		if near(in.Columns[i].Name, name) {
			return fmt.Sprintf("is not an input; did you mean %q?", in.Columns[i].Name)
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

// Find returns the place of the column of that name, or -1. A column is looked
// for first at hint, since most clients keep the order of the schema.
func (in *Inputs) Find(name []byte, hint int) int {
	if hint < len(in.Columns) && in.Columns[hint].Name == string(name) {
		return hint
	}
	if i, ok := in.index[string(name)]; ok {
		return i
	}
	return -1
}

// describe says in words what a column holds.
func (c *Input) describe() string {
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
	switch low, high := c.values.Low, c.values.High; {
	case IsFinite(low) && IsFinite(high):
		fmt.Fprintf(&b, " from %s to %s", table.FormatFloat(low), table.FormatFloat(high))
	case IsFinite(low):
		fmt.Fprintf(&b, " from %s on", table.FormatFloat(low))
	case IsFinite(high):
		fmt.Fprintf(&b, " up to %s", table.FormatFloat(high))
	}
	if c.Unit != "" && c.Kind == table.Float {
		b.WriteString(", in " + c.Unit)
	}
	if c.takesNull {
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

// Example is a row as JSON: with the given values, and for other columns some
// that the schema allows.
func (in *Inputs) Example(given map[string]any) []byte {
	b := []byte{'{'}
	for i := range in.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		c := &in.Columns[i]
		b = append(AppendJSON(b, c.Name), ':')
		if v, ok := given[c.Name]; ok {
			b = AppendJSON(b, v)
		} else {
			b = append(b, c.typical()...)
		}
	}
	return append(b, '}')
}

// typical is a value that the schema allows, as JSON: the middle of a range,
// the first of the categories.
func (c *Input) typical() string {
	switch {
	case c.Type == schema.Category && len(c.Levels) > 0:
		return string(AppendJSON(nil, c.Levels[0]))
	case c.Type == schema.Time:
		return `"` + time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Format(cmp.Or(c.Layout, time.DateOnly)) + `"`
	case c.Type == schema.Number || c.Type == schema.Integer:
		return c.typicalNumber()
	case c.takesNull:
		return "null"
	default:
		return `"text"`
	}
}

func (c *Input) typicalNumber() string {
	v, low, high := 0.0, c.values.Low, c.values.High
	switch {
	case IsFinite(low) && IsFinite(high):
		v = (low + high) / 2
	case IsFinite(low):
		v = math.Max(low, 1)
	case IsFinite(high):
		v = high
	}
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64); err == nil && c.values.Allows(rounded) {
		v = rounded
	}
	if c.Type == schema.Integer {
		if v = math.Ceil(v); !c.values.Allows(v) {
			v = math.Floor(v)
		}
	}
	return table.FormatFloat(v)
}
