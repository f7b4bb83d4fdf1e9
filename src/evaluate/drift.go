package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.com/housing/src/internal/drift"
	"example.com/housing/src/internal/model"
	"example.com/housing/src/internal/results"
	"example.com/housing/src/internal/stage"
	"example.com/housing/src/internal/table"
)

// failedDrift is where a comparison stands that stopped the stage; the next
// success removes it.
const failedDrift = "reports/drift.failed.json"

// compare tells how the test rows differ from the training rows.
func (e *evaluation) compare(ctx context.Context, train string, settings drift.Settings) (*drift.Report, error) {
	rows := model.Rows{Current: e.test}
	if settings.Classifier { // which alone needs them
		var err error
		if rows.Reference, err = table.ReadFile(train, table.Options{Fields: e.model.Schema.Fields()}); err != nil {
			return nil, err
		}
	}
	current := drift.Of(e.test)
	current.Prediction = drift.ColumnOf(e.model.PredictionColumn(e.answers))
	return e.model.Drift(ctx, current, rows, e.model.DriftOptions("test rows", settings))
}

// conclude warns of drift, or returns an error that names where the comparison
// is, if an alarm is to stop the stage.
func conclude(s *stage.Stage, r *drift.Report) error {
	failed := s.Path(failedDrift)
	if errs := r.Errors(); len(errs) > 0 {
		text, err := results.Marshal(r)
		if err != nil {
			return err
		}
		err = fmt.Errorf("the test rows have drifted from the training rows: %s; %d alarms in %s", errs[0], len(r.Alarms), failedDrift)
		return errors.Join(err, stage.WriteAtomic(failed, "evaluate", text))
	}
	if err := os.Remove(failed); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, a := range r.Warnings() {
		s.Warn("test rows: %s", a)
	}
	return nil
}
