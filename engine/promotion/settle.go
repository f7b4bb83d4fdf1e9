package promotion

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

// keep copies the candidate to the history, with what goes with it. It is read first,
// so that a damaged or foreign file never becomes champion.
func (h *History) keep(digest string) error {
	path := h.path(results.Candidate)
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
	if err := h.write(h.path(results.Kept(digest)), data); err != nil {
		return err
	}
	return errors.Join(h.keepBeside(card, digest), h.keepBeside(seen, digest))
}

// keepBeside copies a file that goes with the candidate to the history, if there is one
// of that model.
func (h *History) keepBeside(c companion, digest string) error {
	data, err := os.ReadFile(h.path(c.candidate))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !c.of(data, digest) {
		return nil
	}
	if err != nil {
		return err
	}
	return h.put(c.kept(digest), data)
}

// put writes a file unless it holds that already.
func (h *History) put(path string, data []byte) error {
	if before, err := os.ReadFile(h.path(path)); err == nil && bytes.Equal(before, data) {
		return nil
	}
	return h.write(h.path(path), data)
}

// commit adds the event to the history, unless it is its last one already, and brings
// the champion's place to agree.
func (h *History) commit(e results.Event) error {
	if e != h.last() {
		data, err := results.Marshal(append(h.events[:len(h.events):len(h.events)], e))
		if err == nil {
			err = h.write(h.path(results.History), data)
		}
		if err != nil {
			return err
		}
		h.events = append(h.events, e)
	}
	return h.settle(nil)
}

// adopt begins the history with the model that is in the champion's place, if there is
// one without a history.
func (h *History) adopt() error {
	digest, err := h.Champion()
	if len(h.events) > 0 || digest == "" || err != nil {
		return err
	}
	return h.commit(results.Event{Action: "promote", Model: digest, Champion: digest, Reason: "found in the champion's place", Reference: digest})
}

// settle brings models/champion to agree with the history. If another model or none
// was there, it tells so, unless tell is nil. A champion that is neither there nor in
// the history is an error.
func (h *History) settle(tell func(format string, args ...any)) error {
	digest := h.last().Champion
	if digest == "" {
		return nil
	}
	place, kept := h.path(results.Champion), h.path(results.Kept(digest))
	there, _ := stage.Digest(place)
	whole, _ := stage.Digest(kept)
	if there != digest && whole != digest {
		return fmt.Errorf("the champion %.12s is neither %s nor %s: `make rollback` puts the one before back", digest, place, kept)
	}
	if err := h.removeGraph(digest); err != nil {
		return err
	}
	if whole != digest {
		if err := h.copy(place, kept); err != nil {
			return err
		}
	}
	if there != digest {
		if tell != nil {
			tell("%s was not the champion of the history, %.12s, which is there again", place, digest)
		}
		if err := h.copy(kept, place); err != nil {
			return err
		}
	}
	return errors.Join(h.settleBeside(card, digest), h.settleBeside(seen, digest))
}

func (h *History) copy(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return h.write(to, data)
}

// settleBeside gives the champion what goes with it from the history, or from its place
// to the history, or removes there what is of another model.
func (h *History) settleBeside(c companion, digest string) error {
	if data, err := os.ReadFile(h.path(c.kept(digest))); err == nil && c.of(data, digest) {
		return h.put(c.champion, data)
	}
	if data, err := os.ReadFile(h.path(c.champion)); err == nil && c.of(data, digest) {
		return h.put(c.kept(digest), data)
	}
	return stage.Remove(h.path(c.champion))
}
