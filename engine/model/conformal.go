package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/estimator"
	"example.com/engine/transform"
)

// IntervalSettings is the part of model.yaml that says how sure a prediction
// is said to be: by conformal prediction, which asks how wrong the recipe was
// on rows that it did not learn from (Angelopoulos and Bates 2023, "Conformal
// prediction: a gentle introduction").
type IntervalSettings struct {
	// Method says which rows those are.
	//
	//   - cv: the rows that each fold of the cross-validation held out. No fit
	//     more than there is anyway, and the model learns from all rows. The
	//     share of rows inside is near the level for estimators that change
	//     little with a fifth of the rows; nothing is promised for others.
	//   - cv+: the same, and the folds' models are kept to answer together with
	//     the model. At the level 1 - a, at least 1 - 2a is promised whatever
	//     the estimator, and about 1 - a is usual (Barber, Candès, Ramdas and
	//     Tibshirani 2021, "Predictive inference with the jackknife+"). Files
	//     and answers cost as much as one more model for each fold.
	//   - split: the test part of the last fold. The model is that fold's, so it
	//     does not learn from those rows. The level is promised whatever the
	//     estimator (Lei, G'Sell, Rinaldo, Tibshirani and Wasserman 2018).
	//   - none: predictions without intervals.
	//
	// Promises hold on average over rows that are drawn as the training rows
	// were, and not for each kind of row: the report has the coverage by slice.
	Method string `yaml:"method" validate:"oneof=none cv cv+ split"`
	// Score says what is compared.
	//
	//   - absolute: the distance from the prediction, so that every interval is
	//     as wide.
	//   - binned: errors below and above the prediction, each for itself, among
	//     rows of a like prediction. It suits any estimator whose errors grow
	//     with what it predicts, and keeps the level in each bin (Mondrian
	//     conformal prediction: Vovk, Gammerman and Shafer 2005). Not for cv+.
	//   - quantile: the distance from two further quantile regressions, by
	//     gradient boosting on the same inputs, so that the width follows any
	//     of them (Romano, Patterson and Candès 2019, "Conformalized quantile
	//     regression"). Two more fits for each fit.
	//   - lac: for classes, 1 - the probability of the row's class, which gives
	//     the smallest sets (Sadinle, Lei and Wasserman 2019).
	//   - aps: for classes, the probability of the row's class and all likelier
	//     ones, which gives larger sets to harder rows (Romano, Sesia and Candès
	//     2020, without their random part). Of little use for two classes.
	//   - auto: binned, for cv+ absolute; for classes lac.
	Score string  `yaml:"score" validate:"oneof=auto absolute binned quantile lac aps"`
	Level float64 `yaml:"level" validate:"gt=0,lt=1"` // share of rows inside
	Bins  int     `yaml:"bins" validate:"gte=1"`      // at most, of binned
}

// DefaultIntervals are 90 % intervals that cost nothing.
func DefaultIntervals() IntervalSettings {
	return IntervalSettings{Method: "cv", Score: "auto", Level: 0.9, Bins: 20}
}

// resolve checks the settings and returns them with the score of the task.
func (s IntervalSettings) resolve(task Task) (IntervalSettings, error) {
	scores := []string{"absolute", "binned", "quantile"}
	switch {
	case task != Regression:
		scores = []string{"lac", "aps"}
	case s.Method == "cv+":
		scores = []string{"absolute", "quantile"}
	}
	if s.Score == "auto" {
		s.Score = scores[0]
		if slices.Contains(scores, "binned") {
			s.Score = "binned"
		}
	}
	if !slices.Contains(scores, s.Score) {
		return s, config.Invalid("intervals.score", "%s does not suit a %s with the method %s: there are %v", s.Score, task, s.Method, scores)
	}
	return s, nil
}

