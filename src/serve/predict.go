package main

import (
	"math"
	"slices"

	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/schema"
	"example.com/housing/src/internal/table"
)

// answers are the predictions for the rows of a frame.
type answers struct {
	model.Prediction
	codes    []float64 // of the most probable classes of a classification
	warnings []finding // ordered by row
}

// predict answers for the rows, or tells of each that has no answer. place
// gives the place of a row in the request.
func (c *champion) predict(f *frame, strict bool, place func(row int) place) (answers, faults) {
	var wrong faults
	found := f.check()
	if strict {
		found = slices.DeleteFunc(found, func(w finding) bool {
			if w.severity == schema.Error {
				wrong.add(f.fault(w, place))
			}
			return w.severity == schema.Error
		})
	}
	if wrong.any() || f.rows == 0 {
		return answers{}, wrong
	}
	slices.SortStableFunc(found, func(a, b finding) int { return a.row - b.row })
	p, bad := c.ask(f.table())
	for _, row := range bad {
		wrong.addRow(f, row, found, place)
	}
	a := answers{Prediction: p, warnings: found}
	if p.Proba != nil && !wrong.any() {
		a.codes = p.Codes()
	}
	return a, wrong
}

// ask is the model's prediction, and the first rows for which it has none: a
// transformer has no result for them, as the logarithm of a negative number,
// or the result is not finite.
func (c *champion) ask(t *table.Table) (p model.Prediction, bad []int) {
	p, err := c.model.Predict(t)
	if err != nil {
		return p, c.failing(t, 0, nil)
	}
	for row := range t.Len() {
		if !finite(p, row) && len(bad) <= maxFaults {
			bad = append(bad, row)
		}
	}
	return p, bad
}

// failing adds to bad the rows of t, counted from first, that the model gives
// an error for, by halves.
func (c *champion) failing(t *table.Table, first int, bad []int) []int {
	if len(bad) > maxFaults {
		return bad
	}
	if t.Len() == 1 {
		return append(bad, first)
	}
	half := t.Len() / 2
	for _, part := range [][2]int{{0, half}, {half, t.Len()}} {
		rows := t.Slice(part[0], part[1])
		if _, err := c.model.Predict(rows); err != nil {
			bad = c.failing(rows, first+part[0], bad)
		}
	}
	return bad
}

func finite(p model.Prediction, row int) bool {
	if p.Proba == nil {
		return isFinite(p.Values[row])
	}
	return !slices.ContainsFunc(p.Proba.RawRowView(row), func(v float64) bool { return !isFinite(v) })
}

func isFinite(v float64) bool { return math.Abs(v) <= math.MaxFloat64 }

// fault is a finding as it is told to the client.
func (f *frame) fault(w finding, place func(row int) place) fault {
	c := &f.in.columns[w.column]
	return fault{Pointer: place(w.row).of(c.Name), Detail: w.detail, Value: w.value, Allowed: c.allowed}
}

// addRow tells that the model has no answer for a row: because of the values
// that the schema does not allow, if there are some.
func (wrong *faults) addRow(f *frame, row int, found []finding, place func(row int) place) {
	known := false
	for _, w := range found {
		if w.row == row {
			wrong.add(f.fault(w, place))
			known = true
		}
	}
	if !known {
		wrong.add(fault{Pointer: place(row).of(), Detail: "the model has no answer for these values"})
	}
}
