// Package promotion puts a model in the champion's place and remembers all that were
// there: in models/history/ each champion under its digest, with its model card and the
// units that it learned from, and in models/history.json what happened and why. Every file is written whole or not at
// all, and each call can be made again after a kill in its middle.
package promotion

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// write gives files below the work folder their content, each whole or not at all.
func (h *History) write(data []byte, paths ...string) error {
	for _, path := range paths {
		if err := stage.WriteAtomic(h.path(path), "promote", data); err != nil {
			return err
		}
	}
	return nil
}

// HasChampion tells whether there is a model to serve.
func (h *History) HasChampion() bool {
	_, err := os.Stat(h.path(results.Champion))
	return err == nil
}

// install copies a model to the history and to the champion's place. It is
// read first, so that a damaged or foreign file never takes that place.
func (h *History) install(path, digest string) error {
	data, err := os.ReadFile(h.path(path))
	if err != nil {
		return err
	}
	m, err := model.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", h.path(path), err)
	}
	if m.Digest() != digest {
		return fmt.Errorf("%s is not the model that was judged (%.12s, not %.12s): run `make evaluate`", h.path(path), m.Digest(), digest)
	}
	if err := h.removeGraph(digest); err != nil {
		return err
	}
	if err := h.write(data, results.Kept(digest), results.Champion); err != nil {
		return err
	}
	for _, c := range []companion{card, seen} {
		from := c.candidate
		if path != results.Candidate {
			from = c.kept(digest)
		}
		if err := h.installBeside(c, from, digest); err != nil {
			return err
		}
	}
	return nil
}

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

// Champion is the digest of the model in the champion's place, as the history has it;
// that of the file if there is no history; empty if there is no champion.
func (h *History) Champion() (string, error) {
	if digest := h.last().Champion; digest != "" {
		return digest, nil
	}
	digest, err := stage.Digest(h.path(results.Champion))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return digest, err
}

// Reference is the digest of the model that a champion must not fall behind; it is
// the present champion's if nothing else is known.
func (h *History) Reference() string {
	reigns := h.reigns()
	if len(reigns) == 0 {
		return h.last().Champion
	}
	last := reigns[len(reigns)-1]
	return cmp.Or(last.reference, last.champion)
}

// Open loads a model that is or was champion.
func (h *History) Open(digest string) (*model.Model, error) {
	var first error
	for _, path := range []string{results.Kept(digest), results.Champion} {
		m, err := model.Open(h.path(path))
		if err == nil && m.Digest() != digest {
			err = fmt.Errorf("%s is another model, %.12s and not %.12s", h.path(path), m.Digest(), digest)
		}
		if err == nil {
			return m, nil
		}
		first = cmp.Or(first, err)
	}
	return nil, first
}

// Seen returns what a model learned from that is or was champion.
func (h *History) Seen(digest string) (*partition.Seen, error) {
	s, err := partition.ReadSeen(h.path(keptSeen(digest)), digest)
	if beside, missing := partition.ReadSeen(h.path(results.ChampionSeen), digest); err != nil && missing == nil {
		return beside, nil
	}
	return s, err
}

// CarryOut does what was decided about the candidate and notes it. Done again it
// changes nothing more. A candidate that is the champion already brings its card, which
// may say more than it did.
func (h *History) CarryOut(d results.Decision) (results.Event, error) {
	event := results.Event{Action: "keep", Model: d.Candidate, Champion: h.last().Champion, Reason: d.Reason, Reference: h.Reference()}
	switch {
	case d.Promote:
		event.Action, event.Champion, event.Reference = "promote", d.Candidate, d.Reference
		if err := h.install(results.Candidate, d.Candidate); err != nil {
			return event, err
		}
	case d.Candidate == event.Champion:
		if err := h.installBeside(card, results.CandidateCard, d.Candidate); err != nil {
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

// Force makes the candidate champion for a person's reason. What later candidates must
// not fall behind is this one from then on.
func (h *History) Force(reason string) (results.Event, error) {
	digest, err := stage.Digest(h.path(results.Candidate))
	event := results.Event{Action: "promote", Model: digest, Champion: digest, Reason: "forced: " + reason, Reference: digest}
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
	event := results.Event{Action: "rollback", Model: present, Reason: "asked for"}
	reigns := h.reigns()
	if len(reigns) < 2 || reigns[len(reigns)-1].champion != present {
		return event, errors.New("there is no champion before this one to go back to")
	}
	before := reigns[len(reigns)-2]
	event.Champion, event.Reference = before.champion, before.reference
	if err := h.install(results.Kept(before.champion), before.champion); err != nil {
		return event, err
	}
	return event, h.note(event)
}

// reign is a champion with the reference that it came with.
type reign struct{ champion, reference string }

// reigns are the present champion, last, and those that it and they replaced. What
// was rolled back is none of them and is never returned to.
func (h *History) reigns() []reign {
	var stack []reign
	for _, e := range h.events {
		top := len(stack) - 1
		switch {
		case e.Action == "rollback" && top >= 0:
			stack = stack[:top]
		case e.Action == "promote" && top >= 0 && stack[top].champion == e.Champion:
			stack[top].reference = e.Reference
		case e.Action == "promote":
			stack = append(stack, reign{e.Champion, e.Reference})
		}
	}
	return stack
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
	return h.write(data, results.History)
}
