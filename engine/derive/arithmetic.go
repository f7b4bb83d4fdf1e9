package derive

import (
	"math"

	"example.com/engine/table"
)

func init() {
	register("ratio", func() Derivation { return &Ratio{} })
	register("difference", func() Derivation { return &Difference{} })
	register("product", func() Derivation { return &Product{} })
	register("sum", func() Derivation { return &Sum{} })
}

// Ratio is numerator / denominator; null where the denominator is 0.
type Ratio struct {
	Name        string `yaml:"name" json:"name" validate:"required"`
	Numerator   string `yaml:"numerator" json:"numerator" validate:"required"`
	Denominator string `yaml:"denominator" json:"denominator" validate:"required"`
}

func (r *Ratio) inputs() []Input {
	return []Input{{"numerator", r.Numerator, Numbers}, {"denominator", r.Denominator, Numbers}}
}

func (r *Ratio) outputs() []table.Field { return number(r.Name) }

func (r *Ratio) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, combine(r.Name, in, func(x, y float64) float64 { return x / y }))
}

// Difference is minuend - subtrahend. Of two times, see [DaysSince].
type Difference struct {
	Name       string `yaml:"name" json:"name" validate:"required"`
	Minuend    string `yaml:"minuend" json:"minuend" validate:"required"`
	Subtrahend string `yaml:"subtrahend" json:"subtrahend" validate:"required"`
}

func (d *Difference) inputs() []Input {
	return []Input{{"minuend", d.Minuend, Numbers}, {"subtrahend", d.Subtrahend, Numbers}}
}

func (d *Difference) outputs() []table.Field { return number(d.Name) }

func (d *Difference) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, combine(d.Name, in, func(x, y float64) float64 { return x - y }))
}

// Product multiplies two or more columns, from left to right.
type Product struct {
	Name    string   `yaml:"name" json:"name" validate:"required"`
	Columns []string `yaml:"columns" json:"columns" validate:"min=2,dive,required"`
}

func (p *Product) inputs() []Input        { return inputs(p.Columns, Numbers) }
func (p *Product) outputs() []table.Field { return number(p.Name) }

func (p *Product) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, combine(p.Name, in, func(x, y float64) float64 { return x * y }))
}

// Sum adds two or more columns, from left to right.
type Sum struct {
	Name    string   `yaml:"name" json:"name" validate:"required"`
	Columns []string `yaml:"columns" json:"columns" validate:"min=2,dive,required"`
}

func (s *Sum) inputs() []Input        { return inputs(s.Columns, Numbers) }
func (s *Sum) outputs() []table.Field { return number(s.Name) }

func (s *Sum) compute(cols, in []*table.Column) []*table.Column {
	return append(cols, combine(s.Name, in, func(x, y float64) float64 { return x + y }))
}

func inputs(columns []string, kinds Kinds) []Input {
	in := make([]Input, len(columns))
	for i, name := range columns {
		in[i] = Input{"columns", name, kinds}
	}
	return in
}

func number(name string) []table.Field {
	return []table.Field{{Name: name, Kind: table.Float}}
}

// combine folds the columns of in from left to right.
func combine(name string, in []*table.Column, f func(x, y float64) float64) *table.Column {
	out := floats(name, in[0].Len())
	for i := range out.Floats {
		v := in[0].Floats[i]
		for _, c := range in[1:] {
			v = f(v, c.Floats[i])
		}
		out.Floats[i] = finite(v)
	}
	return out
}

// each maps the one column of in.
func each(name string, in []*table.Column, f func(x float64) float64) *table.Column {
	out := floats(name, in[0].Len())
	for i, x := range in[0].Floats {
		out.Floats[i] = finite(f(x))
	}
	return out
}

// floats returns a column of n zeros. The one row of a request takes a single
// allocation.
func floats(name string, n int) *table.Column {
	if n == 1 {
		one := &struct {
			table.Column
			value [1]float64
		}{Column: table.Column{Name: name}}
		one.Floats = one.value[:]
		return &one.Column
	}
	return table.Floats(name, make([]float64, n))
}

// null is a number that is none.
var null = math.NaN()

// finite returns v, or null where v is infinite.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return null
	}
	return v
}
