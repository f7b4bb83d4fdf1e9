// Package retrain decides whether to train the champion again, from what it has
// been asked since it was trained.
//
//	tools retrain [-config DIR] [-work DIR]
//
// It compares the prediction log with the profile of the training rows in the
// champion, and reads reports/feedback.json if feedback wrote it about this
// champion. retrain.yaml and drift.yaml say what is too much. The decision and
// its reasons are written to reports/retrain.json, and how the rows differ to
// reports/drift/retrain.json. If the decision is yes, `make retrain` runs the
// stages, and the gate decides about the candidate as always.
package retrain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// Settings are those of retrain.yaml: what is reason to train again.
type Settings struct {
	// Drift is the severity from which on an alarm is: error, warning, or off
	// for none.
	Drift drift.Severity `yaml:"drift" validate:"oneof=error warning off"`
	// Worse is by how much the deciding metric may be worse in use than on the
	// test rows, as a share of its value there, before the champion is trained
	// again. What counts is certain: the end of the interval that is best for the
	// model.
	Worse float64 `yaml:"worse" validate:"gte=0"`
	// Rows is how many rows with a known truth that takes.
	Rows int `yaml:"rows" validate:"gte=1"`
}

// Default takes any alarm as a reason, and a metric that is certainly a tenth
// worse.
func Default() Settings { return Settings{Drift: drift.Warning, Worse: 0.1, Rows: 100} }

// driftOut is the comparison of the log with the training rows.
const driftOut = drift.Dir + "/retrain.json"

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	return stage.Exec("retrain", args, stdout, stderr, run)
}

func run(s *stage.Stage) error {
	cfg, limits := Default(), drift.Defaults()
	if err := s.Config("retrain.yaml", &cfg); err != nil {
		return err
	}
	if err := s.Config("drift.yaml", &limits); err != nil {
		return err
	}
	champion, feedback, train := s.Input(results.Champion), s.OptionalInput(results.FeedbackOut), s.OptionalInput(results.Train)
	logged, err := logFiles(s)
	if err != nil {
		return err
	}
	decision, report := s.Output(results.RetrainOut), s.Output(driftOut)
	return s.Run(func(ctx context.Context) error {
		d := &decider{settings: cfg, champion: champion, train: train}
		if err := d.drift(ctx, logged, limits); err != nil {
			return err
		}
		if err := d.feedback(feedback); err != nil {
			return err
		}
		for _, reason := range d.Reasons {
			s.Logf("%s", reason)
		}
		s.Logf("%s", d.verdict())
		return d.write(decision, report)
	})
}

// logFiles declares the files of the log and returns its folder, "" if there is
// no log.
func logFiles(s *stage.Stage) (string, error) {
	paths, err := predictionlog.Files(s.Path(results.PredictionLog))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(paths) == 0 {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the prediction log: %w", err)
	}
	for _, path := range paths {
		s.Input(results.PredictionLog + "/" + filepath.Base(path))
	}
	return s.Path(results.PredictionLog), nil
}

// decider collects the reasons to train again, and those not to.
type decider struct {
	results.Retraining
	settings        Settings
	champion, train string // paths
	report          *drift.Report
	left            []string // what is not kept, and why
}

func (d *decider) yes(format string, args ...any) {
	d.Retrain = true
	d.no("reason: "+format, args...)
}

func (d *decider) no(format string, args ...any) {
	d.Reasons = append(d.Reasons, fmt.Sprintf(format, args...))
}

// drift compares what this champion was asked with what it was trained on. What
// an earlier champion was asked is left out, so that each starts without alarms.
func (d *decider) drift(ctx context.Context, log string, limits drift.Settings) error {
	m, err := model.Open(d.champion)
	if err != nil {
		return err
	}
	d.Model, d.report = m.Digest(), &drift.Report{}
	switch {
	case d.settings.Drift == drift.Off:
		return nil
	case log == "":
		d.unjudged("no predictions are kept; `predictions:` of serve.yaml says which are, and `make serve` keeps them")
		return nil
	case m.Profile == nil:
		d.unjudged("the champion has no profile of its training rows; `make train promote` gives it one")
		return nil
	}
	asked, err := readLog(m, log)
	if err != nil {
		return err
	}
	if d.Rows = asked.profile.Rows; d.Rows == 0 {
		d.unjudged("this champion was asked nothing yet")
		return nil
	}
	for _, name := range asked.left {
		d.left = append(d.left, fmt.Sprintf("column %q: it is not kept in the log (`drop` of serve.yaml)", name))
	}
	// Neither the truth nor what is not kept is missing from what was asked.
	limits = limits.Without(append(asked.left, m.Schema.Target))
	rows := model.Rows{Current: asked.rows}
	if limits.Classifier {
		if rows.Reference, err = m.TrainingRows(d.train); err != nil {
			return err
		}
	}
	o := m.DriftOptions("predictions", limits)
	o.Target = ""
	if d.report, err = m.Drift(ctx, asked.profile, rows, o); err != nil {
		return err
	}
	if limits.Classifier && rows.Reference == nil {
		d.report.Notes = append(d.report.Notes, "no classifier over all columns was tried: the training rows are not in "+results.Train)
	}
	d.judge(limits)
	return nil
}

