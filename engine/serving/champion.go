package serving

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"time"

	"example.com/engine/model"
	"example.com/engine/predictionlog"
	"example.com/engine/serving/wire"
)

// Champion is a model with all that is made from it once. It does not change, so a
// request is answered by one model throughout, even if another is loaded meanwhile.
type Champion struct {
	Model   *model.Model
	Inputs  *wire.Inputs
	unit    string   // of a regression's predictions
	labels  [][]byte // of the classes, as JSON
	Level   float64  // of the intervals, or of the sets of classes; 0 if there are none
	Example []byte   // a row, as JSON
	doubt   error    // why it is not that of the settings
	metrics *modelMetrics
	source  *predictionlog.Source // of its rows in the log

	Explainer *model.Explainer // nil where predictions can't be divided among the columns
	terms     [][]byte         // names of what contributes, as JSON

	derived []any // by the place that Derive gave
}

// newChampion makes what is served of a model.
func newChampion(m *model.Model, settings Settings) *Champion {
	c := &Champion{Model: m, Inputs: wire.NewInputs(&m.Schema, m.Profile)}
	if m.Task == model.Regression {
		c.unit = m.Schema.Column(m.Schema.Target).Unit
	}
	if m.Intervals != nil {
		c.Level = m.Intervals.Level
	}
	for _, class := range m.Classes {
		c.labels = append(c.labels, wire.AppendJSON(nil, class))
	}
	c.source = c.sourceOf()
	c.explainable()
	c.doubt = c.setExample(settings.Example)
	return c
}

// setExample makes the row that the page and the API's description start with,
// from the settings and, for what they don't name, from the schema. It returns
// what of the settings the model does not take.
func (c *Champion) setExample(given map[string]any) error {
	c.Example = c.Inputs.Example(given)
	return c.readExample(func(d *wire.Decoder) error {
		for name := range given {
			if !c.Inputs.Has(name) {
				d.Add(wire.Fault{Pointer: wire.Pointer(name), Detail: c.Inputs.Unknown(name)})
			}
		}
		if !d.Any() {
			return nil
		}
		c.Example = c.Inputs.Example(nil)
		return fmt.Errorf("example: %s %s", d.First().Pointer, d.First().Detail)
	})
}

// readExample calls then with what was read of the example.
func (c *Champion) readExample(then func(*wire.Decoder) error) error {
	f := c.Inputs.Take()
	defer f.GiveBack()
	var d wire.Decoder
	d.Reset(c.Example, f, 1)
	if _, err := d.Document(); err != nil {
		return err
	}
	return then(&d)
}

// Derived is a value that is made of each champion once, before it is served: a
// page, a description. Its zero value is of no use.
type Derived[T any] struct{ place int }

// Derive has a value made of the champion now and of every later one. A model of
// which it can't be made is not served. It is for the time before the server
// listens.
func Derive[T any](s *Server, of func(*Champion) (T, error)) (Derived[T], error) {
	now := s.champion.Load()
	d := Derived[T]{len(now.derived)}
	s.derive = append(s.derive, func(c *Champion) error {
		v, err := of(c)
		c.derived = append(c.derived, v)
		return err
	})
	return d, s.derive[d.place](now)
}

// Of returns the value of a champion.
func (d Derived[T]) Of(c *Champion) T { return c.derived[d.place].(T) }

// profile serves net/http/pprof on the loopback address of the settings until
// stop is called.
func (s *Server) profile() (stop func(), err error) {
	l, err := net.Listen("tcp", s.settings.Admin)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	h := &http.Server{Handler: mux, ReadHeaderTimeout: s.settings.Time.Header}
	go func() { _ = h.Serve(l) }() // until Close
	s.log.Info("profiles", "address", l.Addr().String())
	return func() { h.Close() }, nil
}

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
