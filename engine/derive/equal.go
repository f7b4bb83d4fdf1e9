package derive

import (
	"strconv"
	"strings"

	"example.com/engine/table"
)

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
