// Package calibration makes a classifier's probabilities come true as often as
// they say, by what became of rows that the classifier did not learn from.
//
// Of two classes the curve of the second is fitted. Of more, each class has a
// curve of its own against all others, and the results are scaled to a sum of 1
// (Zadrozny and Elkan 2002, "Transforming classifier scores into accurate
// multiclass probability estimates").
package calibration

import (
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Settings are the part calibration of model.yaml.
type Settings struct {
	// Method is sigmoid, a line through the log-odds, which needs few rows; or
	// isotonic, any rising steps, which needs a thousand rows or more; or none.
	Method string `yaml:"method" validate:"oneof=none sigmoid isotonic"`
}

// Calibration is fitted curves. It is safe for concurrent use.
type Calibration struct {
	Method string  `json:"method"`
	Rows   int     `json:"rows"`   // that it was fitted on
	Curves []Curve `json:"curves"` // one of two classes, else one a class
}

// Curve is a sigmoid or steps; the other is nil.
type Curve struct {
	*Sigmoid `json:"sigmoid,omitempty"`
	*Steps   `json:"steps,omitempty"`
}

// Fit learns from the probabilities of rows, n × k, and their n class codes, from 0
// to k-1. The method is sigmoid or isotonic. No rows are the caller's bug.
func Fit(method string, proba *mat.Dense, y []float64) *Calibration {
	n, k := proba.Dims()
	c := &Calibration{Method: method, Rows: n}
	p, of := make([]float64, n), make([]float64, n)
	first := 0
	if k == 2 {
		first = 1
	}
	for class := first; class < k; class++ {
		mat.Col(p, class, proba)
		for i, code := range y {
			of[i] = 0
			if int(code) == class {
				of[i] = 1
			}
		}
		if method == "sigmoid" {
			c.Curves = append(c.Curves, Curve{Sigmoid: fitSigmoid(p, of)})
		} else {
			c.Curves = append(c.Curves, Curve{Steps: fitSteps(p, of)})
		}
	}
	return c
}

// Apply replaces probabilities, n × the k classes of Fit, by calibrated ones. Each
// row has a sum of 1.
func (c *Calibration) Apply(proba *mat.Dense) {
	n, _ := proba.Dims()
	for i := range n {
		row := proba.RawRowView(i)
		if len(c.Curves) == 1 {
			row[0], row[1] = c.Curves[0].of(row[1])
			continue
		}
		for k, curve := range c.Curves {
			_, row[k] = curve.of(row[k])
		}
		Normalize(row)
	}
}

// Normalize divides numbers, of which one is above 0, by their sum.
func Normalize(row []float64) {
	sum := row[0]
	for _, p := range row[1:] {
		sum += p
	}
	for k := range row {
		row[k] /= sum
	}
}

// of returns the calibrated probability and that of the contrary.
func (c Curve) of(p float64) (contrary, probability float64) {
	if c.Sigmoid != nil {
		return c.Sigmoid.of(p)
	}
	return c.Steps.of(p)
}

// Whole tells whether a calibration that was read from a file is undamaged and is of
// this number of classes.
func (c *Calibration) Whole(classes int) bool {
	if want := classes; len(c.Curves) != want && !(want == 2 && len(c.Curves) == 1) {
		return false
	}
	for _, curve := range c.Curves {
		switch {
		case (curve.Sigmoid == nil) == (curve.Steps == nil):
			return false
		case curve.Steps != nil && len(curve.Values) != len(curve.Edges)+1:
			return false
		case curve.Steps != nil && !(floats.Min(curve.Values) > 0 && floats.Max(curve.Values) < 1):
			return false
		}
	}
	return true
}
