package serving

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"

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
