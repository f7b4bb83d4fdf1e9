package neighbors

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/parallel"
)

// Settings are those of both models.
type Settings struct {
	Neighbors int `yaml:"n_neighbors" json:"n_neighbors" validate:"gte=1"`
	// Weights is uniform, or distance: a row counts by 1 over its distance,
	// and if any is at distance 0 only those do.
	Weights string `yaml:"weights" json:"weights" validate:"oneof=uniform distance"`
}

// Regressor predicts the mean target of the nearest rows.
type Regressor struct {
	Settings `yaml:",inline"`

	memory `yaml:"-"`
}

// Classifier predicts the share of each class among the nearest rows.
type Classifier struct {
	Settings `yaml:",inline"`

	memory  `yaml:"-"`
	Classes int `yaml:"-" json:"classes"` // one more than the highest code
}

// NewRegressor returns scikit-learn's defaults.
func NewRegressor() *Regressor {
	return &Regressor{Settings: Settings{Neighbors: 5, Weights: "uniform"}}
}

// NewClassifier returns scikit-learn's defaults.
func NewClassifier() *Classifier {
	return &Classifier{Settings: Settings{Neighbors: 5, Weights: "uniform"}}
}

// memory is the training rows.
type memory struct {
	Index
	Target []float64 `json:"-"` // by row
	Weight []float64 `json:"-"` // by row; empty means 1
}

// Arrays returns the learned slices by name, for saving and for loading.
func (m *memory) Arrays() map[string]any {
	return map[string]any{
		"points": &m.Points,
		"rows":   &m.Rows,
		"dims":   &m.Dims,
		"splits": &m.Splits,
		"target": &m.Target,
		"weight": &m.Weight,
	}
}

// Fit keeps the rows of x (n × p, finite) with their targets. w multiplies the
// part that a row has in a prediction, and rows of weight 0 are left out; if
// it is nil, all weights are 1.
//
// Note: scikit-learn has no weights here. A weight of 2 is not a repeated row,
// which would take the place of another neighbour.
func (r *Regressor) Fit(_ context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	return r.learn(x, y, w, r.Neighbors)
}

// Fit is Regressor.Fit with class codes 0, 1, 2… for y.
func (c *Classifier) Fit(_ context.Context, x *mat.Dense, y, w []float64, _ *rand.Rand) error {
	c.Classes = 0
	for i, v := range y {
		if !(v >= 0 && v < 1<<16) || v != math.Trunc(v) {
			return fmt.Errorf("neighbors: target of row %d is %v, not a class code 0, 1, 2…", i, v)
		}
		c.Classes = max(c.Classes, int(v)+1)
	}
	return c.learn(x, y, w, c.Neighbors)
}

func (m *memory) learn(x *mat.Dense, y, w []float64, k int) error {
	n, p := x.Dims()
	if len(y) != n || w != nil && len(w) != n {
		panic("neighbors: slice length mismatch")
	}
	if err := checkFinite(x); err != nil {
		return err
	}
	kept, err := keep(y, w)
	if err != nil {
		return err
	}
	if len(kept) < k {
		return fmt.Errorf("neighbors: %d neighbours need as many rows with weight, there are %d", k, len(kept))
	}
	*m = memory{Target: take(y, kept), Weight: take(w, kept)}
	if len(kept) < n {
		some := mat.NewDense(len(kept), p, nil)
		for to, from := range kept {
			some.SetRow(to, x.RawRowView(from))
		}
		x = some
	}
	m.Index = *newIndex(x, p <= mostColumns)
	return nil
}

// keep returns the rows with weight.
func keep(y, w []float64) ([]int, error) {
	var kept []int
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("neighbors: target of row %d is %v", i, v)
		}
		if w != nil && !(w[i] >= 0 && w[i] <= math.MaxFloat64) {
			return nil, fmt.Errorf("neighbors: weight of row %d is %v", i, w[i])
		}
		if w == nil || w[i] > 0 {
			kept = append(kept, i)
		}
	}
	return kept, nil
}

func take(v []float64, rows []int) []float64 {
	if v == nil {
		return nil
	}
	out := make([]float64, len(rows))
	for to, from := range rows {
		out[to] = v[from]
	}
	return out
}

// Predict writes the prediction for each row of x to dst, of rows in parallel.
// A row gets the same bits alone as in any batch; one that holds a NaN gets NaN.
func (r *Regressor) Predict(dst []float64, x *mat.Dense) {
	if n, _ := x.Dims(); n != len(dst) {
		panic("neighbors: slice length mismatch")
	}
	r.each(x, r.Neighbors, func(i int, found []Neighbor) {
		sum, total := 0.0, 0.0
		for _, n := range found {
			vote := r.vote(n, found[0], r.Weights)
			sum += float64(vote * r.Target[n.Row])
			total += vote
		}
		dst[i] = sum / total
	})
}

// PredictProba writes the probability of each class to each row of dst, which
// has a column for each class; columns of codes that Fit did not see are 0. A
// row of x that holds a NaN gets NaN.
func (c *Classifier) PredictProba(dst, x *mat.Dense) {
	rows, columns := dst.Dims()
	if n, _ := x.Dims(); n != rows {
		panic("neighbors: slice length mismatch")
	}
	if columns < c.Classes {
		panic("neighbors: fewer columns than classes")
	}
	c.each(x, c.Neighbors, func(i int, found []Neighbor) {
		p, total := dst.RawRowView(i), 0.0
		clear(p)
		for _, n := range found {
			vote := c.vote(n, found[0], c.Weights)
			p[int(c.Target[n.Row])] += vote
			total += vote
		}
		for k := range p[:c.Classes] {
			p[k] /= total
		}
	})
}

// vote is the part of a neighbour in a prediction, given the nearest one.
func (m *memory) vote(n, nearest Neighbor, weights string) float64 {
	vote := 1.0
	if weights == "distance" {
		switch {
		case nearest.Squared > 0:
			vote = 1 / math.Sqrt(n.Squared)
		case n.Squared > 0:
			return 0
		}
	}
	if len(m.Weight) > 0 {
		vote *= m.Weight[n.Row]
	}
	return vote
}

// batchRows is the rows that a worker takes at a time.
const batchRows = 64

var scratch = sync.Pool{New: func() any { return new([]Neighbor) }}

// each calls f for each row of x with its k nearest neighbours, in parallel if
// there are more than a batch.
func (m *memory) each(x *mat.Dense, k int, f func(i int, found []Neighbor)) {
	n, _ := x.Dims()
	if m.Len() == 0 {
		panic("neighbors: predict before fit")
	}
	if n <= batchRows { // without a goroutine or an allocation
		m.batch(x, k, 0, n, f)
		return
	}
	parallel.Blocks(n, batchRows, func(from, to int) { m.batch(x, k, from, to, f) })
}

func (m *memory) batch(x *mat.Dense, k, from, to int, f func(i int, found []Neighbor)) {
	found := scratch.Get().(*[]Neighbor)
	for i := from; i < to; i++ {
		*found = m.Nearest((*found)[:0], x.RawRowView(i), k)
		f(i, *found)
	}
	scratch.Put(found)
}
