// Package promotion puts a model in the champion's place and remembers all that were
// there: in models/history/ each champion under its digest, with its model card, and
// in models/history.json what happened and why. Every file is written whole or not at
// all, and each call can be made again after a kill in its middle.
package promotion

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Graph is where `make onnx` writes the champion's graph.
const Graph = "models/champion/model.onnx"

// keptCard is where the card of a model that was champion stays.
func keptCard(digest string) string { return "models/history/" + digest + ".md" }

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
	card := results.CandidateCard
	if path != results.Candidate {
		card = keptCard(digest)
	}
	return h.installCard(card, digest)
}

// removeGraph removes the ONNX graph beside the champion if it is of another
// model than that of the digest, which a graph holds as text. `make onnx`
// writes the new one.
func (h *History) removeGraph(digest string) error {
	path := h.path(Graph)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && bytes.Contains(data, []byte(digest)) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Remove(path)
}

// installCard copies a model's card beside the model. Where there is none, or
// one of another model, the champion has none.
func (h *History) installCard(path, digest string) error {
	data, err := os.ReadFile(h.path(path))
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Contains(data, []byte(digest)):
		return stage.Remove(h.path(results.ChampionCard))
	case err != nil:
		return err
	}
	return h.write(data, keptCard(digest), results.ChampionCard)
}

// CardIsOld tells whether there is another card of the champion than that
// beside it: it was judged again. The card is no input of the stage promote, so
// that a change of it does not undo a rollback.
func (h *History) CardIsOld() bool {
	card, err := os.ReadFile(h.path(results.CandidateCard))
	champion := h.last().Champion
	if err != nil || champion == "" || !bytes.Contains(card, []byte(champion)) {
		return false
	}
	beside, _ := os.ReadFile(h.path(results.ChampionCard)) // none is another one
	return !bytes.Equal(card, beside)
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
	return h.write(data, results.History)
}
