package report

import (
	"cmp"
	"math"

	"example.com/engine/rank"
	"example.com/engine/results"
	"example.com/engine/table"
)

// Misjudged is a test row whose prediction is far off, as the page shows it.
type Misjudged struct {
	Row               int // of test.csv, 1 for the first
	Actual, Predicted string
	Interval          string // empty if there is none
	Off               string // actual less predicted, or the probability of the actual class
	Why               []Push // what moved the prediction most
	Values            []Cell
}

// Push is what a term contributed.
type Push struct {
	Name, By string
	Up       bool
}

// Cell is a value of a column.
type Cell struct{ Name, Value string }

// pushes is how many terms a row shows.
const pushes = 3

// misjudged returns the rows that the explanation names.
func misjudged(f Facts) []Misjudged {
	var out []Misjudged
	if f.Test == nil || f.Predictions == nil {
		return nil
	}
	for _, w := range f.Explanation.Worst {
		m := Misjudged{Row: int(f.Predictions.Column("row").Floats[w.Row]) + 1}
		f.judge(&m, w.Row)
		if f.Explanation.Shares != nil {
			m.Why = pushesOf(f.Explanation.Shares.Terms, w.Contributions)
		}
		for _, c := range f.Model.Schema.Features() {
			m.Values = append(m.Values, Cell{results.Words(c.Name), f.value(f.Test, c.Name, w.Row)})
		}
		out = append(out, m)
	}
	return out
}

// judge fills in what was predicted and what was true.
func (f Facts) judge(m *Misjudged, row int) {
	p := f.Predictions
	actual, predicted := p.Column("actual"), p.Column("predicted")
	if len(f.Model.Classes) > 0 {
		m.Actual, m.Predicted = actual.String(row), predicted.String(row)
		if c := p.Column("p_" + m.Actual); c != nil {
			m.Off = results.Percent(c.Floats[row])
		}
		if set := p.Column("set"); set != nil {
			m.Interval = set.String(row)
		}
		return
	}
	m.Actual, m.Predicted = results.Number(actual.Floats[row]), results.Number(predicted.Floats[row])
	m.Off = signed(actual.Floats[row] - predicted.Floats[row])
	if low, high := p.Column("lower"), p.Column("upper"); low != nil && high != nil {
		m.Interval = results.Number(low.Floats[row]) + " to " + results.Number(high.Floats[row])
	}
}

// value prints a value with its unit.
func (f Facts) value(t *table.Table, name string, row int) string {
	c := t.Column(name)
	switch {
	case c == nil || c.IsNull(row):
		return "—"
	case c.Kind != table.Float:
		return c.String(row)
	}
	text := results.Number(c.Floats[row])
	if s := f.Schema.Column(name); s != nil && s.Unit != "" {
		text += " " + s.Unit
	}
	return text
}

// pushesOf returns the largest contributions.
func pushesOf(terms []results.Term, values []float64) []Push {
	order := rank.Order(min(len(terms), len(values)), func(a, b int) int { return cmp.Compare(math.Abs(values[b]), math.Abs(values[a])) })
	var out []Push
	for _, k := range order[:min(pushes, len(order))] {
		out = append(out, Push{results.Words(terms[k].Name), signed(values[k]), values[k] > 0})
	}
	return out
}

// signed prints a number with its sign.
func signed(v float64) string {
	if v > 0 {
		return "+" + results.Number(v)
	}
	return results.Number(v)
}

// OffName heads the column of how far off predictions are.
func (v view) OffName() string {
	if len(v.Model.Classes) > 0 {
		return "the probability given to the actual class"
	}
	return "actual less predicted"
}
