package derive

import (
	"math"

	"example.com/engine/config"
	"example.com/engine/table"
)

func init() {
	register("log", func() Derivation { return &Log{} })
	register("log1p", func() Derivation { return &Log1p{} })
	register("power", func() Derivation { return &Power{} })
	register("clip", func() Derivation { return &Clip{} })
}

// Log is the natural logarithm; null where the column is 0 or less.
type Log struct {
	Name   string `yaml:"name" json:"name" validate:"required"`
	Column string `yaml:"column" json:"column" validate:"required"`
}

func (l *Log) inputs() []Input        { return []Input{{"column", l.Column, Numbers}} }
func (l *Log) outputs() []table.Field { return number(l.Name) }

func (l *Log) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, each(l.Name, in, math.Log))
}

// Log1p is the natural logarithm of 1 + x, exact for small x; null where the
// column is -1 or less.
type Log1p struct {
	Name   string `yaml:"name" json:"name" validate:"required"`
	Column string `yaml:"column" json:"column" validate:"required"`
}

func (l *Log1p) inputs() []Input        { return []Input{{"column", l.Column, Numbers}} }
func (l *Log1p) outputs() []table.Field { return number(l.Name) }

func (l *Log1p) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, each(l.Name, in, math.Log1p))
}

// Power is column^exponent; null where that is not a real number, as with -1
// to the power of 0.5, or not finite, as with 0 to the power of -1. A null
// stays null, also to the power of 0.
type Power struct {
	Name     string  `yaml:"name" json:"name" validate:"required"`
	Column   string  `yaml:"column" json:"column" validate:"required"`
	Exponent float64 `yaml:"exponent" json:"exponent"`
}

func (p *Power) inputs() []Input        { return []Input{{"column", p.Column, Numbers}} }
func (p *Power) outputs() []table.Field { return number(p.Name) }

func (p *Power) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, each(p.Name, in, func(x float64) float64 { return math.Pow(x, p.Exponent) }))
}

// Validate refuses an exponent that makes every row alike.
func (p *Power) Validate() error {
	if e := p.Exponent; e == 0 || math.IsNaN(e) || math.IsInf(e, 0) {
		return config.Invalid("exponent", "not a finite number other than 0")
	}
	return nil
}

// Clip is the column with values below Min raised to it and values above Max
// lowered to it. One of the two may be nil, for no limit.
type Clip struct {
	Name   string   `yaml:"name" json:"name" validate:"required"`
	Column string   `yaml:"column" json:"column" validate:"required"`
	Min    *float64 `yaml:"min,omitempty" json:"min,omitempty"`
	Max    *float64 `yaml:"max,omitempty" json:"max,omitempty"`
}

func (c *Clip) inputs() []Input        { return []Input{{"column", c.Column, Numbers}} }
func (c *Clip) outputs() []table.Field { return number(c.Name) }

func (c *Clip) compute(cols, in []*table.Column) []*table.Column {
	lo, hi := c.limits()
	return append(cols, each(c.Name, in, func(x float64) float64 { return max(lo, min(hi, x)) }))
}

// Validate refuses limits that leave nothing to clip or nothing over.
func (c *Clip) Validate() error {
	switch lo, hi := c.limits(); {
	case c.Min == nil && c.Max == nil:
		return config.Invalid("min, max", "give one of them or both")
	case !(lo < hi):
		return config.Invalid("min", "not less than max")
	}
	return nil
}

func (c *Clip) limits() (lo, hi float64) {
	lo, hi = math.Inf(-1), math.Inf(1)
	if c.Min != nil {
		lo = *c.Min
	}
	if c.Max != nil {
		hi = *c.Max
	}
	return lo, hi
}
