package model

import (
	"fmt"

	"example.com/engine/conformal"
	"example.com/engine/estimator"
	"example.com/engine/transform"
)

// Intervals is what a model knows of its errors.
type Intervals struct {
	Method string  `json:"method"`
	Score  string  `json:"score"`
	Level  float64 `json:"level"`
	Rows   int     `json:"rows"` // that it was calibrated on
	// Thresholds of cv and split: one for each bin of the predictions.
	Edges []float64             `json:"edges,omitempty"` // between the bins, which include their lower one
	Bins  []conformal.Threshold `json:"bins,omitempty"`
	// Folds of cv+.
	Folds []*FoldModel `json:"folds,omitempty"`
	// Quantiles are the regressions of the score quantile.
	Quantiles *Quantiles `json:"quantiles,omitempty"`
}

// FoldModel is a model of cv+ with the scores of the rows that it did not see.
type FoldModel struct {
	Columns   *transform.ColumnTransformer `json:"columns"`
	Estimator estimator.Estimator          `json:"estimator"`
	Quantiles *Quantiles                   `json:"quantiles,omitempty"`
	scores    []float64                    // rising
}

// parts adds what has arrays, by the folder of their files.
func (c *Intervals) parts(all map[string]any) {
	if c == nil {
		return
	}
	add := func(folder string, q *Quantiles) {
		if q != nil {
			all[folder+"low"], all[folder+"high"] = q.Low.Learner, q.High.Learner
		}
	}
	add("intervals/", c.Quantiles)
	for k, f := range c.Folds {
		folder := fmt.Sprintf("intervals/%d/", k)
		all[folder+"columns"], all[folder+"estimator"], all[folder+"calibration"] = f.Columns, f.Estimator.Learner, f
		add(folder, f.Quantiles)
	}
}

// Arrays returns the scores, which are many.
func (f *FoldModel) Arrays() map[string]any { return map[string]any{"scores": &f.scores} }

// whole tells whether a loaded model can answer with them.
func (c *Intervals) whole() bool {
	if c == nil {
		return true
	}
	for _, f := range c.Folds {
		if f.Columns == nil || f.Estimator.Learner == nil {
			return false
		}
	}
	return c.Folds != nil || c.Bins == nil || len(c.Bins) == len(c.Edges)+1
}
