package transformtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"example.com/engine/table"
)

// Rows is how many rows [Data] and [Target] have: enough for several blocks.
const Rows = 2100

// Data returns columns with what transformers meet: plain (numbers), positive
// (without null, above 0), holes (numbers with nulls), whole (0 to 6),
// constant, empty (numbers, all null), city (categories with nulls), grade (no
// nulls), blank (categories, all null), note (texts with nulls), and when
// (times with nulls).
func Data() *table.Table {
	rng := rand.New(rand.NewPCG(1, 1))
	plain, positive, holes, whole := numbers(), numbers(), numbers(), numbers()
	constant, empty := numbers(), numbers()
	city, grade, note := make([]string, Rows), make([]string, Rows), make([]string, Rows)
	when := make([]int64, Rows)
	for i := range Rows {
		plain[i] = rng.NormFloat64()
		positive[i] = math.Exp(rng.NormFloat64())
		holes[i] = 100 * rng.Float64()
		whole[i] = float64(rng.IntN(7))
		constant[i], empty[i] = 3.7, math.NaN()
		city[i] = string(rune('A' + min(rng.IntN(9), rng.IntN(9))))
		grade[i] = "grade " + strconv.Itoa(rng.IntN(3))
		note[i] = "note " + strconv.Itoa(rng.IntN(40))
		when[i] = rng.Int64N(1e18)
		if rng.IntN(8) == 0 {
			holes[i], city[i], note[i], when[i] = math.NaN(), "", "", table.NullTime
		}
	}
	return table.Must(
		table.Floats("plain", plain), table.Floats("positive", positive), table.Floats("holes", holes),
		table.Floats("whole", whole), table.Floats("constant", constant), table.Floats("empty", empty),
		table.Categories("city", city), table.Categories("grade", grade),
		table.Categories("blank", make([]string, Rows)), table.Texts("note", note), table.Times("when", when),
	)
}

// Target returns positive numbers that have to do with [Data].
func Target() []float64 {
	x := Data()
	y := numbers()
	for i := range y {
		y[i] = math.Abs(x.Column("plain").Floats[i]) + x.Column("whole").Floats[i]
	}
	return y
}

// Classes returns a target of n classes.
func Classes(n int) []float64 {
	rng := rand.New(rand.NewPCG(2, 2))
	y := numbers()
	for i := range y {
		y[i] = float64(rng.IntN(n))
	}
	return y
}

func numbers() []float64 { return make([]float64, Rows) }

// relevel gives the categories of x other codes for the same values.
func relevel(x *table.Table) *table.Table {
	return each(x, func(c *table.Column) *table.Column {
		if c.Kind != table.Category {
			return c
		}
		last := int32(len(c.Levels))
		out := &table.Column{Name: c.Name, Kind: c.Kind, Levels: []string{"never there"}, Codes: make([]int32, c.Len())}
		for i := range c.Levels {
			out.Levels = append(out.Levels, c.Levels[last-1-int32(i)])
		}
		for i, code := range c.Codes {
			out.Codes[i] = -1
			if code >= 0 {
				out.Codes[i] = last - code
			}
		}
		return out
	})
}

// constants gives each column the value of its first row that is not null.
func constants(x *table.Table) *table.Table {
	return each(x, func(c *table.Column) *table.Column {
		from := 0
		for from < c.Len()-1 && c.IsNull(from) {
			from++
		}
		return table.Must(c).Take(slices.Repeat([]int{from}, c.Len())).Columns()[0]
	})
}

// nulls makes every value null.
func nulls(x *table.Table) *table.Table {
	n := x.Len()
	return each(x, func(c *table.Column) *table.Column {
		switch c.Kind {
		case table.Float:
			return table.Floats(c.Name, slices.Repeat([]float64{math.NaN()}, n))
		case table.Category:
			return &table.Column{Name: c.Name, Kind: c.Kind, Levels: c.Levels, Codes: slices.Repeat([]int32{-1}, n)}
		case table.Time:
			return table.Times(c.Name, slices.Repeat([]int64{table.NullTime}, n))
		}
		return table.Texts(c.Name, make([]string, n))
	})
}

// unseen replaces every category and text by one that is not in the data.
func unseen(x *table.Table) *table.Table {
	words := slices.Repeat([]string{"unheard of"}, x.Len())
	return each(x, func(c *table.Column) *table.Column {
		switch c.Kind {
		case table.Category:
			return table.Categories(c.Name, words)
		case table.Text:
			return table.Texts(c.Name, words)
		}
		return c
	})
}

func each(x *table.Table, f func(*table.Column) *table.Column) *table.Table {
	cols := slices.Clone(x.Columns())
	for i, c := range cols {
		cols[i] = f(c)
	}
	return table.Must(cols...)
}

// reorder returns the columns of x in the opposite order, after another one.
func reorder(x *table.Table) *table.Table {
	cols := append(slices.Clone(x.Columns()), table.Texts("something else", make([]string, x.Len())))
	slices.Reverse(cols)
	return table.Must(cols...)
}
