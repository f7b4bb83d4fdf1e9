package derive

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/table"
)

// one copies row i of a table, as a request would bring it: with levels of
// its own.
func one(t *table.Table, i int) *table.Table {
	var cols []*table.Column
	for _, c := range t.Columns() {
		switch c.Kind {
		case table.Float:
			cols = append(cols, table.Floats(c.Name, []float64{c.Floats[i]}))
		case table.Time:
			cols = append(cols, table.Times(c.Name, []int64{c.Times[i]}))
		case table.Text:
			cols = append(cols, table.Texts(c.Name, []string{c.Texts[i]}))
		default:
			cols = append(cols, table.Categories(c.Name, []string{level(c, i)}))
		}
	}
	return table.Must(cols...)
}

func level(c *table.Column, i int) string {
	if c.IsNull(i) {
		return ""
	}
	return c.Levels[c.Codes[i]]
}

// equalCell compares bit for bit, any two nulls being equal.
func equalCell(a *table.Column, i int, b *table.Column, j int) bool {
	if a.Name != b.Name || a.Kind != b.Kind || a.IsNull(i) != b.IsNull(j) {
		return false
	}
	switch a.Kind {
	case table.Float:
		return a.IsNull(i) || math.Float64bits(a.Floats[i]) == math.Float64bits(b.Floats[j])
	case table.Category:
		return level(a, i) == level(b, j)
	case table.Time:
		return a.Times[i] == b.Times[j]
	default:
		return a.Texts[i] == b.Texts[j]
	}
}

// random fills the columns of sample with n rows, a tenth of them null.
func random(n int) *table.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	words := []string{"", "INLAND", "ISLAND", "12", "NEAR BAY"}
	cols := sample().Take(make([]int, n)).Columns()
	for _, c := range cols {
		for i := range n {
			isNull := rng.IntN(10) == 0
			switch {
			case c.Kind == table.Float && isNull:
				c.Floats[i] = null
			case c.Kind == table.Float:
				c.Floats[i] = rng.NormFloat64() * math.Pow(10, float64(rng.IntN(9)-4))
			case c.Kind == table.Category:
				c.Codes[i] = int32(rng.IntN(len(c.Levels)+1)) - 1
			case c.Kind == table.Time && isNull:
				c.Times[i] = table.NullTime
			case c.Kind == table.Time:
				c.Times[i] = rng.Int64() - math.MaxInt64/2
			default:
				c.Texts[i] = words[rng.IntN(len(words))]
			}
		}
	}
	return table.Must(cols...)
}

func TestOneRowIsTheBatch(t *testing.T) {
	l := everyKind(t)
	for name, rows := range map[string]*table.Table{"sample": sample(), "random": random(2000)} {
		batch := must.Get(l.Apply(rows))(t)
		for i := range rows.Len() {
			single := must.Get(l.Apply(one(rows, i)))(t)
			require.Equal(t, batch.Width(), single.Width())
			for k, c := range batch.Columns() {
				require.True(t, equalCell(c, i, single.Columns()[k], 0), "%s: row %d, column %q", name, i, c.Name)
			}
		}
	}
}

func TestApplyLeavesItsInput(t *testing.T) {
	rows := random(50)
	names := rows.Names()
	copies := make([]*table.Table, rows.Len())
	for i := range copies {
		copies[i] = one(rows, i)
	}
	must.Get(everyKind(t).Apply(rows))(t)
	require.Equal(t, names, rows.Names())
	for i, c := range copies {
		for k, col := range c.Columns() {
			require.True(t, equalCell(rows.Columns()[k], i, col, 0), "row %d, column %q", i, col.Name)
		}
	}
}

// No result is infinite, whatever goes in.
func TestResultsAreFinite(t *testing.T) {
	rows := random(2000)
	extremes := []float64{0, -1, 1e308, -1e308, 5e-324, math.Inf(1), math.Inf(-1), null}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range rows.Columns() {
		for i := range c.Floats {
			c.Floats[i] = extremes[rng.IntN(len(extremes))]
		}
	}
	got := must.Get(everyKind(t).Apply(rows))(t)
	for _, c := range got.Columns()[rows.Width()-2:] { // two are dropped
		for i, v := range c.Floats {
			require.False(t, math.IsInf(v, 0), "row %d, column %q", i, c.Name)
		}
	}
}

func TestNoRows(t *testing.T) {
	empty := sample().Take(nil)
	got := must.Get(everyKind(t).Apply(empty))(t)
	require.Zero(t, got.Len())
}

// BenchmarkOneRow is what a request pays for five derivations.
func BenchmarkOneRow(b *testing.B) {
	l := parse(b, `
- ratio: {name: a, numerator: rooms, denominator: households}
- ratio: {name: b, numerator: people, denominator: households}
- log: {name: c, column: rooms}
- equal: {name: d, column: ocean, value: INLAND}
- haversine: {places: [{name: x, latitude: 37.8, longitude: -122.4}], prefix: km_}
`)
	row := one(sample(), 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Apply(row); err != nil {
			b.Fatal(err)
		}
	}
}
