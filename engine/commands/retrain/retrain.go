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
