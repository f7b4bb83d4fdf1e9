package promotion

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Graph is where `make onnx` writes the champion's graph.
const Graph = "models/champion/model.onnx"

// companion is a file that goes with a model: beside the candidate, the champion and
// each model in the history.
type companion struct {
	candidate, champion string
	kept                func(digest string) string
	of                  func(data []byte, digest string) bool // is it of that model?
}

var (
	card = companion{results.CandidateCard, results.ChampionCard, keptCard, func(data []byte, digest string) bool {
		return bytes.Contains(data, []byte(digest))
	}}
	seen = companion{results.CandidateSeen, results.ChampionSeen, keptSeen, func(data []byte, digest string) bool {
		_, err := partition.DecodeSeen(data, digest)
		return err == nil
	}}
)

func keptCard(digest string) string { return "models/history/" + digest + ".md" }
func keptSeen(digest string) string { return "models/history/" + digest + ".units" }

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

// Agrees tells whether the champion's place is as the history has it, and the card there
// is not older than the candidate's, if that is the same model, which was judged again.
// The card is no input of the stage promote, so that a change of it does not undo a
// rollback.
func (h *History) Agrees() bool {
	champion := h.last().Champion
	if there, err := stage.Digest(h.path(results.Champion)); err != nil || there != champion {
		return false
	}
	judged, err := os.ReadFile(h.path(results.CandidateCard))
	beside, _ := os.ReadFile(h.path(results.ChampionCard)) // none is another one
	return err != nil || !card.of(judged, champion) || bytes.Equal(judged, beside)
}
