// Package evaluation judges a model on test rows, which nothing was fitted on:
// how good it is there, with intervals and by slice; how these rows differ from the
// training rows; what its predictions depend on; and whether it should take the
// champion's place.
//
//	e, err := evaluation.New(m, rows, cfg, seen)
//	measured, err := e.Measure(ctx)
//	decision, err := e.Decide(ctx, history)
//
// Each result is the same for the same model, rows and settings, on any number of
// cores.
package evaluation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/engine/drift"
	"example.com/engine/inspection"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/page"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Evaluation is a model with its answers for test rows.
type Evaluation struct {
	Model  *model.Model
	Test   *table.Table   // the columns of the schema, of the rows that have an answer
	Config model.Config   // of which Seed, Metric and Evaluation count
	Metric metrics.Metric // that decides

	Answers model.Prediction // for Test, row by row
	Data    metrics.Data     // the answers with the truth

	all  *table.Table    // Test, and the rows that have no answer
	mine answers         // for all
	seen *partition.Seen // what the model learned from, or nil
	// Of each row of all: did the model learn from its unit, and which is it?
	learned []bool
	units   []uint64
}

// New asks the model for its answers. There must be a row with one, and each must have
// a target. An empty metric in cfg is the default of the model's task. Intervals resample
// what the split keeps together, as seen says of the model; if it is nil, rows.
func New(m *model.Model, test *table.Table, cfg model.Config, seen *partition.Seen) (*Evaluation, error) {
	if test.Len() == 0 {
		return nil, errors.New("there are no rows: nothing to evaluate on")
	}
	e := &Evaluation{Model: m, Test: test, Config: cfg, all: test, seen: seen}
	var err error
	if e.Metric, err = model.DecidingMetric(m.Task, cfg.Metric); err != nil {
		return nil, err
	}
	if e.mine, err = ask(m, test); err != nil {
		return nil, err
	}
	if len(e.mine.rows) < test.Len() {
		if e.Test = test.Take(e.mine.rows); len(e.mine.rows) == 0 {
			return nil, fmt.Errorf("no row has an answer: %w", e.mine.why)
		}
	}
	y, err := m.Truth(e.Test)
	e.Answers = e.mine.Prediction
	e.Data = e.Answers.Data(y)
	if err == nil && seen != nil {
		err = e.group()
	}
	return e, err
}

// group finds the units of the rows, and their order in time if the split is by time.
func (e *Evaluation) group() (err error) {
	if e.learned, e.units, err = e.seen.Among(e.Model.Derive, e.all, e.seen); err != nil {
		return fmt.Errorf("the units that the candidate learned from: %w", err)
	}
	if e.Data.Kind = e.seen.Together(); e.Data.Kind != "" {
		e.Data.Groups = selection.Take(e.units, e.mine.rows)
	}
	e.Data.Time, err = e.seen.Times(e.Model.Derive, e.Test)
	return err
}

// baseline is what the dummy answers for the test rows.
func (e *Evaluation) baseline() metrics.Data {
	d := e.Model.PredictBaseline(e.Test.Len()).Data(e.Data.Y)
	d.Groups, d.Kind, d.Time = e.Data.Groups, e.Data.Kind, e.Data.Time
	return d
}

// Explain finds what the predictions for the test rows depend on.
func (e *Evaluation) Explain(ctx context.Context) (results.Explanation, error) {
	return inspection.Case{
		Model: e.Model, Test: e.Test, Data: e.Data, Metric: e.Metric,
		Settings: e.Config.Evaluation.Explanation, Seed: e.Config.Seed,
	}.Run(ctx)
}

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
	r, err := e.Model.Drift(ctx, current, rows, e.Model.DriftOptions("test rows", limits))
	if err == nil && strings.HasPrefix(e.Data.Kind, "groups") {
		r.Notes = append(r.Notes, "the test has other "+e.Data.Kind+", and drift is tested as if rows were alone: an alarm may tell of who is in the test")
	}
	return r, err
}

// Heed makes the stage warn of drift. If an alarm is to stop the stage, it writes
// FailedDrift and FailedDriftPage and returns an error that names the page.
func Heed(s *stage.Stage, r *drift.Report) error {
	if errs := r.Errors(); len(errs) > 0 {
		return stop(s, r, errs)
	}
	for _, a := range r.Warnings() {
		s.Warn("test rows: %s", a)
	}
	return stage.Remove(s.Path(FailedDrift), s.Path(FailedDriftPage))
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
