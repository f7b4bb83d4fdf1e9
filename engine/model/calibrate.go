package model

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/conformal"
	"example.com/engine/table"
)

// HeldOut is what the models of a cross-validation answered for the rows that
// each did not learn from.
type HeldOut struct {
	folds []heldFold
}

// heldFold is a fold's answers for its test part. For a regression the band is
// what an interval is laid around: the prediction, or two quantiles.
type heldFold struct {
	model     *Model // nil unless the method keeps it
	truth     []float64
	answers   Prediction
	raw       *mat.Dense // probabilities before the calibration, where there is one or a threshold
	low, high []float64
}

// FitCalibrated is Fit, and calibrates the model's intervals and probabilities on
// held, which HoldOut returned for the same rows, and chooses its threshold there.
// With the intervals' method split the model is that of the last fold. Too few rows
// for the level is no error: the model then has no intervals, and a warning says so.
func (r Recipe) FitCalibrated(ctx context.Context, train *table.Table, held *HeldOut) (m *Model, warnings []string, err error) {
	if r, _, err = r.Settle(train); err != nil {
		return nil, nil, err
	}
	s, err := r.Config.Intervals.Resolve(r.Config.Task)
	if err != nil {
		return nil, nil, err
	}
	if s.Method == "split" {
		m = held.folds[len(held.folds)-1].model
	} else if m, err = r.Fit(ctx, train); err != nil {
		return nil, nil, err
	}
	if warnings, err = m.finish(&r.Config, held); err != nil || s.Method == "none" {
		return m, warnings, err
	}
	if s.Method == "split" {
		held = &HeldOut{held.folds[len(held.folds)-1:]}
	}
	err = m.calibrate(s, held)
	if errors.Is(err, conformal.ErrTooFew) {
		m.Intervals = nil
		return m, append(warnings, fmt.Sprintf("predictions carry no intervals: %v", err)), nil
	}
	return m, warnings, err
}

// calibrate sets the thresholds from the held-out answers.
func (m *Model) calibrate(s conformal.Settings, held *HeldOut) error {
	c := m.Intervals
	if c == nil {
		c = new(Intervals)
	}
	c.Method, c.Score, c.Level, c.Rows = s.Method, s.Score, s.Level, 0
	for _, f := range held.folds {
		c.Rows += len(f.truth)
	}
	m.Intervals = c
	switch {
	case s.Method == "cv+":
		return m.keepFolds(held)
	case s.Score == "binned":
		return m.calibrateBins(s, held)
	}
	var scores []float64
	for _, f := range held.folds {
		scores = append(scores, f.scores(s.Score)...)
	}
	slices.Sort(scores)
	q, err := conformal.Quantile(scores, s.Level)
	c.Bins = []conformal.Threshold{{Rows: len(scores), Below: q, Above: q}}
	return err
}

// scores returns how badly each row fits its prediction.
func (f heldFold) scores(kind string) []float64 {
	out := make([]float64, len(f.truth))
	for i, y := range f.truth {
		if f.answers.Proba != nil {
			out[i] = conformal.ClassScore(kind, f.answers.Proba.RawRowView(i), int(y))
			continue
		}
		out[i] = max(f.low[i]-y, y-f.high[i])
	}
	return out
}

// keepFolds keeps the folds' models with their scores.
func (m *Model) keepFolds(held *HeldOut) error {
	if m.Intervals.Rows < conformal.RankOf(m.Intervals.Rows, m.Intervals.Level) {
		return fmt.Errorf("%w: %d rows for the level %.3g", conformal.ErrTooFew, m.Intervals.Rows, m.Intervals.Level)
	}
	for _, f := range held.folds {
		kept := &FoldModel{Columns: f.model.Columns, Estimator: f.model.Estimator}
		if q := f.model.Intervals; q != nil {
			kept.Quantiles = q.Quantiles
		}
		kept.scores = f.scores(m.Intervals.Score)
		slices.Sort(kept.scores)
		m.Intervals.Folds = append(m.Intervals.Folds, kept)
	}
	return nil
}

// leastInBin is how many rows a bin holds for each row that is to lie outside
// on either side, so that its thresholds hang on more than a row or two.
const leastInBin = 10

// calibrateBins sorts the rows into bins of as many each by their prediction,
// and finds the errors below and above that half of the rows outside exceed.
func (m *Model) calibrateBins(s conformal.Settings, held *HeldOut) error {
	var predicted, errs []float64
	for _, f := range held.folds {
		for i, y := range f.truth {
			predicted = append(predicted, f.answers.Values[i])
			errs = append(errs, y-f.answers.Values[i])
		}
	}
	side := (1 - s.Level) / 2
	bins := min(s.Bins, int(float64(len(errs))*side/leastInBin))
	m.Intervals.Edges = conformal.Edges(predicted, max(bins, 1))
	members := make([][]float64, len(m.Intervals.Edges)+1)
	for i, v := range predicted {
		k := conformal.Bin(m.Intervals.Edges, v)
		members[k] = append(members[k], errs[i])
	}
	for _, e := range members {
		t, err := conformal.TwoSided(e, side)
		if err != nil {
			return err
		}
		m.Intervals.Bins = append(m.Intervals.Bins, t)
	}
	return nil
}

// Settings of the intervals, for reports: "cv, binned, level 0.9".
func (c *Intervals) String() string {
	return fmt.Sprintf("%s, %s, level %.3g", c.Method, c.Score, c.Level)
}
