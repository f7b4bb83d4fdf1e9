package evaluation

import (
	"slices"

	"example.com/engine/results"
)

// carries tells whether predictions carry intervals or sets.
func (e *Evaluation) carries() bool { return e.Answers.Lower != nil || e.Answers.Sets != nil }

// inside tells whether the target of a test row is within the interval, ends
// included, or the set; and how wide that is.
func (e *Evaluation) inside(row int) (in bool, size float64) {
	p, y := e.Answers, e.Data.Y[row]
	if p.Sets != nil {
		return slices.Contains(p.Sets[row], int(y)), float64(len(p.Sets[row]))
	}
	return p.Lower[row] <= y && y <= p.Upper[row], p.Upper[row] - p.Lower[row]
}

// coverage is how the intervals do on all test rows; nil if there are none.
func (e *Evaluation) coverage() *results.Coverage {
	all := make([]int, len(e.Data.Y))
	for i := range all {
		all[i] = i
	}
	share, size := e.covered(all)
	if share == nil {
		return nil
	}
	c := e.Model.Intervals
	return &results.Coverage{Method: c.Method, Score: c.Score, Level: c.Level, Rows: c.Rows, Inside: *share, Size: size}
}

// covered is the share of the rows whose target is inside, and their mean size; nil
// if predictions carry no intervals.
func (e *Evaluation) covered(rows []int) (*results.Share, float64) {
	if !e.carries() {
		return nil, 0
	}
	count, sum := 0, 0.0
	for _, i := range rows {
		in, size := e.inside(i)
		if in {
			count++
		}
		sum += size
	}
	share := results.NewShare(count, len(rows), e.Config.Evaluation.Bootstrap.Level)
	return &share, sum / float64(len(rows))
}
