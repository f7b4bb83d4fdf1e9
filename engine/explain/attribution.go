package explain

import (
	"errors"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// ErrUnexplained is that of an estimator whose predictions have no exact
// division among its inputs.
var ErrUnexplained = errors.New("predictions can't be explained")

// Scale is what contributions add up to.
type Scale string

// The scales. LogScale and Log1pScale are of the prediction: exp of the sum is
// the prediction, less 1 for Log1pScale.
const (
	TargetScale      Scale = "target"      // the prediction itself
	LogScale         Scale = "log"         // its natural logarithm
	Log1pScale       Scale = "log1p"       // that of 1 more
	LogOddsScale     Scale = "log_odds"    // of the class, before the sigmoid
	ScoreScale       Scale = "score"       // of each class, before the softmax
	ProbabilityScale Scale = "probability" // of the class
)

// Attributor divides what an estimator predicts among its inputs: for each
// output, Base and the contributions add up to the prediction.
type Attributor interface {
	Base() []float64 // by output
	// Explain writes the contribution of each input, input by input for each
	// output in turn. It is safe for concurrent use.
	Explain(dst, row []float64)
}

// Attribution is an Attributor with what its numbers mean.
type Attribution struct {
	Attributor
	Scale Scale
	Codes []int // of the classes of the outputs; nil if they are all classes in order
}

// Class is the code of the class that an output is about.
func (a Attribution) Class(output int) int {
	if a.Codes == nil {
		return output
	}
	return a.Codes[output]
}

// Constant is the Attributor of the same prediction for every row.
type Constant []float64

// Base returns the prediction.
func (c Constant) Base() []float64 { return c }

// Explain writes zeros.
func (c Constant) Explain(dst, _ []float64) { clear(dst) }

// Affine is the Attributor of Slope times what another predicts, and Shift, by
// output.
type Affine struct {
	Attributor
	Slope float64
	Shift []float64
}

// Base returns the other's, scaled and shifted.
func (a Affine) Base() []float64 {
	base := floats.ScaleTo(make([]float64, len(a.Shift)), a.Slope, a.Attributor.Base())
	floats.Add(base, a.Shift)
	return base
}

// Explain writes the other's contributions, scaled.
func (a Affine) Explain(dst, row []float64) {
	a.Attributor.Explain(dst, row)
	floats.Scale(a.Slope, dst)
}

// Lines is the Attributor of intercept + Σ coef·row for each output: an input
// contributes by how far it is from its mean in training.
type Lines struct {
	Coef      [][]float64 // by output
	Intercept []float64
	Means     []float64 // of the inputs
}

// Base returns the predictions at the means.
func (l *Lines) Base() []float64 {
	base := make([]float64, len(l.Coef))
	for k, c := range l.Coef {
		base[k] = l.Intercept[k] + floats.Dot(c, l.Means)
	}
	return base
}

// Explain writes coef · (row − mean).
func (l *Lines) Explain(dst, row []float64) {
	for k, coef := range l.Coef {
		out := dst[k*len(coef):]
		for j, c := range coef {
			out[j] = c * (row[j] - l.Means[j])
		}
	}
}

// Sum is the Attributor of a weighted sum of others, which have the same
// outputs. There must be one or more.
type Sum struct {
	members []Attributor
	weights []float64
	scratch sync.Pool // of *[]float64
}

// Add adds a member.
func (s *Sum) Add(weight float64, a Attributor) {
	s.members, s.weights = append(s.members, a), append(s.weights, weight)
}

// Base returns the sum of the members'.
func (s *Sum) Base() []float64 {
	base := make([]float64, len(s.members[0].Base()))
	for j, a := range s.members {
		floats.AddScaled(base, s.weights[j], a.Base())
	}
	return base
}

// Explain writes the sum of the members'.
func (s *Sum) Explain(dst, row []float64) {
	one, _ := s.scratch.Get().(*[]float64)
	if one == nil {
		one = new([]float64)
		*one = make([]float64, len(dst))
	}
	clear(dst)
	for j, a := range s.members {
		a.Explain(*one, row)
		floats.AddScaled(dst, s.weights[j], *one)
	}
	s.scratch.Put(one)
}
