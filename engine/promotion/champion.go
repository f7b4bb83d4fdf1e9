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

// Graph is where `make onnx` writes the champion's graph.
const Graph = "models/champion/model.onnx"

// keptCard is where the card of a model that was champion stays.
func keptCard(digest string) string { return "models/history/" + digest + ".md" }

// write gives a file below the work folder its content, whole or not at all.
func (h *History) write(path string, data []byte) error {
	return stage.WriteAtomic(h.path(path), "promote", data)
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
	for _, place := range []string{results.Kept(digest), results.Champion} {
		if err := h.write(place, data); err != nil {
			return err
		}
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
		if err := os.Remove(h.path(results.ChampionCard)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case err != nil:
		return err
	}
	for _, place := range []string{keptCard(digest), results.ChampionCard} {
		if err := h.write(place, data); err != nil {
			return err
		}
	}
	return nil
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
