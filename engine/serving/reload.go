package serving

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.com/engine/model"
	"example.com/engine/serving/wire"
)

// load makes the model file's model the champion, if it is another one. A
// request that is being answered ends with the model that it began with.
func (s *Server) load() error {
	s.seen = fileState(s.path) // before it is read, so that no change is missed
	m, err := model.Open(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no champion, %s: make all trains a model; where it ended with \"no champion\", it told why, "+
			"and bin/promote -force REASON overrules that", s.path)
	}
	if err != nil {
		return err
	}
	if now := s.champion.Load(); now != nil && now.Model.Digest() == m.Digest() {
		return nil
	}
	next := newChampion(m, s.settings)
	for _, derive := range s.derive {
		err = errors.Join(err, derive(next))
	}
	if err == nil {
		err = next.try()
	}
	if err == nil {
		err = s.checkRedaction(next)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	if next.doubt != nil {
		s.log.Warn("the example of serve.yaml is not used", "why", next.doubt.Error(), "model", m.Version())
	}
	next.metrics = s.metrics.serve(next, s.settings.DriftRows)
	s.champion.Store(next)
	return nil
}

// checkRedaction refuses to start with settings that name a column to redact
// which the model does not have. A later model may well lack it.
func (s *Server) checkRedaction(next *Champion) error {
	err := next.redacts(s.settings.Predictions)
	if err == nil || s.champion.Load() == nil {
		return err
	}
	s.log.Warn("a column to redact is none of the model's", "why", err.Error(), "model", next.Model.Version())
	return nil
}

// try asks the model for one prediction, so that one that would fail every
// request is not served.
func (c *Champion) try() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the model fails to predict: %v", v)
		}
	}()
	err = c.readExample(func(d *wire.Decoder) error {
		_, _ = c.Model.Predict(d.Table()) // the row need not have an answer
		return nil
	})
	if err != nil {
		return fmt.Errorf("no row can be made for it: %w", err)
	}
	return nil
}

// watch loads the model again on a signal and when its file has changed. A
// file that can't be loaded is told of once; the champion stays.
func (s *Server) watch(ctx context.Context, hangup <-chan os.Signal, c *certificate) {
	var tick <-chan time.Time
	if every := s.settings.Reload.Every; every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			s.renew(c)
		case <-tick:
			if fileState(s.path) == s.seen {
				continue
			}
		}
		s.reload()
	}
}

// reload is load with its outcome in the log and the metrics.
func (s *Server) reload() {
	before := s.champion.Load().Model.Version()
	err := s.load()
	s.metrics.reloaded(err)
	after := s.champion.Load().Model.Version()
	switch {
	case err != nil:
		s.log.Error("the model file is refused, the model before goes on", "error", err.Error(), "model", after)
	case before == after:
		s.log.Info("the model file is unchanged", "model", after)
	default:
		s.log.Info("new model", "model", after, "before", before)
	}
}

// renew reads the certificate and the keys again.
func (s *Server) renew(c *certificate) {
	var err error
	if c != nil {
		err = c.load()
	}
	if s.keys != nil {
		err = errors.Join(err, s.keys.load())
	}
	if err != nil {
		s.log.Error("certificate or API keys are refused, those before go on", "error", err.Error())
	}
}

// state tells two contents of a file apart without reading it.
type state struct {
	size     int64
	modified time.Time
}

// fileState is the zero state for a file that is not there.
func fileState(path string) state {
	info, err := os.Stat(path)
	if err != nil {
		return state{}
	}
	return state{info.Size(), info.ModTime()}
}
