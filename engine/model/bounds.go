package model

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/conformal"
	"example.com/engine/estimator"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// bound adds to a prediction its intervals or sets. x are the estimator's
// inputs, t the rows with their derived columns.
func (m *Model) bound(p *Prediction, x *mat.Dense, t *table.Table) error {
	c := m.Intervals
	switch {
	case c == nil || c.Bins == nil && c.Folds == nil: // not calibrated
		return nil
	case m.Task != Regression && c.Folds == nil:
		p.Sets = conformal.Sets(p.Proba, func(i, class int) bool {
			return conformal.ClassScore(c.Score, p.Proba.RawRowView(i), class) <= c.Bins[0].Above
		})
		p.includeAnswers()
		return nil
	case m.Task != Regression:
		return m.jackknifeSets(p, t)
	case c.Folds != nil:
		if err := m.jackknife(p, t); err != nil {
			return err
		}
	default:
		m.around(p, x)
	}
	m.clip(p.Lower)
	m.clip(p.Upper)
	for i, v := range p.Values { // a prediction is within its interval
		p.Lower[i], p.Upper[i] = min(p.Lower[i], v), max(p.Upper[i], v)
	}
	return nil
}

// around lays intervals around the band by the threshold of its bin.
func (m *Model) around(p *Prediction, x *mat.Dense) {
	low, high := m.band(*p, x)
	p.Lower, p.Upper = make([]float64, len(low)), make([]float64, len(high))
	for i, v := range p.Values {
		t := m.Intervals.Bins[conformal.Bin(m.Intervals.Edges, v)]
		p.Lower[i], p.Upper[i] = low[i]-t.Below, high[i]+t.Above
	}
}

// band returns what an interval is laid around: the prediction twice, or two
// quantiles.
func (m *Model) band(p Prediction, x *mat.Dense) (low, high []float64) {
	if m.Intervals != nil && m.Intervals.Quantiles != nil {
		return m.Intervals.Quantiles.bounds(m, x)
	}
	return p.Values, p.Values
}

// fold returns the model of a fold.
func (m *Model) fold(f *FoldModel) *Model {
	of := *m
	of.Columns, of.Estimator, of.Intervals = f.Columns, f.Estimator, nil
	if f.Quantiles != nil {
		of.Intervals = &Intervals{Quantiles: f.Quantiles}
	}
	return &of
}

// jackknife is CV+: a row's lower end is the quantile of what each held-out row
// gives, the answer of the model that did not see it less its score.
func (m *Model) jackknife(p *Prediction, t *table.Table) error {
	folds := m.Intervals.Folds
	low, high := make([][]float64, len(folds)), make([][]float64, len(folds))
	for k, f := range folds {
		of := m.fold(f)
		x, err := of.Columns.Matrix(t)
		if err != nil {
			return err
		}
		low[k], high[k] = of.band(of.estimate(of.Estimator.Learner, x), x)
	}
	scores := make([]conformal.Sample, len(folds))
	for k, f := range folds {
		scores[k] = f.sample
	}
	want := conformal.Rank(m.Intervals.units(), m.Intervals.Level)
	centre := make([]float64, len(folds))
	p.Lower, p.Upper = make([]float64, len(p.Values)), make([]float64, len(p.Values))
	for i := range p.Values {
		for j := range folds {
			centre[j] = -low[j][i]
		}
		p.Lower[i] = -conformal.Kth(centre, scores, want)
		for j := range folds {
			centre[j] = high[j][i]
		}
		p.Upper[i] = conformal.Kth(centre, scores, want)
	}
	return nil
}

// jackknifeSets is CV+ for classes: a class is in the set unless it fits worse
// than the share of held-out rows that the level names.
func (m *Model) jackknifeSets(p *Prediction, t *table.Table) error {
	c := m.Intervals
	rows, classes := p.Proba.Dims()
	beaten := make([]float64, rows*classes)
	for _, f := range c.Folds {
		of := m.fold(f)
		x, err := of.Columns.Matrix(t)
		if err != nil {
			return err
		}
		proba := of.estimate(of.Estimator.Learner, x).Proba
		for i := range rows {
			for class := range classes {
				below, _ := slices.BinarySearch(f.sample.Scores, conformal.ClassScore(c.Score, proba.RawRowView(i), class))
				beaten[i*classes+class] += f.sample.UpTo(below)
			}
		}
	}
	limit := conformal.Rank(c.units(), c.Level)
	p.Sets = conformal.Sets(p.Proba, func(i, class int) bool { return beaten[i*classes+class] < limit })
	p.includeAnswers()
	return nil
}

// includeAnswers adds a class to its row's set that is answered though another
// is likelier.
func (p *Prediction) includeAnswers() {
	if p.decision == nil {
		return
	}
	for i, code := range p.Codes() {
		if !slices.Contains(p.Sets[i], int(code)) {
			p.Sets[i] = append(p.Sets[i], int(code))
		}
	}
}

// Intervals is what a model knows of its errors.
type Intervals struct {
	Method string  `json:"method"`
	Score  string  `json:"score"`
	Level  float64 `json:"level"`
	Rows   int     `json:"rows"` // that it was calibrated on
	// Groups of those rows, none of which a row to come is of; 0: rows count each by itself.
	Groups int `json:"groups,omitempty"`
	// InTime tells that each row was held out from a model of earlier ones.
	InTime bool `json:"in_time,omitempty"`
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
	Weighted  bool                         `json:"weighted,omitempty"` // by groups
	sample    conformal.Sample             // its part of the scores
}

// units is the number of what is exchangeable: groups, or else rows.
func (c *Intervals) units() int { return cmp.Or(c.Groups, c.Rows) }

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

// Arrays returns the scores, which are many, and of groups the weights.
func (f *FoldModel) Arrays() map[string]any {
	all := map[string]any{"scores": &f.sample.Scores}
	if f.Weighted {
		all["weights"] = &f.sample.Weights
	}
	return all
}

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
