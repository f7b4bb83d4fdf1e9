package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// history is the champion and all that were champion before it.
type history struct {
	s      *stage.Stage
	events []results.Event
}

func openHistory(s *stage.Stage) (*history, error) {
	h := &history{s: s}
	err := results.Read(s.Path(results.History), &h.events)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return h, err
}

func (h *history) hasChampion() bool {
	_, err := os.Stat(h.s.Path(results.Champion))
	return err == nil
}

// kept is where a model that was champion stays.
func kept(digest string) string { return "models/history/" + digest + ".zip" }

// championGraph is where `make onnx` writes the champion's graph.
const championGraph = "models/champion/model.onnx"

// keptCard is where its card stays.
func keptCard(digest string) string { return "models/history/" + digest + ".md" }

// last returns the last event, or an empty one.
func (h *history) last() results.Event {
	if len(h.events) == 0 {
		return results.Event{}
	}
	return h.events[len(h.events)-1]
}

// carryOut does what was decided. Done again, as after a kill in the middle,
// it changes nothing more.
func (h *history) carryOut(d results.Decision, candidate string) (results.Event, error) {
	event := results.Event{Action: "keep", Model: d.Candidate, Champion: h.last().Champion, Reason: d.Reason}
	switch {
	case d.Promote:
		event.Action, event.Champion = "promote", d.Candidate
		if err := h.install(candidate, d.Candidate); err != nil {
			return event, err
		}
	case d.Candidate == event.Champion: // a card may say more than it did
		if err := h.installCard(h.s.Path(results.CandidateCard), d.Candidate); err != nil {
			return event, err
		}
	}
	h.s.Logf("%s: %s", outcome(event), d.Reason)
	return event, h.note(event)
}

func outcome(e results.Event) string {
	switch {
	case e.Action == "promote":
		return "the candidate is champion"
	case e.Champion == "":
		return "no champion, so there is nothing to serve"
	default:
		return "the champion stays"
	}
}

// force makes the candidate champion for a person's reason.
func (h *history) force(reason string) error {
	path := h.s.Path(results.Candidate)
	digest, err := stage.Digest(path)
	if err != nil {
		return err
	}
	if err := h.install(path, digest); err != nil {
		return err
	}
	h.s.Logf("the candidate is champion: %s", reason)
	return h.note(results.Event{Action: "promote", Model: digest, Champion: digest, Reason: "forced: " + reason})
}

// rollback makes the champion before the present one champion again.
func (h *history) rollback() error {
	present := h.last().Champion
	before := h.before(present)
	if before == "" {
		return errors.New("there is no champion before this one to go back to")
	}
	if err := h.install(h.s.Path(kept(before)), before); err != nil {
		return err
	}
	h.s.Logf("champion is %.12s again, instead of %.12s", before, present)
	return h.note(results.Event{Action: "rollback", Model: present, Champion: before, Reason: "asked for"})
}

// before walks back from the end of the history to the model that the present
// champion replaced. What was rolled back is never returned to.
func (h *history) before(present string) string {
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

// install copies a model to the history and to the champion's place. It is
// read first, so that a damaged or foreign file never takes that place.
func (h *history) install(path, digest string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	m, err := model.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if m.Digest() != digest {
		return fmt.Errorf("%s is not the model that was judged (%.12s, not %.12s): run `make evaluate`", path, m.Digest(), digest)
	}
	if err := h.removeGraph(digest); err != nil {
		return err
	}
	for _, place := range []string{kept(digest), results.Champion} {
		if err := stage.WriteAtomic(h.s.Path(place), h.s.Name, data); err != nil {
			return err
		}
	}
	card := h.s.Path(results.CandidateCard)
	if path != h.s.Path(results.Candidate) {
		card = h.s.Path(keptCard(digest))
	}
	return h.installCard(card, digest)
}

// removeGraph removes the ONNX graph beside the champion if it is of another
// model than that of the digest, which a graph holds as text. `make onnx`
// writes the new one.
func (h *history) removeGraph(digest string) error {
	path := h.s.Path(championGraph)
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
func (h *history) installCard(path, digest string) error {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Contains(data, []byte(digest)):
		if err := os.Remove(h.s.Path(results.ChampionCard)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case err != nil:
		return err
	}
	for _, place := range []string{keptCard(digest), results.ChampionCard} {
		if err := stage.WriteAtomic(h.s.Path(place), h.s.Name, data); err != nil {
			return err
		}
	}
	return nil
}

// cardIsOld tells whether there is another card of the champion than that
// beside it: it was judged again. The card is no input of the stage, so that a
// change of it does not undo a rollback.
func (h *history) cardIsOld() bool {
	card, err := os.ReadFile(h.s.Path(results.CandidateCard))
	champion := h.last().Champion
	if err != nil || champion == "" || !bytes.Contains(card, []byte(champion)) {
		return false
	}
	beside, _ := os.ReadFile(h.s.Path(results.ChampionCard)) // none is another one
	return !bytes.Equal(card, beside)
}

// note adds the event to the history, unless it is its last one already.
func (h *history) note(e results.Event) error {
	if e == h.last() {
		return nil
	}
	h.events = append(h.events, e)
	data, err := results.Marshal(h.events)
	if err != nil {
		return err
	}
	return stage.WriteAtomic(h.s.Path(results.History), h.s.Name, data)
}
