package model

import (
	"fmt"
	"math"
	"slices"

	"example.com/engine/table"
)

// Answer is Predict for rows of which some may have no answer: a transformer has
// no result for them, as a strict encoder for a category that training lacked, or
// the result is not finite. A server refuses these. It returns the rows that have
// one, in order, their answers, and the reason why one of the others has none.
func (m *Model) Answer(t *table.Table) (p Prediction, rows []int, why error) {
	rows = make([]int, t.Len())
	for i := range rows {
		rows[i] = i
	}
	for len(rows) > 0 {
		some := t
		if len(rows) < t.Len() {
			some = t.Take(rows)
		}
		p, bad := m.Try(some, some.Len())
		if len(bad) == 0 {
			return p, rows, why
		}
		if why == nil {
			if _, why = m.Predict(t); why == nil {
				why = fmt.Errorf("row %d: the answer is not a finite number", rows[bad[0]]+1)
			}
		}
		left := rows[:0:0]
		for i, row := range rows {
			if _, refused := slices.BinarySearch(bad, i); !refused {
				left = append(left, row)
			}
		}
		rows = left
	}
	return Prediction{}, nil, why
}

// Try predicts the rows of t, of which bad have no answer. If there are any, p is of
// no use; when more than most are found, it stops. t has a row.
func (m *Model) Try(t *table.Table, most int) (p Prediction, bad []int) {
	p, err := m.Predict(t)
	if err != nil {
		return p, m.failing(t, 0, most, nil)
	}
	for row := range t.Len() {
		if !p.finite(row) {
			bad = append(bad, row)
		}
	}
	return p, bad
}

// failing adds to bad the rows of t, counted from first, that there is an error for,
// by halves.
func (m *Model) failing(t *table.Table, first, most int, bad []int) []int {
	if t.Len() == 1 {
		return append(bad, first)
	}
	half := t.Len() / 2
	for _, part := range [...][2]int{{0, half}, {half, t.Len()}} {
		rows := t.Slice(part[0], part[1])
		if _, err := m.Predict(rows); err != nil && len(bad) <= most {
			bad = m.failing(rows, first+part[0], most, bad)
		}
	}
	return bad
}

func (p Prediction) finite(row int) bool {
	infinite := func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
	if p.Proba == nil {
		return !infinite(p.Values[row])
	}
	return !slices.ContainsFunc(p.Proba.RawRowView(row), infinite)
}
