// Package track records runs with their results, in reports/runs, and sends them
// to an MLflow server if MLFLOW_TRACKING_URI names one.
//
//	tools track [-config DIR] [-work DIR]              make track: send all that is not sent yet
//	tools track [-config DIR] [-work DIR] -after STAGE what make does after a stage: never fails
//	tools track [-work DIR] -list [-sort NAME] [-filter CONDITIONS] [-compare "RUN RUN"]
//
// It reads what the stages leave, their records and results, so no stage knows
// of a server, waits for one or fails with it. Without MLFLOW_TRACKING_URI
// nothing touches the network. docs/tracking.md says what arrives where.
package track

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/tracking"
)

// Run is the command; it returns the status of the program.
func Run(args []string, stdout, stderr io.Writer) int {
	var f flags
	return stage.Exec("track", args, stdout, stderr,
		func(s *stage.Stage) error { return run(s, f, stdout) }, stage.Flags(f.declare))
}

// flags are what the command line says.
type flags struct {
	after   string
	list    bool
	sort    string
	filter  string
	compare string
}

func (f *flags) declare(fs *flag.FlagSet) {
	fs.StringVar(&f.after, "after", "", "note what this `stage` did and send it; whatever goes wrong is a warning")
	fs.BoolVar(&f.list, "list", false, "print the runs")
	fs.StringVar(&f.sort, "sort", "", "order of the list: a metric, parameter or tag by `name`, with - before it the greatest first")
	fs.StringVar(&f.filter, "filter", "", "`conditions` for the list, such as \"estimator=ridge rmse<70000\"")
	fs.StringVar(&f.compare, "compare", "", "print in what two `runs` differ, given by the beginning of their ids")
}

func run(s *stage.Stage, f flags, stdout io.Writer) error {
	switch {
	case f.list || f.sort != "" || f.filter != "" || f.compare != "":
		return list(s, f, stdout)
	case f.after == "":
		return track(s, f)
	}
	// The stage did its work; that this could not be told is no failure of it.
	if err := track(s, f); err != nil {
		s.Warn("%v", err)
	}
	return nil
}

// track brings the runs in the work folder up to date and sends them.
func track(s *stage.Stage, f flags) error {
	return locked(s, f, func() error {
		c, err := newCollector(s)
		if err != nil {
			return err
		}
		if err := c.collect(); err != nil {
			return fmt.Errorf("noting the run: %w", err)
		}
		settings := tracking.FromEnvironment(os.Getenv)
		switch {
		case settings != nil:
			return c.send(f, settings)
		case f.after == "":
			s.Logf("MLFLOW_TRACKING_URI is not set: runs stay in %s, see `make runs`", tracking.Dir)
		}
		return nil
	})
}

// list prints the runs, or in what two of them differ.
func list(s *stage.Stage, f flags, stdout io.Writer) error {
	runs, err := tracking.NewStore(s.Path("")).Runs()
	if err != nil {
		s.Warn("%v", err)
	}
	if f.compare != "" {
		return compare(stdout, runs, f.compare)
	}
	if len(runs) == 0 {
		s.Logf("no runs yet: `make all` makes one")
		return nil
	}
	if runs, err = tracking.Filter(runs, f.filter); err != nil {
		return err
	}
	if len(runs) == 0 {
		s.Logf("no run is so")
		return nil
	}
	further := tracking.Names(f.filter)
	if f.sort != "" {
		if runs, err = tracking.Sort(runs, f.sort); err != nil {
			return err
		}
		further = append(further, strings.TrimPrefix(f.sort, "-"))
	}
	champion, err := champion(s)
	if err != nil {
		return err
	}
	return tracking.List(stdout, runs, champion, further...)
}

func compare(stdout io.Writer, runs []*tracking.Run, names string) error {
	pair := strings.Fields(names)
	if len(pair) != 2 {
		return errors.New(`-compare takes two runs: -compare "1f2e3d4c 5b6a7988"`)
	}
	a, err := tracking.Find(runs, pair[0])
	if err != nil {
		return err
	}
	b, err := tracking.Find(runs, pair[1])
	if err != nil {
		return err
	}
	return tracking.Compare(stdout, a, b)
}

// champion is the SHA-256 of the model that is champion, or "".
func champion(s *stage.Stage) (string, error) {
	events, err := results.ReadHistory(s.Path(results.History))
	if err != nil || len(events) == 0 {
		return "", err
	}
	return events[len(events)-1].Champion, nil
}
