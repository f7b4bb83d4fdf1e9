package model

import (
	"fmt"

	"example.com/housing/src/internal/drift"
	"example.com/housing/src/internal/table"
)

// PredictionName is the name of the column of predictions in a profile.
const PredictionName = "prediction"

// TakeProfile sums up the training rows, so that other rows can be compared
// with them where they are not at hand. Predictions are those of held, which
// HoldOut returned for the same rows: a model's answers for rows that it
// learned from are too good to compare with.
func (m *Model) TakeProfile(train *table.Table, held *HeldOut) error {
	var names []string
	for _, c := range m.Schema.Columns {
		names = append(names, c.Name)
	}
	rows, err := train.Select(names...)
	if err != nil {
		return fmt.Errorf("profile of the training rows: %w", err)
	}
	m.Profile = drift.Of(rows)
	var parts []*table.Table
	for _, f := range held.folds {
		parts = append(parts, table.Must(m.PredictionColumn(f.answers)))
	}
	if len(parts) > 0 {
		m.Profile.Prediction = drift.ColumnOf(table.Concat(parts...).Columns()[0])
	}
	return nil
}

// PredictionColumn returns predictions as a column: numbers of a regression,
// the likeliest classes of a classification.
func (m *Model) PredictionColumn(p Prediction) *table.Column {
	if m.Task == Regression {
		return table.Floats(PredictionName, p.Values)
	}
	rows, _ := p.Proba.Dims()
	c := &table.Column{Name: PredictionName, Kind: table.Category, Codes: make([]int32, rows), Levels: m.Classes}
	for i := range rows {
		best := 0
		for k, v := range p.Proba.RawRowView(i) {
			if v > p.Proba.At(i, best) {
				best = k
			}
		}
		c.Codes[i] = int32(best)
	}
	return c
}
