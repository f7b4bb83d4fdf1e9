package model

import (
	"example.com/engine/selection"
	"example.com/engine/table"
)

// FoldWarnings names what makes the folds flatter the model: duplicates and
// groups on both sides of a fold, a column of times that the split ignores,
// classes that a fold lacks. Rows of one value of the column groups belong
// together even where the cross-validation names no groups; it may be empty.
func (r Recipe) FoldWarnings(train *table.Table, folds []selection.Fold, groups string) ([]string, error) {
	train, err := r.withDerived(train)
	if err != nil {
		return nil, err
	}
	cv := r.Config.CrossValidation
	if cv.Groups == "" && train.Column(groups) != nil {
		cv.Groups = groups
	}
	if cv.Time == "" {
		cv.Time = timeColumn(train)
	}
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train)
	if err != nil {
		return nil, err
	}
	if m.Task == Regression {
		y = nil
	}
	rows, err := cv.Rows(train, y)
	if err != nil {
		return nil, err
	}
	warnings := selection.Warnings(rows, folds, r.copies(train))
	for i, w := range warnings {
		warnings[i] = "cross-validation: " + w
	}
	return warnings, nil
}

// timeColumn returns the first column of times that has no null.
func timeColumn(t *table.Table) string {
	for _, c := range t.Columns() {
		if c.Kind == table.Time && !hasNull(c) {
			return c.Name
		}
	}
	return ""
}

func hasNull(c *table.Column) bool {
	for i := range c.Len() {
		if c.IsNull(i) {
			return true
		}
	}
	return false
}