// Intervals is what a model knows of its errors.
type Intervals struct {
	Method string  `json:"method"`
	Score  string  `json:"score"`
	Level  float64 `json:"level"`
	Rows   int     `json:"rows"` // that it was calibrated on
	// Thresholds of cv and split: one for each bin of the predictions.
	Edges []float64   `json:"edges,omitempty"` // between the bins, which include their lower one
	Bins  []Threshold `json:"bins,omitempty"`
	// Folds of cv+.
	Folds []*FoldModel `json:"folds,omitempty"`
	// Quantiles are the regressions of the score quantile.
	Quantiles *Quantiles `json:"quantiles,omitempty"`
}

// Threshold is how far an interval reaches from its band, which is the
// prediction or the range between two quantiles. For classes it is the score up
// to which a class is in the set, in Above.
type Threshold struct {
	Rows  int     `json:"rows"`
	Below float64 `json:"below"`
	Above float64 `json:"above"`
}

// FoldModel is a model of cv+ with the scores of the rows that it did not see.
type FoldModel struct {
	Columns   *transform.ColumnTransformer `json:"columns"`
	Estimator estimator.Estimator          `json:"estimator"`
	Quantiles *Quantiles                   `json:"quantiles,omitempty"`
	scores    []float64                    // rising
}

// errTooFew tells that no threshold keeps the level.
var errTooFew = errors.New("too few rows to calibrate intervals")

// conformalQuantile returns the value that a further draw from the same distribution is at
// most as large as with the probability of the share: the ⌈share (n+1)⌉-th
// smallest. It is an error if there are too few values for it.
func conformalQuantile(sorted []float64, share float64) (float64, error) {
	k := rankOf(len(sorted), share)
	if k > len(sorted) {
		return 0, fmt.Errorf("%w: %d rows for the share %.3g", errTooFew, len(sorted), share)
	}
	return sorted[max(k, 1)-1], nil
}

// rankOf is ⌈share (n+1)⌉, where a share like 0.9 is taken for the decimal that
// it is written as.
func rankOf(n int, share float64) int {
	return int(math.Ceil(share*float64(n+1) - 1e-9))
}

// Quantiles are regressions of the two ends of an interval.
type Quantiles struct {
	Low  estimator.Estimator `json:"low"`
	High estimator.Estimator `json:"high"`
}

// newQuantiles returns gradient boosting for the quantiles that leave out as
// many rows on either side.
func newQuantiles(level float64) *Quantiles {
	of := func(q float64) estimator.Estimator {
		b := estimator.NewBoostingRegressor()
		b.Loss, b.Quantile = "quantile", q
		return estimator.Estimator{Kind: "gradient_boosting_regressor", Learner: b}
	}
	return &Quantiles{Low: of((1 - level) / 2), High: of((1 + level) / 2)}
}

// bounds returns the ends in the unit of the target.
func (q *Quantiles) bounds(m *Model, x *mat.Dense) (low, high []float64) {
	low, high = m.regress(q.Low, x), m.regress(q.High, x)
	for i := range low { // two regressions can cross
		low[i], high[i] = min(low[i], high[i]), max(low[i], high[i])
	}
	return low, high
}

// regress returns a regressor's predictions in the unit of the target.
func (m *Model) regress(e estimator.Estimator, x *mat.Dense) []float64 {
	rows, _ := x.Dims()
	values := make([]float64, rows)
	e.Learner.(estimator.Regressor).Predict(values, x)
	m.Target.invert(values)
	return values
}

// fit learns both from the estimator's inputs and its target.
func (q *Quantiles) fit(ctx context.Context, x *mat.Dense, y []float64, stream func(task string) *rand.Rand) error {
	if err := q.Low.Fit(ctx, x, y, nil, stream("lower quantile")); err != nil {
		return fmt.Errorf("fitting the lower quantile: %w", err)
	}
	if err := q.High.Fit(ctx, x, y, nil, stream("upper quantile")); err != nil {
		return fmt.Errorf("fitting the upper quantile: %w", err)
	}
	return nil
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
