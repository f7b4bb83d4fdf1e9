package serving

import (
	"sort"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/engine/drift"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// driftWindow compares the last rows that were asked for with the training
// rows, by the population stability index of each column and of the prediction
// (drift.PSI). Below 0.1 is commonly taken for no change, above 0.25 for a large
// one. It is a signal to look at `make drift`, which tests.
//
// Work and memory are bounded: a request adds some rows at most, a column has
// some bins at most, and the window is two halves, of which the older is
// forgotten when the newer is full.
type driftWindow struct {
	half    int // rows of a full half
	columns []binned

	mu   sync.Mutex
	rows [2]int // of the older half and the newer

	describe *prometheus.Desc
	counted  *prometheus.Desc
}

// binned counts the values of one column.
type binned struct {
	name   string
	place  int            // among the inputs; -1 is the prediction
	edges  []float64      // of numbers: v is in the first bin whose edge it does not exceed
	levels map[string]int // of categories
	codes  []int          // of the classes of a prediction, by code
	share  []float64      // of the training rows, by bin; the last two bins are other levels, and null
	counts [2][]int
}

const (
	numberBins = 10 // tenths of the training rows
	levelBins  = 50 // the most frequent levels
	// driftRows is how many rows of a request are counted at most.
	driftRows = 500
	// fewRows is how many rows the window needs before its index means something:
	// with fewer, it is large by chance.
	fewRows = 500
)

// newDriftWindow returns nil for a model that does not know its training rows.
func newDriftWindow(c *Champion, window int) *driftWindow {
	p := c.Model.Profile
	if p == nil || window == 0 {
		return nil
	}
	w := &driftWindow{
		half: (window + 1) / 2,
		describe: prometheus.NewDesc("serve_drift_psi",
			"Population stability index of the last rows against the training rows, by column; absent until there are enough rows.",
			[]string{"column"}, nil),
		counted: prometheus.NewDesc("serve_drift_rows", "Rows that serve_drift_psi is of.", nil, nil),
	}
	for i := range c.Inputs.Columns {
		w.watch(p.Column(c.Inputs.Columns[i].Name), i)
	}
	w.watch(p.Prediction, -1)
	if n := len(w.columns); n > 0 && w.columns[n-1].levels != nil && w.columns[n-1].place < 0 {
		w.columns[n-1].classes(c.Model.Classes)
	}
	return w
}

// classes finds the bins of the classes.
func (b *binned) classes(labels []string) {
	for _, label := range labels {
		k, ok := b.levels[label]
		if !ok {
			k = len(b.share) - 2
		}
		b.codes = append(b.codes, k)
	}
}

// watch adds a column. One without training values has nothing to be compared with.
func (w *driftWindow) watch(p *drift.Column, place int) {
	if p == nil || p.Count == 0 || p.Kind == drift.Text {
		return
	}
	b := binned{name: p.Name, place: place}
	if p.Kind == drift.Category {
		b.levels = map[string]int{}
		rest := 1.0
		for _, l := range p.Levels[:min(levelBins, len(p.Levels))] {
			b.levels[l.Value] = len(b.share)
			share := float64(l.Count) / float64(p.Count)
			b.share, rest = append(b.share, share), rest-share
		}
		b.share = append(b.share, max(0, rest))
	} else {
		b.tenths(p)
	}
	for i := range b.share {
		b.share[i] *= 1 - p.NullShare()
	}
	b.share = append(b.share, p.NullShare())
	b.counts = [2][]int{make([]int, len(b.share)), make([]int, len(b.share))}
	w.columns = append(w.columns, b)
}

// tenths cuts a number's range into bins of about as many training rows each.
// Values beyond the last edge have a bin of their own.
func (b *binned) tenths(p *drift.Column) {
	before := 0.0
	for k := 1; k <= numberBins; k++ {
		edge := p.Points.Quantile(float64(k) / numberBins)
		if n := len(b.edges); n > 0 && edge <= b.edges[n-1] {
			continue
		}
		at := p.Points.Share(edge)
		b.edges, b.share = append(b.edges, edge), append(b.share, at-before)
		before = at
	}
	b.share = append(b.share, max(0, 1-before))
}

// observe counts rows that were answered, of so many that the request has in
// all: evenly spaced if those are many.
func (w *driftWindow) observe(f *wire.Frame, a *Answers, all int) {
	if w == nil {
		return
	}
	step := (all + driftRows - 1) / driftRows
	w.mu.Lock()
	defer w.mu.Unlock()
	for row := 0; row < f.Rows; row += step {
		at := a.at(row)
		if at < 0 {
			continue
		}
		for i := range w.columns {
			b := &w.columns[i]
			b.counts[1][b.bin(f, a, row, at)]++
		}
		if w.rows[1]++; w.rows[1] >= w.half {
			w.turn()
		}
	}
}

// turn forgets the older half.
func (w *driftWindow) turn() {
	w.rows[0], w.rows[1] = w.rows[1], 0
	for i := range w.columns {
		c := &w.columns[i].counts
		c[0], c[1] = c[1], c[0]
		clear(c[1])
	}
}

// bin is where a row's value belongs.
func (b *binned) bin(f *wire.Frame, a *Answers, row, at int) int {
	null, other := len(b.share)-1, len(b.share)-2
	if b.place < 0 {
		if b.levels == nil {
			return b.number(a.Values[at])
		}
		return b.codes[int(a.codes[at])]
	}
	c := f.Columns[b.place]
	switch {
	case c.IsNull(row):
		return null
	case c.Kind == table.Float:
		return b.number(c.Floats[row])
	case c.Kind == table.Time:
		return b.number(float64(c.Times[row]) / 1e9)
	}
	if k, ok := b.levels[c.String(row)]; ok {
		return k
	}
	return other
}

func (b *binned) number(v float64) int { return sort.SearchFloat64s(b.edges, v) }

// psi is the index of both halves.
func (b *binned) psi() float64 {
	counts := make([]float64, len(b.share))
	for k := range counts {
		counts[k] = float64(b.counts[0][k] + b.counts[1][k])
	}
	return drift.PSI(b.share, counts)
}

// Describe and Collect make the window what Prometheus reads.
func (w *driftWindow) Describe(to chan<- *prometheus.Desc) { to <- w.describe; to <- w.counted }

// Collect computes the index of each column.
func (w *driftWindow) Collect(to chan<- prometheus.Metric) {
	w.mu.Lock()
	defer w.mu.Unlock()
	rows := w.rows[0] + w.rows[1]
	to <- prometheus.MustNewConstMetric(w.counted, prometheus.GaugeValue, float64(rows))
	if rows < min(fewRows, w.half) {
		return
	}
	for i := range w.columns {
		b := &w.columns[i]
		to <- prometheus.MustNewConstMetric(w.describe, prometheus.GaugeValue, b.psi(), b.name)
	}
}
