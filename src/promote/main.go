// Command promote makes the candidate champion when evaluate decided so, and
// puts an earlier champion back when asked.
//
//	promote [-config DIR] [-work DIR] [-rollback] [-force REASON]
//
// It reads reports/decision.json and models/candidate/model.zip, replaces
// models/champion/model.zip in one step, keeps every champion in
// models/history/ under its digest, each with what goes with it, and notes what
// happened and why in models/history.json. What the history says is the champion is put
// back if it is missing or damaged. A decision is carried out once: what a person rolls
// back stays rolled back until there is another candidate. With -force the
// candidate becomes champion whatever was decided.
package main

import (
	"context"
	"flag"

	"example.com/engine/promotion"
	"example.com/engine/results"
	"example.com/engine/stage"

	_ "example.com/housing/src/own"
)

type options struct {
	rollback bool
	force    string
}

func main() {
	var o options
	flags := stage.Flags(func(fs *flag.FlagSet) {
		fs.BoolVar(&o.rollback, "rollback", false, "make the champion before this one champion again")
		fs.StringVar(&o.force, "force", "", "promote the candidate whatever was decided, for this `reason`")
	})
	stage.Main("promote", func(s *stage.Stage) error { return run(s, o) }, flags)
}

func run(s *stage.Stage, o options) error {
	h, err := promotion.Open(s.Path("."))
	if err != nil {
		return err
	}
	switch {
	case o.rollback:
		return rollBack(s, h)
	case o.force != "":
		return force(s, h, o.force)
	}
	s.Input(results.Candidate)
	judged, outcome := s.Input(results.DecisionOut), s.Output(results.PromotionOut)
	if !h.Agrees() {
		s.Redo("there is no champion, or not that of the history, or its card says more now")
	}
	return s.Run(func(ctx context.Context) error {
		var decision results.Decision
		if err := results.Read(judged, &decision); err != nil {
			return err
		}
		return h.Change(ctx, s.Warn, func() error {
			event, err := h.CarryOut(decision)
			if err != nil {
				return err
			}
			s.Logf("%s: %s", promotion.Outcome(event), event.Reason)
			return results.Write(outcome, event)
		})
	})
}

func rollBack(s *stage.Stage, h *promotion.History) error {
	return h.Change(s.Context(), s.Warn, func() error {
		event, err := h.Rollback()
		if err == nil {
			s.Logf("champion is %.12s again, instead of %.12s", event.Champion, event.Model)
		}
		return err
	})
}

func force(s *stage.Stage, h *promotion.History, reason string) error {
	return h.Change(s.Context(), s.Warn, func() error {
		event, err := h.Force(reason)
		if err == nil {
			s.Logf("%s: %s", promotion.Outcome(event), reason)
		}
		return err
	})
}
