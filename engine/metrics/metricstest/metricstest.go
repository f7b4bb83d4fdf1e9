// Package metricstest holds what is true of every metric, as checks to run on
// one: weights do what repeated rows do, the order of rows does not matter,
// perfect is best, no weight at all is undefined, and NaN is not hidden.
package metricstest

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"example.com/engine/metrics"
)

// near is how far two sums of some tens of terms in another order may differ.
const near = 1e-12

// Run runs every check on m as a test of its name, for each task that m is for.
func Run(t *testing.T, m metrics.Metric) {
	t.Helper()
	for _, task := range m.Tasks {
		for _, c := range checks {
			t.Run(string(task)+" "+c.name, func(t *testing.T) {
				c.run(t, m, Rows(task, 50, rand.New(rand.NewPCG(1, 2))))
			})
		}
	}
}

var checks = []struct {
	name string
	run  func(t *testing.T, m metrics.Metric, d metrics.Data)
}{
	{"a weight does what repetition does", weight},
	{"the order of rows does not matter", order},
	{"a perfect prediction is best", perfect},
	{"no weight is undefined", noWeight},
	{"NaN is not hidden", notHidden},
}

// Rows draws n rows of a task with weights 0, 1, 2 and 3.
func Rows(task metrics.Task, n int, rng *rand.Rand) metrics.Data {
	d := metrics.Data{Y: make([]float64, n), Pred: make([]float64, n), W: make([]float64, n)}
	k := map[metrics.Task]int{metrics.Binary: 2, metrics.Multiclass: 3}[task]
	if k > 0 {
		d.Proba = mat.NewDense(n, k, nil)
	}
	for i := range n {
		d.W[i] = float64(rng.IntN(4))
		if k == 0 {
			d.Y[i] = 100 * rng.ExpFloat64()
			d.Pred[i] = d.Y[i] * math.Exp(0.3*rng.NormFloat64())
			continue
		}
		d.Y[i], d.Pred[i] = float64(rng.IntN(k)), float64(rng.IntN(k))
		p, sum := d.Proba.RawRowView(i), 0.0
		for j := range p {
			p[j] = float64(1 + rng.IntN(20)) // scores tie
			sum += p[j]
		}
		for j := range p {
			p[j] /= sum
		}
	}
	return d
}

func weight(t *testing.T, m metrics.Metric, d metrics.Data) {
	var repeated []int
	for i, w := range d.W {
		for range int(w) {
			repeated = append(repeated, i)
		}
	}
	plain := d.Take(repeated)
	plain.W = nil
	require.InDelta(t, m.Score(plain), m.Score(d), near)
	ones := d
	ones.W = make([]float64, len(d.Y))
	for i := range ones.W {
		ones.W[i] = 1
	}
	d.W = nil
	require.InDelta(t, m.Score(d), m.Score(ones), near)
}

func order(t *testing.T, m metrics.Metric, d metrics.Data) {
	shuffled := d.Take(rand.New(rand.NewPCG(3, 4)).Perm(len(d.Y)))
	require.InDelta(t, m.Score(d), m.Score(shuffled), near)
}

func perfect(t *testing.T, m metrics.Metric, d metrics.Data) {
	best := d
	best.Pred = d.Y
	if d.Proba != nil {
		n, k := d.Proba.Dims()
		best.Proba = mat.NewDense(n, k, nil)
		for i, y := range d.Y {
			best.Proba.Set(i, int(y), 1)
		}
	}
	want := 0.0
	if m.Greater {
		want = 1
	}
	require.InDelta(t, want, m.Score(best), near)
	require.True(t, m.Better(m.Score(best), m.Score(d)))
	require.False(t, m.Better(m.Score(d), m.Score(best)))
	require.False(t, m.Better(math.NaN(), m.Score(d)))
}

func noWeight(t *testing.T, m metrics.Metric, d metrics.Data) {
	d.W = make([]float64, len(d.Y))
	if m.Input == metrics.Classes && m.Score(d) == 0 {
		return // shares of nothing are 0, as in scikit-learn
	}
	require.True(t, math.IsNaN(m.Score(d)))
}

func notHidden(t *testing.T, m metrics.Metric, d metrics.Data) {
	d.W = nil
	switch m.Input {
	case metrics.Classes:
		d.Pred[7] = math.NaN()
		require.PanicsWithValue(t, "metrics: NaN is not a class code", func() { m.Score(d) })
		return
	case metrics.Probabilities:
		row := d.Proba.RawRowView(7)
		for j := range row {
			row[j] = math.NaN()
		}
	default:
		d.Pred[7] = math.NaN()
	}
	require.True(t, math.IsNaN(m.Score(d)))
}
