package model

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/conformal"
	"example.com/engine/table"
)

// HeldOut is what the models of a cross-validation answered for the rows that
// each did not learn from.
type HeldOut struct {
	folds []heldFold
	// forIntervals are the folds that intervals are calibrated on: those of the
	// cross-validation, unless they part what the rows to come will not share.
	forIntervals []heldFold
	how          calibrationFolds
}

// heldFold is a fold's answers for its test part. For a regression the band is
// what an interval is laid around: the prediction, or two quantiles.
type heldFold struct {
	model     *Model // nil unless the method keeps it
	truth     []float64
	answers   Prediction
	raw       *mat.Dense // probabilities before the calibration, where there is one or a threshold
	low, high []float64
	groups    []int // of each row, where a row to come is of another group; else nil
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
		m = held.forIntervals[len(held.forIntervals)-1].model
	} else if m, err = r.Fit(ctx, train); err != nil {
		return nil, nil, err
	}
	if warnings, err = m.finish(&r.Config, held); err != nil || s.Method == "none" {
		return m, warnings, err
	}
	parts := held.forIntervals
	if s.Method == "split" {
		parts = parts[len(parts)-1:]
	}
	warnings = append(warnings, held.how.warnings...)
	err = m.calibrate(s, parts)
	m.Intervals.InTime = held.how.inTime
	if errors.Is(err, conformal.ErrTooFew) {
		m.Intervals = nil
		return m, append(warnings, fmt.Sprintf("predictions carry no intervals: %v", err)), nil
	}
	return m, warnings, err
}

// calibrate sets the thresholds from the held-out answers.
func (m *Model) calibrate(s conformal.Settings, parts []heldFold) error {
	c := m.Intervals
	if c == nil {
		c = new(Intervals)
	}
	groups := groupsOf(parts)
	c.Method, c.Score, c.Level, c.Rows = s.Method, s.Score, s.Level, 0
	_, c.Groups = conformal.Weights(groups)
	for _, f := range parts {
		c.Rows += len(f.truth)
	}
	m.Intervals = c
	switch {
	case s.Method == "cv+":
		return m.keepFolds(parts)
	case s.Score == "binned":
		return m.calibrateBins(s, parts)
	}
	var scores []float64
	for _, f := range parts {
		scores = append(scores, f.scores(s.Score)...)
	}
	q, err := conformal.NewSample(scores, groups).Quantile(s.Level)
	c.Bins = []conformal.Threshold{{Rows: len(scores), Below: q, Above: q}}
	return err
}

// groupsOf returns the groups of the rows of all parts, or nil.
func groupsOf(parts []heldFold) (groups []int) {
	for _, f := range parts {
		groups = append(groups, f.groups...)
	}
	return groups
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
func (m *Model) keepFolds(parts []heldFold) error {
	c := m.Intervals
	if err := conformal.Enough(c.units(), c.Groups > 0, c.Level); err != nil {
		return err
	}
	weights, _ := conformal.Weights(groupsOf(parts))
	for _, f := range parts {
		kept := &FoldModel{Columns: f.model.Columns, Estimator: f.model.Estimator, Weighted: weights != nil}
		if q := f.model.Intervals; q != nil {
			kept.Quantiles = q.Quantiles
		}
		var w []float64
		if weights != nil {
			w, weights = weights[:len(f.truth)], weights[len(f.truth):]
		}
		kept.sample = conformal.Sorted(f.scores(c.Score), w)
		c.Folds = append(c.Folds, kept)
	}
	return nil
}

// leastInBin is how many rows, or groups, a bin holds for each that is to lie
// outside on either side, so that its thresholds hang on more than one or two.
const leastInBin = 10

// calibrateBins sorts the rows into bins of as many each by their prediction,
// and finds the errors below and above that half of the rows outside exceed. If a
// bin has too few groups there are half as many bins.
func (m *Model) calibrateBins(s conformal.Settings, parts []heldFold) error {
	var predicted, errs []float64
	for _, f := range parts {
		for i, y := range f.truth {
			predicted = append(predicted, f.answers.Values[i])
			errs = append(errs, y-f.answers.Values[i])
		}
	}
	side := (1 - s.Level) / 2
	for bins := min(s.Bins, int(float64(m.Intervals.units())*side/leastInBin)); ; bins /= 2 {
		m.Intervals.Edges = conformal.Edges(predicted, max(bins, 1))
		err := m.binned(predicted, errs, groupsOf(parts), side)
		if err == nil || bins <= 1 || m.Intervals.Groups == 0 {
			return err
		}
	}
}

// binned sets the thresholds of the bins between the edges.
func (m *Model) binned(predicted, errs []float64, groups []int, side float64) error {
	n := len(m.Intervals.Edges) + 1
	members, of := make([][]float64, n), make([][]int, n)
	for i, v := range predicted {
		k := conformal.Bin(m.Intervals.Edges, v)
		members[k] = append(members[k], errs[i])
		if groups != nil {
			of[k] = append(of[k], groups[i])
		}
	}
	m.Intervals.Bins = nil
	for k, e := range members {
		t, err := conformal.TwoSided(e, of[k], side)
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

// Promise says for whom the level is meant, where that is not for rows drawn as
// the training rows were: "".
func (c *Intervals) Promise() string {
	switch {
	case c.Groups > 0:
		return fmt.Sprintf("the level is meant for rows of new groups, on average over groups, and rests on %d groups that were held out whole", c.Groups)
	case c.InTime:
		return "errors were measured on later rows than those learned from: the level is kept on average as long as errors stay " +
			"as they were, and not promised where they drift or grow, nor in each stretch of time"
	}
	return ""
}
