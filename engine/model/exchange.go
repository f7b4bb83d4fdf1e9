package model

import (
	"fmt"

	"example.com/engine/conformal"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// calibrationFolds are the folds that intervals are calibrated on. A row to come
// is of a group that the model did not see where the split or the cross-validation
// keeps groups whole, and later than all it saw where one goes by time: errors on
// rows held out at random are then too small.
type calibrationFolds struct {
	folds    []selection.Fold // nil: those of the cross-validation
	of       []selection.Fold // one of them
	groups   []int            // of the rows; nil unless the folds keep them whole
	inTime   bool             // each fold's test is later than its training
	warnings []string
}

// calibrationFolds returns folds for the intervals, where those of the
// cross-validation part groups or mix times. Folds in order of time may part
// groups: what is to come is later rows of the same.
func (r Recipe) calibrationFolds(train *table.Table, folds []selection.Fold) (c calibrationFolds, err error) {
	c.of = folds
	if r.Config.Intervals.Method == "none" {
		return c, nil
	}
	_, series := r.Config.CrossValidation.Split.Splitter.(*selection.TimeSeriesSplit)
	if by := r.Config.CrossValidation.Columns(); by.Groups+by.Time+r.Ties.Groups+r.Ties.Time == "" && r.Ties.Keys == nil {
		c.inTime = series
		return c, nil
	}
	rows, derived, _, err := r.rows(train, nil)
	if err != nil {
		return c, err
	}
	r.Ties.Fill(&rows, derived)
	c.inTime = series && rows.Time == nil || rows.Time != nil && selection.Backwards(rows.Time, folds) == 0
	apart := 0
	if rows.Groups != nil {
		apart, _ = selection.Straddling(rows.Groups, folds)
	}
	switch {
	case c.inTime && apart > 0, rows.Groups == nil && (c.inTime || rows.Time == nil):
		return c, nil
	case rows.Groups == nil:
		c.replace(&selection.TimeSeriesSplit{Folds: max(2, len(folds))}, rows, "are not in order of time")
		c.inTime = c.folds != nil
	default:
		c.groups = rows.Groups
		if apart > 0 {
			_, groups := conformal.Weights(rows.Groups)
			c.replace(&selection.GroupKFold{Folds: max(2, min(len(folds), groups))}, rows, "part groups")
		}
	}
	return c, nil
}

// replace takes other folds, or warns that there are none.
func (c *calibrationFolds) replace(by selection.Splitter, rows selection.Rows, why string) {
	var err error
	if c.folds, err = by.Split(rows, nil); err != nil {
		c.warnings = append(c.warnings, fmt.Sprintf("intervals may be too narrow: the folds of the cross-validation %s, and there are no others: %v", why, err))
		return
	}
	c.of = c.folds
}

// tell gives held-out rows their groups, unless each is one by itself.
func (c calibrationFolds) tell(held []heldFold) {
	seen := map[int]bool{}
	for _, g := range c.groups {
		seen[g] = true
	}
	if len(seen) == len(c.groups) {
		return
	}
	for k := range held {
		held[k].groups = selection.Take(c.groups, c.of[k].Test)
	}
}
