package tree

import (
	"gonum.org/v1/gonum/mat"
)

// Mean is what a forest learns: trees of which it predicts the mean.
type Mean struct {
	Ensemble
	Features int `json:"features"` // columns of x
	// Classes is the number of classes, 0 for a regression. Set it before Fit
	// where the training rows might not have them all.
	Classes int `json:"classes"`
}

// Predict writes the mean of the trees for each row of x to dst, of a
// regression. A row gets the same bits alone as in any batch. It is safe for
// concurrent use and does not allocate for one row.
func (m *Mean) Predict(dst []float64, x *mat.Dense) {
	m.checkShape(len(dst), 0, x)
	clear(dst)
	m.Add(dst, x)
	m.divide(dst)
}

// PredictProba writes the mean share of each class for each row of x to dst,
// n × Classes.
func (m *Mean) PredictProba(dst, x *mat.Dense) {
	n, k := dst.Dims()
	m.checkShape(n, k, x)
	raw := dst.RawMatrix()
	if raw.Stride == k {
		out := raw.Data[:n*k]
		clear(out)
		m.Add(out, x)
		m.divide(out)
		return
	}
	for i := range n {
		row := dst.RawRowView(i)
		clear(row)
		m.AddRow(row, x.RawRowView(i))
		m.divide(row)
	}
}

func (m *Mean) divide(sums []float64) {
	trees := float64(m.Trees())
	for i := range sums {
		sums[i] /= trees
	}
}

func (m *Mean) checkShape(rows, classes int, x *mat.Dense) {
	n, p := x.Dims()
	switch {
	case m.Trees() == 0:
		panic("tree: predict before fit")
	case n != rows || p != m.Features || classes != m.Classes:
		panic("tree: shape mismatch")
	}
}
