package drift

import (
	"fmt"
	"math"

	"example.com/engine/parallel"
	"example.com/engine/sketch"
	"example.com/engine/table"
)

// Profiler sums up a table chunk by chunk, in a memory that does not grow with
// the rows.
type Profiler struct {
	rows    int
	columns []*counter
}

// NewProfiler returns a Profiler of the columns.
func NewProfiler(fields []table.Field) *Profiler {
	p := &Profiler{}
	for _, f := range fields {
		p.columns = append(p.columns, newCounter(f.Name, kindOf(f.Kind)))
	}
	return p
}

// Add sums up the next rows. It panics where a column is missing or of another
// kind.
func (p *Profiler) Add(t *table.Table) {
	cols := make([]*table.Column, len(p.columns))
	for j, c := range p.columns {
		if cols[j] = t.Column(c.name); cols[j] == nil || kindOf(cols[j].Kind) != c.kind {
			panic(fmt.Sprintf("drift: no column %s of kind %s", c.name, c.kind))
		}
	}
	parallel.For(len(cols), func(j int) { p.columns[j].add(cols[j]) })
	p.rows += t.Len()
}

// Profile returns the sums of all rows so far.
func (p *Profiler) Profile() *Profile {
	out := &Profile{Rows: p.rows}
	for _, c := range p.columns {
		out.Columns = append(out.Columns, c.column())
	}
	return out
}

// Of returns the profile of a table.
func Of(t *table.Table) *Profile {
	p := NewProfiler(t.Fields())
	p.Add(t)
	return p.Profile()
}

// ColumnOf returns the profile of one column.
func ColumnOf(c *table.Column) *Column {
	p := newCounter(c.Name, kindOf(c.Kind))
	p.add(c)
	return p.column()
}

// counter sums up one column.
type counter struct {
	name   string
	kind   Kind
	count  int
	nulls  int
	mean   float64
	m2     float64 // sum of squared deviations (Welford 1962)
	sketch *sketch.Quantiles
	levels *sketch.Counts
	hashes *sketch.Hasher
	grams  []float64
}

func newCounter(name string, kind Kind) *counter {
	c := &counter{name: name, kind: kind}
	if kind == Category {
		c.levels, c.hashes = sketch.NewCounts(maxCounted), sketch.NewHasher()
	} else {
		c.sketch = sketch.NewQuantiles()
	}
	if kind == Text {
		c.hashes, c.grams = sketch.NewHasher(), make([]float64, gramBuckets)
	}
	return c
}

func (c *counter) add(col *table.Column) {
	switch col.Kind {
	case table.Float:
		for _, v := range col.Floats {
			c.number(v)
		}
	case table.Time:
		for i, v := range col.Times {
			c.numberUnless(col.IsNull(i), float64(v)/1e9)
		}
	case table.Text:
		for _, s := range col.Texts {
			if s != "" {
				c.hashes.Add(sketch.Hash(s), 1)
				c.grams[gramOf(s, c.count+c.nulls)]++
			}
			c.numberUnless(s == "", float64(len(s)))
		}
	default:
		c.categories(col)
	}
}

func (c *counter) numberUnless(null bool, v float64) {
	if null {
		v = math.NaN()
	}
	c.number(v)
}

func (c *counter) number(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		c.nulls++
		return
	}
	c.count++
	d := v - c.mean
	c.mean += d / float64(c.count)
	c.m2 += d * (v - c.mean)
	c.sketch.Add(v)
}

func (c *counter) categories(col *table.Column) {
	counts := make([]int, len(col.Levels))
	for _, code := range col.Codes {
		if code < 0 {
			c.nulls++
			continue
		}
		counts[code]++
		c.count++
	}
	for code, n := range counts {
		if n > 0 {
			c.levels.Add(col.Levels[code], n)
			c.hashes.Add(sketch.Hash(col.Levels[code]), n)
		}
	}
}

func (c *counter) column() *Column {
	out := &Column{Name: c.name, Kind: c.kind, Count: c.count, Nulls: c.nulls}
	if c.kind == Category {
		c.fillLevels(out)
		return out
	}
	if c.kind == Text {
		out.Hashed, out.Grams = c.hashes.Hashed(), c.grams
	}
	if c.count == 0 {
		return out
	}
	p := c.sketch.Points()
	std := math.Sqrt(c.m2 / float64(c.count))
	out.Min, out.Max = &p.Values[0], &p.Values[len(p.Values)-1]
	out.Mean, out.Std = finite(c.mean), finite(std)
	for _, share := range QuantileShares {
		out.Quantiles = append(out.Quantiles, p.Quantile(share))
	}
	out.Points = p.Thin(maxPoints)
	out.Blur = blur(p.Exact, len(p.Values))
	return out
}

// blur is that of a sketch, 2.5 times the standard deviation of its shares, and
// that of its points, once they are thinned.
func blur(exact bool, points int) float64 {
	sum := 0.0
	if !exact {
		sum = 0.005
	}
	if points > maxPoints {
		sum += 1.0 / (maxPoints - 2)
	}
	return sum
}

func (c *counter) fillLevels(out *Column) {
	levels := c.levels.Levels()
	out.Others = c.levels.Others()
	for _, l := range levels {
		if l.Count == 1 {
			out.Once++
		}
	}
	if len(levels) > maxLevels {
		for _, l := range levels[maxLevels:] {
			out.Others += l.Count
		}
		levels = levels[:maxLevels]
	}
	if out.Levels = levels; out.Others > 0 {
		out.Hashed = c.hashes.Hashed()
	}
}

// finite returns nil for what JSON can't hold.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
