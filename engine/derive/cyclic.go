package derive

import (
	"math"

	"example.com/engine/config"
	"example.com/engine/table"
)

func init() {
	register("cyclic", func() Derivation { return &Cyclic{} })
}

// Cyclic puts a column on a circle, so that December is next to January: its
// columns <column>_sin and <column>_cos are the sine and cosine of
// 2π·column/period.
type Cyclic struct {
	Column string  `yaml:"column" json:"column" validate:"required"`
	Period float64 `yaml:"period" json:"period"`
}

func (c *Cyclic) inputs() []Input { return []Input{{"column", c.Column, Numbers}} }

func (c *Cyclic) outputs() []table.Field {
	return []table.Field{
		{Name: c.Column + "_sin", Kind: table.Float},
		{Name: c.Column + "_cos", Kind: table.Float},
	}
}

func (c *Cyclic) compute(cols, in []*table.Column) []*table.Column {
	sin, cos := floats(c.Column+"_sin", in[0].Len()), floats(c.Column+"_cos", in[0].Len())
	for i, x := range in[0].Floats {
		// The remainder is exact, so that a value far from 0 loses nothing.
		sin.Floats[i], cos.Floats[i] = math.Sincos(2 * math.Pi * (math.Mod(x, c.Period) / c.Period))
	}
	return append(cols, sin, cos)
}

// Validate wants a period that turns.
func (c *Cyclic) Validate() error {
	if !(c.Period > 0) || math.IsInf(c.Period, 1) {
		return config.Invalid("period", "not a finite number above 0")
	}
	return nil
}
