package model

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
)

// bound adds to a prediction its intervals or sets. x are the estimator's
// inputs, t the rows with their derived columns.
func (m *Model) bound(p *Prediction, x *mat.Dense, t *table.Table) error {
	c := m.Intervals
	switch {
	case c == nil || c.Bins == nil && c.Folds == nil: // not calibrated
		return nil
	case m.Task != Regression && c.Folds == nil:
		p.Sets = sets(p.Proba, func(i, class int) bool {
			return classScore(c.Score, p.Proba.RawRowView(i), class) <= c.Bins[0].Above
		})
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
		t := m.Intervals.Bins[m.Intervals.bin(v)]
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
	scores := make([][]float64, len(folds))
	for k, f := range folds {
		scores[k] = f.scores
	}
	k := rankOf(m.Intervals.Rows, m.Intervals.Level)
	centre := make([]float64, len(folds))
	p.Lower, p.Upper = make([]float64, len(p.Values)), make([]float64, len(p.Values))
	for i := range p.Values {
		for j := range folds {
			centre[j] = -low[j][i]
		}
		p.Lower[i] = -kth(centre, scores, k)
		for j := range folds {
			centre[j] = high[j][i]
		}
		p.Upper[i] = kth(centre, scores, k)
	}
	return nil
}

// kth returns the k-th smallest, from 1, of all centre[j] + scores[j][i], where
// each scores[j] rises. It halves the candidates of each list in turn.
func kth(centre []float64, scores [][]float64, k int) float64 {
	best := math.Inf(1)
	for j := range scores {
		at, _ := slices.BinarySearchFunc(scores[j], k, func(s float64, k int) int {
			if upTo(centre, scores, centre[j]+s) >= k {
				return 1
			}
			return -1
		})
		if at < len(scores[j]) {
			best = min(best, centre[j]+scores[j][at])
		}
	}
	return best
}

// upTo counts the sums that are at most v.
func upTo(centre []float64, scores [][]float64, v float64) (n int) {
	for j := range scores {
		at, _ := slices.BinarySearchFunc(scores[j], v, func(s, v float64) int {
			if centre[j]+s > v {
				return 1
			}
			return -1
		})
		n += at
	}
	return n
}

// jackknifeSets is CV+ for classes: a class is in the set unless it fits worse
// than the share of held-out rows that the level names.
func (m *Model) jackknifeSets(p *Prediction, t *table.Table) error {
	c := m.Intervals
	rows, classes := p.Proba.Dims()
	beaten := make([]int, rows*classes)
	for _, f := range c.Folds {
		of := m.fold(f)
		x, err := of.Columns.Matrix(t)
		if err != nil {
			return err
		}
		proba := of.estimate(of.Estimator.Learner, x).Proba
		for i := range rows {
			for class := range classes {
				below, _ := slices.BinarySearch(f.scores, classScore(c.Score, proba.RawRowView(i), class))
				beaten[i*classes+class] += below
			}
		}
	}
	limit := rankOf(c.Rows, c.Level)
	p.Sets = sets(p.Proba, func(i, class int) bool { return beaten[i*classes+class] < limit })
	return nil
}

// classScore tells how badly a class fits the probabilities of a row.
func classScore(kind string, proba []float64, class int) float64 {
	if kind == "lac" {
		return 1 - proba[class]
	}
	sum := 0.0
	for k, p := range proba {
		if p > proba[class] || k == class {
			sum += p
		}
	}
	return sum
}

// sets returns the classes of each row that are in, the likeliest first. The
// likeliest is always in, so that no set is empty.
func sets(proba *mat.Dense, in func(i, class int) bool) [][]int {
	rows, classes := proba.Dims()
	out := make([][]int, rows)
	for i := range out {
		p := proba.RawRowView(i)
		order := make([]int, classes)
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
		for k, class := range order {
			if k == 0 || in(i, class) {
				out[i] = append(out[i], class)
			}
		}
	}
	return out
}
