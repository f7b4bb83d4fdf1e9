package track

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.com/engine/stage"
	"example.com/engine/tracking"
)

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