// judge takes alarms for reasons. Where there is none, it says what was not judged, and why.
func (d *decider) judge(limits drift.Settings) {
	reasons, passed := 0, 0
	for _, a := range d.report.Alarms {
		if a.Severity == drift.Error || d.settings.Drift == drift.Warning {
			d.yes("drift: %s", a)
			reasons++
		} else {
			passed++
		}
	}
	switch {
	case reasons > 0:
	case passed > 0:
		d.no("drift of severity warning, %d times, is no reason by `drift: %s` of retrain.yaml", passed, d.settings.Drift)
	case !d.report.Judged() && d.Rows < limits.MinRows:
		d.unjudged("this champion was asked %d rows, and min_rows of drift.yaml is %d: wait for more, or lower it", d.Rows, limits.MinRows)
		return
	case !d.report.Judged():
		d.unjudged("no column can be")
	default:
		d.no("%s", d.report.Summary())
	}
	for _, why := range slices.Concat(d.report.Unjudged(), d.left, d.report.Notes) {
		d.unjudged("%s", why)
	}
}

// unjudged notes what drift could not be seen in.
func (d *decider) unjudged(format string, args ...any) { d.no("drift not judged: "+format, args...) }

// asked is what the log has of a model: the inputs, and the prediction.
type asked struct {
	profile *drift.Profile
	rows    *table.Table // some of them, or nil
	left    []string     // columns that are not kept
}

func readLog(m *model.Model, log string) (a asked, err error) {
	fields := m.LogFields()
	r, err := predictionlog.OpenTables(log, fields, model.PredictionName, m.Version())
	if err != nil {
		return a, err
	}
	sums, sample := drift.NewProfiler(fields), drift.NewSample(model.MaxRows)
	for {
		rows, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a, errors.Join(err, r.Close())
		}
		sums.Add(rows)
		sample.Add(rows)
	}
	a = asked{sums.Profile(), sample.Table(), r.Unkept()}
	a.profile.SetPrediction(model.PredictionName)
	a.profile.Drop(a.left)
	if a.rows != nil {
		kept := slices.DeleteFunc(a.rows.Names(), func(name string) bool { return slices.Contains(a.left, name) })
		a.rows, err = a.rows.Select(kept...)
	}
	return a, err
}

// feedback reads how well the champion does in use.
func (d *decider) feedback(path string) error {
	var f results.Feedback
	err := results.Read(path, &f)
	n := results.Number
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.no("no truth was joined yet: how the champion does is not known")
	case err != nil:
		return err
	case f.Model != d.Model:
		d.no("the feedback is about another model, %.12s", f.Model)
	case f.Worse == nil:
		d.no("%s on the test rows is not known", results.MetricWords(f.Metric, f.Positive))
	case f.Rows < d.settings.Rows:
		d.no("the truth of %d rows is known, %d are needed", f.Rows, d.settings.Rows)
	case f.Worse.Surely > d.settings.Worse:
		d.yes("%s is %s %% worse than on the test rows, surely %s %%; the limit is %s %%", results.MetricWords(f.Metric, f.Positive), n(100*f.Worse.Estimate), n(100*f.Worse.Surely), n(100*d.settings.Worse))
	default:
		d.no("%s is not surely more than %s %% worse than on the test rows", results.MetricWords(f.Metric, f.Positive), n(100*d.settings.Worse))
	}
	return nil
}

func (d *decider) verdict() string {
	if d.Retrain {
		return "the champion is to be trained again"
	}
	return "the champion stays"
}

func (d *decider) write(decision, report *stage.Output) error {
	return errors.Join(results.Write(decision, d.Retraining), results.Write(report, d.report))
}
