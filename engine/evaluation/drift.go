package evaluation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/page"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// A comparison that stopped a stage is in these files below the work folder; the
// next success removes them.
const (
	FailedDrift     = failed + ".json"
	FailedDriftPage = failed + ".html"

	failed = "reports/drift.failed"
)

// Drift tells how the test rows differ from those that the model was trained on. The
// file of these is read only if a classifier is to tell both apart.
func (e *Evaluation) Drift(ctx context.Context, train string, limits drift.Settings) (*drift.Report, error) {
	rows := model.Rows{Current: e.Test, Parted: true}
	if limits.Classifier {
		var err error
		if rows.Reference, err = table.ReadFile(train, table.Options{Fields: e.Model.Schema.Fields()}); err != nil {
			return nil, err
		}
	}
	current := drift.Of(e.Test)
	current.Prediction = drift.ColumnOf(e.Model.PredictionColumn(e.Answers))
	return e.Model.Drift(ctx, current, rows, e.Model.DriftOptions("test rows", limits))
}

// Heed makes the stage warn of drift. If an alarm is to stop the stage, it writes
// FailedDrift and FailedDriftPage and returns an error that names the page.
func Heed(s *stage.Stage, r *drift.Report) error {
	if errs := r.Errors(); len(errs) > 0 {
		return stop(s, r, errs)
	}
	for _, path := range []string{FailedDrift, FailedDriftPage} {
		if err := os.Remove(s.Path(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, a := range r.Warnings() {
		s.Warn("test rows: %s", a)
	}
	return nil
}

func stop(s *stage.Stage, r *drift.Report, errs []drift.Alarm) error {
	for _, a := range errs[1:] {
		s.Errorf("test rows: %s", a)
	}
	return errors.Join(
		fmt.Errorf("the test rows have drifted from the training rows: %s; see %s", errs[0], s.Path(FailedDriftPage)),
		page.SaveDrift(s.Path(failed), s.Name, r),
	)
}
