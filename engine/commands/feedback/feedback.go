// Package feedback measures the champion on what it was asked, once the truth
// is known.
//
//	tools feedback [-config DIR] [-work DIR] -truth FILE [-log DIR]
//
// The truth is a table with the columns request, row and the target's: request
// is the header X-Request-Id of the server's answer, row counts the rows of the
// request from 0 and may be left out if every request had one row. The table is
// joined with the prediction log, reports/predictions. The metrics on the rows
// that the champion answered, with their intervals, are written to
// reports/feedback.json, alongside those on its test rows. Command retrain reads
// them.
package feedback

import (
	"context"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"example.com/engine/command"
	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return stage.Exec("feedback", args, stdout, stderr,
		func(s *stage.Stage) error { return run(s, f) }, stage.Flags(f.declare))
}

// flags are what the command line says.
type flags struct{ truth, log string }

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.truth, "truth", "", "`file` with the truth: request, row and the target")
	fs.StringVar(&f.log, "log", results.PredictionLog, "`folder` of the prediction log, below the work folder")
}

func run(s *stage.Stage, f flags) error {
	if f.truth == "" {
		return command.Usagef("no truth: make feedback FILE=truth.csv")
	}
	cfg := model.DefaultConfig()
	if err := s.Config("model.yaml", &cfg, &cfg.Seed, &cfg.Metric, &cfg.Evaluation); err != nil {
		return err
	}
	champion, truth := s.Input(results.Champion), s.External(f.truth)
	tested, decided := s.OptionalInput(results.MetricsOut), s.OptionalInput(results.DecisionOut)
	if err := logFiles(s, f.log); err != nil {
		return err
	}
	out := s.Output(results.FeedbackOut)
	return s.Run(func(ctx context.Context) error {
		j, err := join(champion, truth, s.Path(f.log))
		if err != nil {
			return err
		}
		measured, err := j.measure(ctx, cfg)
		if err != nil {
			return err
		}
		if err := compare(&measured, tested, decided); err != nil {
			return err
		}
		tell(s, measured)
		return results.Write(out, measured)
	})
}

// logFiles declares the files of the log, so that new predictions count.
func logFiles(s *stage.Stage, folder string) error {
	paths, err := predictionlog.Files(s.Path(folder))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("%s holds no predictions: set predictions.folder in serve.yaml, and ask the server", folder)
	}
	for _, path := range paths {
		s.Input(filepath.Join(folder, filepath.Base(path)))
	}
	return nil
}

// tell prints the metrics next to those on the test rows.
func tell(s *stage.Stage, f results.Feedback) {
	n := results.Number
	for _, m := range f.Metrics {
		line := fmt.Sprintf("%-18s live %s (%.3g %% interval %s)", results.MetricWords(m.Name, f.Positive), n(m.Live.Estimate), 100*f.Level, results.Range(m.Live, n))
		if m.Test != nil {
			line += fmt.Sprintf(", test %s", n(m.Test.Estimate))
			if m.Test.Bounded() {
				line += fmt.Sprintf(" (%s)", results.Range(*m.Test, n))
			}
		}
		s.Logf("%s", line)
	}
	if f.Inside != nil {
		s.Logf("%-18s live %.1f %% (%s), meant %.0f %%", "inside intervals", 100*f.Inside.Estimate, results.Range(*f.Inside, results.Percent), 100*f.InsideLevel)
	}
	s.Logf("%d rows of model %.12s; %d of other models, %d not in the log", f.Rows, f.Model, f.OtherModels, f.Unknown)
}
