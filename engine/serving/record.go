package serving

import (
	"context"
	"fmt"
	"slices"

	"example.com/engine/predictionlog"
	"example.com/engine/serving/wire"
	"example.com/engine/table"
)

// recorder keeps what was asked and answered; a nil one keeps nothing.
type recorder struct{ log *predictionlog.Log }

// openLog returns the recorder of the settings. Trouble with the log is told of in
// the server's own log and counted; it is none of the clients'.
func (s *Server) openLog() (*recorder, error) {
	settings := s.settings.Predictions
	if settings.Folder == "" {
		return nil, nil
	}
	count := func(result string) func(int) {
		c := s.metrics.logged.WithLabelValues(result)
		return func(rows int) { c.Add(float64(rows)) }
	}
	log, err := predictionlog.Open(settings, predictionlog.Counts{
		Written: count("written"), Dropped: count("dropped"), Failed: count("failed"),
		Trouble: func(err error) {
			s.log.Warn("predictions are not kept: mount a folder that can be written to, or set predictions.folder to none", "error", err.Error())
		},
		Solved: func() { s.log.Info("predictions are kept again", "folder", settings.Folder) },
	})
	return &recorder{log}, err
}

// add keeps the rows of a frame that were answered. Number gives each row's
// name within the request; nil counts from 0.
func (r *recorder) add(request string, c *Champion, f *wire.Frame, a *Answers, number []int) {
	if r == nil {
		return
	}
	r.log.Add(&predictionlog.Rows{
		Source: c.source, Request: request, Columns: f.Columns, Place: a.place, Number: number,
		Values: a.Values, Lower: a.Lower, Upper: a.Upper, Codes: a.codes, Proba: a.Proba, Sets: a.Sets,
	})
}

// close writes what waits.
func (r *recorder) close(ctx context.Context) error {
	if r == nil {
		return nil
	}
	if err := r.log.Close(ctx); err != nil {
		return fmt.Errorf("the last predictions were not kept: %w", err)
	}
	return nil
}

// sourceOf is what the log tells of a champion with every row.
func (c *Champion) sourceOf() *predictionlog.Source {
	s := &predictionlog.Source{Model: c.Model.Version(), Classes: c.Model.Classes}
	for i := range c.Inputs.Columns {
		in := &c.Inputs.Columns[i]
		s.Columns = append(s.Columns, table.Field{Name: in.Name, Kind: in.Kind, Layout: in.Layout})
	}
	return s
}

// redacts checks that each column to redact is one of the champion's, since a
// name with a typo would keep what was to be left out.
func (c *Champion) redacts(s predictionlog.Settings) error {
	var strange []string
	for name := range s.Redact {
		if !c.Inputs.Has(name) {
			strange = append(strange, name)
		}
	}
	if len(strange) == 0 || s.Folder == "" {
		return nil
	}
	slices.Sort(strange)
	return fmt.Errorf("predictions.redact: %q %s", strange[0], c.Inputs.Unknown(strange[0]))
}
