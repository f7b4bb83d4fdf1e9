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

	"example.com/engine/drift"
	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
	"example.com/engine/stage"
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
	champion, feedback := s.Input(results.Champion), s.OptionalInput(results.FeedbackOut)
	logged, err := logFiles(s)
	if err != nil {
		return err
	}
	decision, report := s.Output(results.RetrainOut), s.Output(driftOut)
	return s.Run(func(ctx context.Context) error {
		d := &decider{settings: cfg, champion: champion}
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
	settings Settings
	champion string // path
	report   *drift.Report
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
		d.no("no predictions are kept: drift is not known")
		return nil
	case m.Profile == nil:
		d.no("the champion has no profile of its training rows: drift is not known")
		return nil
	}
	current, left, err := profileOf(m, log)
	if err != nil {
		return err
	}
	limits = limits.Without(left) // they are not missing from what was asked
	if d.Rows = current.Rows; d.Rows == 0 {
		d.no("this champion was asked nothing yet")
		return nil
	}
	if d.report, err = m.Drift(ctx, current, model.Rows{}, m.DriftOptions("predictions", limits)); err != nil {
		return err
	}
	n := 0
	for _, a := range d.report.Alarms {
		if a.Column == m.Schema.Target { // of which the log knows nothing
			continue
		}
		if a.Severity == drift.Error || d.settings.Drift == drift.Warning {
			d.yes("drift: %s", a)
			n++
		}
	}
	if n == 0 {
		d.no("no drift in %d rows that the champion was asked", d.Rows)
	}
	return nil
}

// profileOf sums up what the log has of a model: the inputs, and the prediction.
// Columns that are not kept are left out, and named.
func profileOf(m *model.Model, log string) (p *drift.Profile, left []string, err error) {
	fields := m.LogFields()
	r, err := predictionlog.OpenTables(log, fields, model.PredictionName, m.Version())
	if err != nil {
		return nil, nil, err
	}
	sums := drift.NewProfiler(fields)
	for {
		rows, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, errors.Join(err, r.Close())
		}
		sums.Add(rows)
	}
	p, left = sums.Profile(), r.Unkept()
	p.SetPrediction(model.PredictionName)
	p.Drop(left)
	return p, left, nil
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
		d.no("%s on the test rows is not known", f.Metric)
	case f.Rows < d.settings.Rows:
		d.no("the truth of %d rows is known, %d are needed", f.Rows, d.settings.Rows)
	case f.Worse.Surely > d.settings.Worse:
		d.yes("%s is %s %% worse than on the test rows, surely %s %%; the limit is %s %%", f.Metric, n(100*f.Worse.Estimate), n(100*f.Worse.Surely), n(100*d.settings.Worse))
	default:
		d.no("%s is not surely more than %s %% worse than on the test rows", f.Metric, n(100*d.settings.Worse))
	}
	return nil
}

func (d *decider) verdict() string {
	if d.Retrain {
		return "the champion is to be trained anew"
	}
	return "the champion stays"
}

func (d *decider) write(decision, report *stage.Output) error {
	return errors.Join(results.Write(decision, d.Retraining), results.Write(report, d.report))
}
