package figures

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.com/engine/drift"
	"example.com/engine/figures/style"
	"example.com/engine/metrics"
	"example.com/engine/model"
	"example.com/engine/report"
	"example.com/engine/results"
	"example.com/engine/search"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// before are the stages that the report tells of.
var before = []string{"fetch", "clean", "features", "train", "evaluate"}

// needed are the files that Load reads, but for the records of the stages.
var needed = []string{
	results.Train, results.Test, results.Predictions, results.Candidate,
	results.Validation, results.Split, results.TrainingOut, results.MetricsOut, results.DecisionOut, results.ExplanationOut,
}

// Declare names to a stage the files that Load reads, and fills in d.Searched.
func Declare(s *stage.Stage, d *Data) {
	for _, path := range needed {
		s.Input(path)
	}
	for _, name := range before {
		s.Input(stage.RecordPath(name))
	}
	s.OptionalInput(drift.TestFile)
	d.Searched = exists(s.OptionalInput(search.DataFile))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Load fills in what the stages wrote below the work folder. Only the results of a
// search and of a comparison of the test rows may be missing.
func Load(work string, d *Data) error {
	if err := d.readResults(work); err != nil {
		return err
	}
	m, err := model.Open(filepath.Join(work, results.Candidate))
	if err != nil {
		return err
	}
	d.Model = m
	for _, name := range before {
		r, err := stage.ReadRecord(work, name)
		if err == nil && r == nil {
			err = fmt.Errorf("the stage %s has not run", name)
		}
		if err != nil {
			return err
		}
		d.Records = append(d.Records, *r)
	}
	return d.readRows(work)
}

// readResults reads the JSON files.
func (d *Data) readResults(work string) error {
	files := map[string]any{
		results.Validation:     &d.Validation,
		results.Split:          &d.Split,
		results.TrainingOut:    &d.Training,
		results.MetricsOut:     &d.Metrics,
		results.DecisionOut:    &d.Decision,
		results.ExplanationOut: &d.Explanation,
	}
	if exists(filepath.Join(work, drift.TestFile)) {
		d.Drift = &drift.Report{}
		files[drift.TestFile] = d.Drift
	}
	if exists(filepath.Join(work, search.DataFile)) {
		d.Searched = true
		files[search.DataFile] = &d.Search
	}
	for path, into := range files {
		if err := results.Read(filepath.Join(work, path), into); err != nil {
			return err
		}
	}
	return nil
}

// readRows reads the tables.
func (d *Data) readRows(work string) error {
	trained, err := model.Recipe{Schema: d.Model.Schema, Derive: d.Model.Derive}.FileFields()
	if err != nil {
		return err
	}
	answers := results.PredictionFields(d.Model.Task, d.Model.Classes)
	if d.Metrics.Coverage != nil {
		answers = append(answers, results.IntervalFields(d.Model.Task)...)
	}
	for _, t := range []struct {
		path   string
		fields []table.Field
		into   **table.Table
	}{{results.Train, trained, &d.Train}, {results.Test, d.Model.Schema.Fields(), &d.Test}, {results.Predictions, answers, &d.Predictions}} {
		if *t.into, err = table.ReadFile(filepath.Join(work, t.path), table.Options{Fields: t.fields}); err != nil {
			return err
		}
	}
	if rows := d.Predictions.Column("row").Floats; len(rows) < d.Test.Len() { // others have no answer
		numbers := make([]int, len(rows))
		for i, row := range rows {
			numbers[i] = int(row)
		}
		d.Test = d.Test.Take(numbers)
	}
	if d.Predictions.Len() == 0 || d.Train.Len() == 0 {
		return errors.New("there are no rows to draw")
	}
	return nil
}

// Data is what figures and report are made from.
//
// Schema and what follows until Searched are there from the start, for
// [Figure.Applies]. [Load] fills in the rest: what the stages found, in
// [report.Facts], and the rows. Test has the columns of the schema, of the
// test rows that have an answer; Train has the
// derived ones, too. Predictions are of the rows of Test, one by one, with the
// columns of [results.PredictionFields], and if Metrics.Coverage is not nil those of
// [results.IntervalFields].
type Data struct {
	report.Facts

	Task          model.Task
	Intervals     bool // predictions are to carry intervals or sets
	LearningCurve bool // there is one in Training
	Searched      bool // there is a Search

	Train  *table.Table
	Search search.Table
}

// Target returns the column of the training rows that is predicted.
func (d *Data) Target() *table.Column { return d.Train.Column(d.Schema.Target) }

// Label is the name of a column in words, with its unit.
func (d *Data) Label(name string) string {
	if unit := d.Unit(name); unit != "" {
		return fmt.Sprintf("%s (%s)", results.Words(name), unit)
	}
	return results.Words(name)
}

// Unit is that of a column of the schema; it is empty if there is none.
func (d *Data) Unit(name string) string {
	if c := d.Schema.Column(name); c != nil {
		return c.Unit
	}
	return ""
}

// Residuals returns actual minus predicted of the test rows. The task is a
// regression.
func (d *Data) Residuals() []float64 {
	actual, answers := d.Predictions.Column("actual").Floats, d.Predictions.Column("predicted").Floats
	rest := make([]float64, len(actual))
	for i := range rest {
		rest[i] = actual[i] - answers[i]
	}
	return rest
}

// targetUnit is the unit of the target in parentheses, or nothing.
func (d *Data) targetUnit() string {
	if unit := d.Unit(d.Schema.Target); unit != "" {
		return "(" + unit + ")"
	}
	return ""
}

// deciding is the metric that decides.
func (d *Data) deciding() metrics.Metric {
	m, err := model.DecidingMetric(d.Task, d.Metrics.Metric)
	if err != nil {
		panic("figures: " + err.Error()) // evaluate has used it
	}
	return m
}

// metricUnit is the unit of the deciding metric in parentheses, or nothing.
func (d *Data) metricUnit() string {
	if d.deciding().Unit == metrics.TargetUnit {
		return d.targetUnit()
	}
	return ""
}

// words is the name of a metric, and the class that it is of.
func (d *Data) words(metric string) string { return results.MetricWords(metric, d.Metrics.Positive) }

// ofClass names the positive class after what is of it; it is empty if there are not two.
func (d *Data) ofClass() string {
	if d.Metrics.Positive == "" {
		return ""
	}
	return " of " + style.Cut(d.Metrics.Positive, style.LegendRunes)
}
