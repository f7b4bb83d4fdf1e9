package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/promotion"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/stage/stagetest"
	"example.com/engine/table"
)

// workshop is a folder in which models are made, judged and promoted.
type workshop struct {
	*stagetest.Place
	t *testing.T
}

func newWorkshop(t *testing.T) *workshop { return &workshop{stagetest.New(t), t} }

// candidate puts a model in place that differs by its seed, with a decision.
func (w *workshop) candidate(seed uint64, promote bool) (digest string) {
	w.t.Helper()
	rows := table.Must(table.Floats("x", []float64{1, 2, 3}), table.Floats("y", []float64{1, 3, 4}))
	m := modeltest.Fit(w.t, fmt.Sprintf("seed: %d\nremainder: passthrough", seed), rows)
	digest = modeltest.Save(w.t, m, w.Path(results.Candidate)).Digest()
	d := results.Decision{Candidate: digest, Promote: promote, Reason: "a test"}
	d.Champion = must.Get(must.Get(promotion.Open(w.Work))(w.t).Champion())(w.t)
	decision := must.Get(results.Marshal(d))(w.t)
	w.Write(results.DecisionOut, string(decision))
	return digest
}

func (w *workshop) run(o options) (status int) {
	return w.Run("promote", func(s *stage.Stage) error { return run(s, o) })
}

// does runs what goes well.
func (w *workshop) does(o options) {
	w.t.Helper()
	require.Zero(w.t, w.run(o), w.Stderr)
}

// promoted is the digest of a candidate that has become champion.
func (w *workshop) promoted(seed uint64) string {
	w.t.Helper()
	digest := w.candidate(seed, true)
	w.does(options{})
	require.Equal(w.t, digest, w.champion())
	return digest
}

// rolledBack is the digest of the champion after a rollback.
func (w *workshop) rolledBack() string {
	w.t.Helper()
	w.does(options{rollback: true})
	return w.champion()
}

func (w *workshop) champion() string {
	w.t.Helper()
	digest := must.Get(stage.Digest(w.Path(results.Champion)))(w.t)
	return digest
}

func (w *workshop) actions() (actions []string) {
	w.t.Helper()
	var events []results.Event
	require.NoError(w.t, results.Read(w.Path(results.History), &events))
	for _, e := range events {
		actions = append(actions, e.Action)
	}
	return actions
}

// What was rolled back is never returned to, whatever was promoted in between.
func TestRollbackWalksBack(t *testing.T) {
	w := newWorkshop(t)
	assert.Equal(t, 1, w.run(options{rollback: true}), "nothing to go back to")

	a := w.promoted(1)
	assert.Equal(t, 1, w.run(options{rollback: true}), "nothing before the first")
	assert.Equal(t, a, w.champion())

	w.promoted(2)
	assert.Equal(t, a, w.rolledBack())
	w.does(options{})
	assert.Equal(t, a, w.champion(), "a decision is carried out once")

	c := w.promoted(3)
	w.promoted(4)
	for _, before := range []string{c, a} {
		assert.Equal(t, before, w.rolledBack())
	}
	assert.Equal(t, 1, w.run(options{rollback: true}), "b was rolled back")
	assert.Equal(t, a, w.champion())
	assert.Equal(t, []string{"promote", "promote", "rollback", "promote", "promote", "rollback", "rollback"}, w.actions())
}

// The same model can become champion again after another one.
func TestPromotedTwice(t *testing.T) {
	w := newWorkshop(t)
	a := w.promoted(1)
	b := w.promoted(2)
	require.Equal(t, a, w.promoted(1))
	assert.Equal(t, b, w.rolledBack())
	assert.Equal(t, a, w.rolledBack())
}

func TestKeptAndForced(t *testing.T) {
	w := newWorkshop(t)
	a := w.promoted(1)
	b := w.candidate(2, false)
	w.does(options{})
	assert.Equal(t, a, w.champion())
	w.does(options{force: "asked for"})
	assert.Equal(t, b, w.champion())
	assert.Equal(t, a, w.rolledBack())
	assert.Equal(t, []string{"promote", "keep", "promote", "rollback"}, w.actions())
}

// A model that nobody judged, or a damaged one, never becomes champion.
func TestForeignCandidates(t *testing.T) {
	w := newWorkshop(t)
	a := w.promoted(1)
	w.candidate(2, true)
	decision := w.Read(results.DecisionOut)
	w.candidate(3, true)
	w.Write(results.DecisionOut, decision)
	assert.Equal(t, 1, w.run(options{}))
	assert.Contains(t, w.Stderr, "is not the model that was judged")
	w.Write(results.Candidate, "not a zip")
	assert.Equal(t, 1, w.run(options{}))
	assert.Contains(t, w.Stderr, "not a model file")
	assert.Equal(t, a, w.champion())
}

// card puts a card of a model in place.
func (w *workshop) card(text, digest string) { w.Write(results.CandidateCard, text+" "+digest) }

func (w *workshop) championCard() string {
	w.t.Helper()
	data, err := os.ReadFile(w.Path(results.ChampionCard))
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(data), " ")
	return text
}

func TestTheCardGoesWithItsModel(t *testing.T) {
	w := newWorkshop(t)
	a := w.candidate(1, true)
	w.card("first", a)
	w.does(options{})
	assert.Equal(t, "first", w.championCard())

	w.card("longer", a)
	w.does(options{})
	assert.Equal(t, "longer", w.championCard(), "it was judged again")

	b := w.candidate(2, true)
	w.card("second", b)
	w.does(options{})
	assert.Equal(t, "second", w.championCard())

	w.does(options{rollback: true})
	assert.Equal(t, "longer", w.championCard())
	w.card("edited", b)
	w.does(options{})
	assert.Equal(t, a, w.champion(), "another card does not undo a rollback")
	assert.Equal(t, "longer", w.championCard())

	w.candidate(3, true)
	w.does(options{})
	assert.Empty(t, w.championCard(), "there is a card of another model only")
}

// A graph stays beside the model that it is of, and no other.
func TestTheGraphGoesWithItsModel(t *testing.T) {
	w := newWorkshop(t)
	a := w.promoted(1)
	w.Write(promotion.Graph, "a graph of "+a)
	w.does(options{force: "again"})
	assert.FileExists(t, w.Path(promotion.Graph))

	w.candidate(2, true)
	w.does(options{})
	assert.NoFileExists(t, w.Path(promotion.Graph))

	w.Write(promotion.Graph, "a graph of another")
	w.does(options{rollback: true})
	assert.NoFileExists(t, w.Path(promotion.Graph))
}
