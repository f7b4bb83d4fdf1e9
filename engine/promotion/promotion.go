// Package promotion puts a model in the champion's place and remembers all that were
// there: in models/history/ each champion under its digest, with its model card and the
// units that it learned from, and in models/history.json what happened and why.
//
// The history is the truth, as a database's log is (SQLite, "Atomic commit"; etcd's
// write-ahead log): a model is first kept in models/history/, then the event is
// written, with which it is champion, and then models/champion/ is brought to agree.
// [History.Change] does that first with whatever it finds, so a kill at any moment, a
// damaged or a missing file leaves nothing that the next call does not finish or mend.
// Every file is written whole or not at all, and one process writes at a time.
package promotion

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"example.com/engine/model"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// History is the champion of a work folder and all that were champion before it.
type History struct {
	work   string
	events []results.Event
	write  func(path string, data []byte) error // whole or not at all
}

// program is whose temporary files these are.
const program = "promote"

// Open reads the history of a work folder, and changes nothing. If there is none, it is
// empty.
func Open(work string) (*History, error) {
	h := &History{work: work}
	h.write = func(path string, data []byte) error { return stage.WriteAtomic(path, program, data) }
	return h, h.read()
}

func (h *History) read() (err error) {
	h.events, err = results.ReadHistory(h.path(results.History))
	return err
}

func (h *History) path(path string) string { return filepath.Join(h.work, filepath.FromSlash(path)) }

// last returns the last event, or an empty one.
func (h *History) last() results.Event {
	if len(h.events) == 0 {
		return results.Event{}
	}
	return h.events[len(h.events)-1]
}

// Change calls f while no other process writes to models/, after it finished or mended
// what was found there. What it had to mend, or could not, it tells.
func (h *History) Change(ctx context.Context, tell func(format string, args ...any), f func() error) error {
	unlock, err := stage.Lock(ctx, h.path(results.ModelsLock), func() { tell("waiting for another program that writes to models/") })
	if err != nil {
		return err
	}
	defer unlock()
	if err := h.read(); err != nil {
		return err
	}
	for _, place := range []string{results.Champion, results.Kept(""), results.History} {
		if err := stage.RemoveTemporaries(filepath.Dir(h.path(place)), program); err != nil { // of a kill
			return err
		}
	}
	if err := h.adopt(); err != nil {
		return err
	}
	if err := h.settle(tell); err != nil {
		tell("%v", err) // a rollback, or another model by force, gets past it
	}
	return f()
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
// changes nothing more. What a person rolled back stays so, and a decision about
// another champion than the present one is an error. A candidate that is the champion
// already brings its card, which may say more than it did.
func (h *History) CarryOut(d results.Decision) (results.Event, error) {
	present := h.last().Champion
	event := results.Event{Action: "keep", Model: d.Candidate, Champion: present, Reason: d.Reason, Reference: h.Reference()}
	switch {
	case d.Candidate == present && d.Promote: // done before
		event.Action = "promote"
		return event, errors.Join(h.keepBeside(card, d.Candidate), h.settle(nil))
	case d.Candidate == present:
		if err := h.keepBeside(card, d.Candidate); err != nil {
			return event, err
		}
	case d.Promote && h.rolledBack(d.Candidate):
		event.Reason = "it was rolled back, and stays so: `make promote FORCE=reason` makes it champion all the same"
	case d.Promote && d.Champion != present:
		return event, fmt.Errorf("the candidate was compared with another champion (%.12s, not %.12s): run `make evaluate`", cmp.Or(d.Champion, "none"), cmp.Or(present, "none"))
	case d.Promote:
		event.Action, event.Champion, event.Reference = "promote", d.Candidate, cmp.Or(d.Reference, d.Candidate)
		if err := h.keep(d.Candidate); err != nil {
			return event, err
		}
	}
	return event, h.commit(event)
}

// Stale tells whether a decision was made about another champion than the present one.
func (h *History) Stale(d results.Decision) bool {
	return d.Candidate != h.last().Champion && d.Champion != h.last().Champion
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
	if err = cmp.Or(err, h.keep(digest)); err != nil {
		return event, err
	}
	return event, h.commit(event)
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
	if _, err := h.Open(before.champion); err != nil {
		return event, err
	}
	return event, h.commit(event)
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

// rolledBack tells whether a person took the model from the champion's place, and none
// put it there since.
func (h *History) rolledBack(digest string) (back bool) {
	for _, e := range h.events {
		switch {
		case e.Action == "rollback" && e.Model == digest:
			back = true
		case e.Champion == digest:
			back = false
		}
	}
	return back
}
