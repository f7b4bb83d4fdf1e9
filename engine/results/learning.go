package results

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// LearningPoint is the deciding metric of models that learned from so many
// rows: mean and standard deviation over the folds. What is undefined is left
// out.
type LearningPoint struct {
	Rows int     `json:"rows"`
	Held *Spread `json:"held_out,omitempty"` // on rows held out
	Seen *Spread `json:"training,omitempty"` // on the rows learned from
}

// Spread is a mean with the standard deviation of what it is the mean of.
type Spread struct {
	Mean   float64 `json:"mean"`
	StdDev float64 `json:"std_dev"`
}

// NewLearningPoint summarizes the scores of the folds.
func NewLearningPoint(rows int, held, seen []float64) LearningPoint {
	return LearningPoint{Rows: rows, Held: newSpread(held), Seen: newSpread(seen)}
}

func newSpread(v []float64) *Spread {
	s := Spread{Mean: stat.Mean(v, nil)}
	if len(v) > 1 {
		s.StdDev = stat.StdDev(v, nil)
	}
	if math.IsNaN(s.Mean) || math.IsInf(s.Mean, 0) || math.IsNaN(s.StdDev) {
		return nil
	}
	return &s
}
