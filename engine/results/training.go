package results

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"example.com/engine/metrics"
)

// Training is what the stage train tells: how well the candidate does on the
// rows that it learned from, and on rows held out of them.
type Training struct {
	Task            metrics.Task    `json:"task"`
	Target          string          `json:"target"`
	Unit            string          `json:"unit,omitempty"`
	Positive        string          `json:"positive,omitempty"` // of two classes
	Estimator       string          `json:"estimator"`
	Answered        string          `json:"answered,omitempty"` // when the positive of two classes is
	Metric          string          `json:"metric"`             // the one that decides
	Rows            int             `json:"rows"`
	Features        []string        `json:"features"`
	Scores          Scores          `json:"scores"` // on the training rows
	CrossValidation CrossValidation `json:"cross_validation"`
	// Warnings name what makes these figures flatter the model.
	Warnings      []string        `json:"warnings,omitempty"`
	LearningCurve []LearningPoint `json:"learning_curve,omitempty"`
}

// CrossValidation is the scores on rows that each fold held out. Every fold
// fits its own transformers and estimator.
type CrossValidation struct {
	Strategy string `json:"strategy"`
	Folds    []Fold `json:"folds"`
	Mean     Scores `json:"mean"`
	StdDev   Scores `json:"std_dev"` // sample standard deviation over the folds
	StdErr   Scores `json:"std_err"` // of the mean: see Correction
}

// Correction is by what to multiply the variance of the scores of as many folds to have
// that of their mean, if the test rows of a fold are that many of its training rows on
// average. Folds share training rows, so it is not 1/folds; and folds of a repetition share
// test rows, too: without the second term a tenth repetition would seem to be worth as
// much as new rows (Nadeau and Bengio 2003, "Inference for the generalization error";
// Bouckaert and Frank 2004, "Evaluating the replicability of significance tests for
// comparing learning algorithms").
func Correction(folds int, ratio float64) float64 { return 1/float64(folds) + ratio }

// Ratio is the mean over the folds of test rows by training rows.
func (c CrossValidation) Ratio() float64 {
	sum := 0.0
	for _, f := range c.Folds {
		sum += float64(f.TestRows) / float64(f.TrainRows) / float64(len(c.Folds))
	}
	return sum
}

// Fold is one fold.
type Fold struct {
	TrainRows int    `json:"train_rows"`
	TestRows  int    `json:"test_rows"`
	Scores    Scores `json:"scores"`
}

// Summarize fills in Mean, StdDev and StdErr of the scores that all folds have.
func (c *CrossValidation) Summarize() {
	c.Mean, c.StdDev, c.StdErr = Scores{}, Scores{}, Scores{}
	if len(c.Folds) == 0 {
		return
	}
	for name := range c.Folds[0].Scores {
		var values []float64
		for _, f := range c.Folds {
			if v, ok := f.Scores[name]; ok {
				values = append(values, v)
			}
		}
		if len(values) < len(c.Folds) {
			continue
		}
		mean, squares := 0.0, 0.0
		for _, v := range values {
			mean += v / float64(len(values))
		}
		for _, v := range values {
			squares += (v - mean) * (v - mean)
		}
		c.Mean[name] = mean
		if len(values) > 1 {
			variance := squares / float64(len(values)-1)
			c.StdDev[name] = math.Sqrt(variance)
			if ratio := c.Ratio(); ratio > 0 && !math.IsInf(ratio, 0) { // sizes are known
				c.StdErr[name] = math.Sqrt(Correction(len(values), ratio) * variance)
			}
		}
	}
}

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
