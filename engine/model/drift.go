package model

import (
	"context"
	"errors"
	"fmt"

	"example.com/engine/drift"
	"example.com/engine/table"
)

// DriftOptions say what the columns of the model's profile are. Ids are not
// judged: they are new in every table.
func (m *Model) DriftOptions(current string, s drift.Settings) drift.Options {
	o := drift.Options{Reference: "training rows", Current: current, Target: m.Schema.Target, Settings: s}
	for _, c := range m.Schema.Columns {
		if c.Unique {
			o.NotJudged = append(o.NotJudged, c.Name)
		}
	}
	return o
}

// Drift tells how current differs from the rows that the model was trained on.
// Where both tables of rows are at hand, a classifier is tried on them.
func (m *Model) Drift(ctx context.Context, current *drift.Profile, rows Rows, o drift.Options) (*drift.Report, error) {
	if m.Profile == nil {
		return nil, errors.New("the model has no profile of its training rows: train it again")
	}
	r := m.Profile.Compare(current, o)
	if o.Settings.Classifier && rows.Reference != nil && rows.Current != nil {
		var note string
		var err error
		if r.Multivariate, note, err = m.TellApart(ctx, rows, m.stream("drift")); err != nil {
			return nil, err
		}
		if note != "" {
			r.Notes = append(r.Notes, note)
		}
	}
	r.Judge()
	return r, nil
}

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

// LogFields are the columns of a log of what the model answered: its inputs, and
// PredictionName.
func (m *Model) LogFields() []table.Field {
	answer := table.Field{Name: PredictionName, Kind: table.Category}
	if m.Task == Regression {
		answer.Kind = table.Float
	}
	var fields []table.Field
	for _, f := range m.Schema.Fields() {
		if f.Name != m.Schema.Target && f.Name != answer.Name {
			f.Nulls = nil // a log has null for it
			fields = append(fields, f)
		}
	}
	return append(fields, answer)
}

// PredictionColumn returns predictions as a column: numbers of a regression,
// the likeliest classes of a classification.
func (m *Model) PredictionColumn(p Prediction) *table.Column {
	if m.Task == Regression {
		return table.Floats(PredictionName, p.Values)
	}
	c := &table.Column{Name: PredictionName, Kind: table.Category, Levels: m.Classes}
	for _, code := range p.Codes() {
		c.Codes = append(c.Codes, int32(code))
	}
	return c
}
