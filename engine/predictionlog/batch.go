package predictionlog

import (
	"math"
	"time"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
)

// Source is what all rows of one model have in common. It is made once for a
// model: rows of the same *Source are written together.
type Source struct {
	Model   string        // version
	Columns []table.Field // of the inputs
	Classes []string      // labels by code; nil for a regression
}

// Rows are rows of one request with their answers. Nothing of them is kept
// after Add but Sets.
type Rows struct {
	Source  *Source
	Request string
	Columns []*table.Column // in the order of the source's
	// Place gives for each row its place among the answers, or -1 if it has
	// none; nil means that each has the answer of its own index.
	Place []int
	// Number is what each row is called; nil counts from 0.
	Number []int

	Values, Lower, Upper []float64  // of a regression; the last two may be nil
	Codes                []float64  // most probable class, of a classification
	Proba                *mat.Dense // rows × classes
	Sets                 [][]int    // codes; may be nil
}

// len is how many rows there are.
func (r *Rows) len() int {
	if len(r.Columns) == 0 {
		return 0
	}
	return r.Columns[0].Len()
}

// place is the place of a row among the answers, or -1.
func (r *Rows) place(row int) int {
	if r.Place == nil {
		return row
	}
	return r.Place[row]
}

// batch holds rows of one source that wait to be written, column by column,
// since adding to a column costs a request least.
type batch struct {
	source  *Source
	rows    int
	time    []time.Time
	request []string
	number  []int
	columns []column
	values  []float64 // predictions, or codes of classes
	lower   []float64
	upper   []float64
	proba   []float64 // rows × classes
	sets    [][]int
}

// column holds the values of an input: numbers, times, or texts.
type column struct {
	floats []float64
	times  []int64
	texts  []string
}

func newBatch(s *Source) *batch { return &batch{source: s, columns: make([]column, len(s.Columns))} }

// reset empties the batch and keeps its memory.
func (b *batch) reset() {
	clear(b.request)
	clear(b.sets)
	b.rows = 0
	b.time, b.request, b.number = b.time[:0], b.request[:0], b.number[:0]
	b.values, b.lower, b.upper, b.proba, b.sets = b.values[:0], b.lower[:0], b.upper[:0], b.proba[:0], b.sets[:0]
	for i := range b.columns {
		c := &b.columns[i]
		clear(c.texts)
		c.floats, c.times, c.texts = c.floats[:0], c.times[:0], c.texts[:0]
	}
}

// add adds one row.
func (b *batch) add(r *Rows, row int, now time.Time) {
	at, number := r.place(row), row
	if r.Number != nil {
		number = r.Number[row]
	}
	b.rows++
	b.time, b.request, b.number = append(b.time, now), append(b.request, r.Request), append(b.number, number)
	for i, c := range r.Columns {
		b.columns[i].add(c, row)
	}
	if r.Proba == nil {
		b.values = append(b.values, r.Values[at])
	} else {
		b.values = append(b.values, r.Codes[at])
		b.proba = append(b.proba, r.Proba.RawRowView(at)...)
	}
	if r.Lower != nil {
		b.lower, b.upper = append(b.lower, r.Lower[at]), append(b.upper, r.Upper[at])
	}
	if r.Sets != nil {
		b.sets = append(b.sets, r.Sets[at])
	}
}

// add adds a value. An empty text is null.
func (c *column) add(from *table.Column, row int) {
	switch from.Kind {
	case table.Float:
		c.floats = append(c.floats, from.Floats[row])
	case table.Time:
		c.times = append(c.times, from.Times[row])
	case table.Category:
		text := ""
		if code := from.Codes[row]; code >= 0 {
			text = from.Levels[code]
		}
		c.texts = append(c.texts, text)
	default:
		c.texts = append(c.texts, from.Texts[row])
	}
}

// finite tells whether JSON can hold v.
func finite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }
