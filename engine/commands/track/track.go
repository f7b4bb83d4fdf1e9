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
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

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

const (
	// afterStage is how long make waits, at most, for what a stage did to be sent.
	afterStage = 20 * time.Second
	// quiet is how long, after a server failed, the stages that follow don't try
	// again and don't complain again.
	quiet = time.Minute
)

// send brings the server to agree with the runs: after a stage with the current
// ones, for a person with all.
func (c *collector) send(f flags, settings *tracking.Settings) error {
	failed := c.s.Path(tracking.Dir + "/unreachable")
	if f.after != "" && failedJustNow(failed, settings.URI) {
		return nil
	}
	err := c.trySend(f, settings)
	if err == nil {
		err = os.Remove(failed)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return err
	}
	if f.after == "" {
		return err
	}
	_ = os.MkdirAll(filepath.Dir(failed), 0o755)
	_ = os.WriteFile(failed, digestOf(settings.URI), 0o644) //nolint:gosec // no secret
	return fmt.Errorf("%w; the run is kept, `make track` sends it later", err)
}

// failedJustNow tells whether the file notes a failure of this server in the
// last minute.
func failedJustNow(file, uri string) bool {
	info, err := os.Stat(file)
	if err != nil || time.Since(info.ModTime()) >= quiet {
		return false
	}
	noted, err := os.ReadFile(file)
	return err == nil && bytes.Equal(noted, digestOf(uri))
}

// digestOf stands for an address, which may hold a password.
func digestOf(uri string) []byte { return fmt.Appendf(nil, "%x\n", sha256.Sum256([]byte(uri))) }

func (c *collector) trySend(f flags, settings *tracking.Settings) error {
	client, err := tracking.NewClient(*settings)
	if err != nil {
		return err
	}
	ctx, cancel := f.context(c.s)
	defer cancel()
	service, err := c.service()
	if err != nil {
		return err
	}
	sender := &tracking.Sender{Client: client, Store: c.store, Experiment: service.Name, Warn: c.s.Warn}
	sent := 0
	for _, r := range c.toSend(f, settings) {
		if r.Delivered(client) {
			continue
		}
		if err := sender.Send(ctx, r); err != nil {
			return err
		}
		sent++
		if f.after == "" || r.Status == tracking.Finished && f.after == "plot" {
			c.s.Logf("%s is at %s", r.Name, r.Address(client))
		}
	}
	if f.after == "" && sent == 0 {
		c.s.Logf("%s has all runs", client.Server)
	}
	if f.after == "train" || f.after == "evaluate" {
		return nil // the champion is as it was
	}
	return c.register(ctx, sender, f, service.Name)
}

// toSend are the runs that a call is about. Into a run that another program
// owns goes the current training alone.
func (c *collector) toSend(f flags, settings *tracking.Settings) []*tracking.Run {
	if f.after != "" || settings.RunID != "" {
		return c.current
	}
	runs, err := c.store.Runs()
	if err != nil {
		c.s.Warn("%v", err)
	}
	return runs
}

// locked does the work while no other track is at the same work folder. After a
// stage it waits for one as long as it may take to send, and else as long as it
// takes.
func locked(s *stage.Stage, f flags, work func() error) error {
	ctx, cancel := f.context(s)
	defer cancel()
	unlock, err := stage.Lock(ctx, s.Path(tracking.Dir+"/lock"), func() {})
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("another track is at work here; `make track` does what is left")
	}
	if err != nil {
		return err
	}
	defer unlock()
	return work()
}

// context ends with the program and, after a stage, when make has waited long
// enough.
func (f *flags) context(s *stage.Stage) (context.Context, context.CancelFunc) {
	if f.after == "" {
		return context.WithCancel(s.Context())
	}
	return context.WithTimeout(s.Context(), afterStage)
}
