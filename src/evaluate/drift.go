package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/page"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// A comparison that stopped the stage stands here; the next success removes it.
const (
	failedDrift = "reports/drift.failed.json"
	failedPage  = "reports/drift.failed.html"
)

// compare tells how the test rows differ from the training rows.
func (e *evaluation) compare(ctx context.Context, train string, settings drift.Settings) (*drift.Report, error) {
	rows := model.Rows{Current: e.test, Parted: true}
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
	if errs := r.Errors(); len(errs) > 0 {
		return fail(s, r, errs)
	}
	for _, path := range []string{failedDrift, failedPage} {
		if err := os.Remove(s.Path(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, a := range r.Warnings() {
		s.Warn("test rows: %s", a)
	}
	return nil
}

func fail(s *stage.Stage, r *drift.Report, errs []drift.Alarm) error {
	text, err := results.Marshal(r)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.WriteDrift(&html, r); err != nil {
		return err
	}
	for _, a := range errs[1:] {
		s.Errorf("test rows: %s", a)
	}
	return errors.Join(
		fmt.Errorf("the test rows have drifted from the training rows: %s; see %s", errs[0], s.Path(failedPage)),
		stage.WriteAtomic(s.Path(failedDrift), "evaluate", text),
		stage.WriteAtomic(s.Path(failedPage), "evaluate", html.Bytes()),
	)
}
