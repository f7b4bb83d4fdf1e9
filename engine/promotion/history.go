// Package promotion puts a model in the champion's place and remembers all that were
// there: in models/history/ each champion under its digest, with its model card, and
// in models/history.json what happened and why. Every file is written whole or not at
// all, and each call can be made again after a kill in its middle.
package promotion

import (
	"errors"
	"path/filepath"

	"example.com/engine/results"
	"example.com/engine/stage"
)

// History is the champion of a work folder and all that were champion before it.
type History struct {
	work   string
	events []results.Event
}

// Open reads the history of a work folder. Where there is none it is empty.
func Open(work string) (*History, error) {
	h := &History{work: work}
	var err error
	h.events, err = results.ReadHistory(h.path(results.History))
	return h, err
}

func (h *History) path(path string) string { return filepath.Join(h.work, filepath.FromSlash(path)) }

// last returns the last event, or an empty one.
func (h *History) last() results.Event {
	if len(h.events) == 0 {
		return results.Event{}
	}
	return h.events[len(h.events)-1]
}

// CarryOut does what was decided about the candidate and notes it. Done again it
// changes nothing more. A candidate that is the champion already brings its card, which
// may say more than it did.
func (h *History) CarryOut(d results.Decision) (results.Event, error) {
	event := results.Event{Action: "keep", Model: d.Candidate, Champion: h.last().Champion, Reason: d.Reason}
	switch {
	case d.Promote:
		event.Action, event.Champion = "promote", d.Candidate
		if err := h.install(results.Candidate, d.Candidate); err != nil {
			return event, err
		}
	case d.Candidate == event.Champion:
		if err := h.installCard(results.CandidateCard, d.Candidate); err != nil {
			return event, err
		}
	}
	return event, h.note(event)
}

// Outcome is what an event of CarryOut or Force came to, in words.
func Outcome(e results.Event) string {
	switch {
	case e.Action == "promote":
		return "the candidate is champion"
	case e.Champion == "":
		return "no champion, so there is nothing to serve"
	}
	return "the champion stays"
}

// Force makes the candidate champion for a person's reason.
func (h *History) Force(reason string) (results.Event, error) {
	digest, err := stage.Digest(h.path(results.Candidate))
	event := results.Event{Action: "promote", Model: digest, Champion: digest, Reason: "forced: " + reason}
	if err != nil {
		return event, err
	}
	if err := h.install(results.Candidate, digest); err != nil {
		return event, err
	}
	return event, h.note(event)
}

// Rollback makes the champion before the present one champion again.
func (h *History) Rollback() (results.Event, error) {
	present := h.last().Champion
	before := h.before(present)
	event := results.Event{Action: "rollback", Model: present, Champion: before, Reason: "asked for"}
	if before == "" {
		return event, errors.New("there is no champion before this one to go back to")
	}
	if err := h.install(results.Kept(before), before); err != nil {
		return event, err
	}
	return event, h.note(event)
}

// before walks back from the end of the history to the model that the present
// champion replaced. What was rolled back is never returned to.
func (h *History) before(present string) string {
	var stack []string
	for _, e := range h.events {
		switch {
		case e.Action == "rollback" && len(stack) > 0:
			stack = stack[:len(stack)-1]
		case e.Action == "promote" && (len(stack) == 0 || stack[len(stack)-1] != e.Champion):
			stack = append(stack, e.Champion)
		}
	}
	if len(stack) < 2 || stack[len(stack)-1] != present {
		return ""
	}
	return stack[len(stack)-2]
}

// note adds the event to the history, unless it is its last one already.
func (h *History) note(e results.Event) error {
	if e == h.last() {
		return nil
	}
	h.events = append(h.events, e)
	data, err := results.Marshal(h.events)
	if err != nil {
		return err
	}
	return h.write(results.History, data)
}
