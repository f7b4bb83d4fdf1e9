package track

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
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
func (c *collector) send(o options, settings *tracking.Settings) error {
	failed := c.s.Path(tracking.Dir + "/unreachable")
	if o.after != "" && failedJustNow(failed, settings.URI) {
		return nil
	}
	err := c.trySend(o, settings)
	if err == nil {
		err = os.Remove(failed)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return err
	}
	if o.after == "" {
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

func (c *collector) trySend(o options, settings *tracking.Settings) error {
	client, err := tracking.NewClient(*settings)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if o.after != "" {
		limited, cancel := context.WithTimeout(ctx, afterStage)
		defer cancel()
		ctx = limited
	}
	service, err := c.service()
	if err != nil {
		return err
	}
	sender := &tracking.Sender{Client: client, Store: c.store, Experiment: service.Name, Warn: c.s.Warn}
	sent := 0
	for _, r := range c.toSend(o, settings) {
		if r.Delivered(client) {
			continue
		}
		if err := sender.Send(ctx, r); err != nil {
			return err
		}
		sent++
		if o.after == "" || r.Status == tracking.Finished && o.after == "plot" {
			c.s.Logf("%s is at %s", r.Name, r.Address(client))
		}
	}
	if o.after == "" && sent == 0 {
		c.s.Logf("%s has all runs", client.Server)
	}
	if o.after == "train" || o.after == "evaluate" {
		return nil // the champion is as it was
	}
	return c.register(ctx, sender, o, service.Name)
}

// toSend are the runs that a call is about. Into a run that another program
// owns goes the current training alone.
func (c *collector) toSend(o options, settings *tracking.Settings) []*tracking.Run {
	if o.after != "" || settings.RunID != "" {
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
func locked(s *stage.Stage, o options, work func() error) error {
	path := s.Path(tracking.Dir + "/lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644) //nolint:gosec // no secret
	if err != nil {
		return err
	}
	defer f.Close()
	for started := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return work()
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return fmt.Errorf("locking %s: %w", path, err)
		case o.after != "" && time.Since(started) > afterStage:
			return errors.New("another track is at work here; `make track` does what is left")
		}
	}
}
