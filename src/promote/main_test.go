package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/config"
	"example.com/engine/model"
	"example.com/engine/promotion"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// workshop is a folder in which models are made, judged and promoted.
type workshop struct {
	t      *testing.T
	dir    string
	stderr string
}

// candidate puts a model in place that differs by its seed, with a decision.
func (w *workshop) candidate(seed uint64, promote bool) (digest string) {
	w.t.Helper()
	r := model.Recipe{Config: model.DefaultConfig()}
	require.NoError(w.t, config.Parse("model.yaml", []byte("remainder: passthrough"), &r.Config))
	r.Config.Seed = seed
	r.Schema = schema.Schema{Target: "y", Columns: []schema.Column{{Name: "x", Type: schema.Number}, {Name: "y", Type: schema.Number}}}
	m, err := r.Fit(context.Background(), table.Must(table.Floats("x", []float64{1, 2, 3}), table.Floats("y", []float64{1, 3, 4})))
	require.NoError(w.t, err)
	var file bytes.Buffer
	require.NoError(w.t, m.Save(&file))
	w.write(results.Candidate, file.Bytes())
	digest, err = stage.Digest(filepath.Join(w.dir, results.Candidate))
	require.NoError(w.t, err)
	decision, err := results.Marshal(results.Decision{Candidate: digest, Promote: promote, Reason: "a test"})
	require.NoError(w.t, err)
	w.write(results.DecisionOut, decision)
	return digest
}

func (w *workshop) write(path string, data []byte) {
	path = filepath.Join(w.dir, path)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(w.t, os.WriteFile(path, data, 0o644))
}

func (w *workshop) run(o options) (status int) {
	var stdout, stderr bytes.Buffer
	status = stage.Exec("promote", []string{"-config", w.t.TempDir(), "-work", w.dir}, &stdout, &stderr,
		func(s *stage.Stage) error { return run(s, o) })
	w.stderr = stderr.String()
	return status
}

func (w *workshop) champion() string {
	w.t.Helper()
	digest, err := stage.Digest(filepath.Join(w.dir, results.Champion))
	require.NoError(w.t, err)
	return digest
}

func (w *workshop) actions() (actions []string) {
	w.t.Helper()
	var events []results.Event
	require.NoError(w.t, results.Read(filepath.Join(w.dir, results.History), &events))
	for _, e := range events {
		actions = append(actions, e.Action)
	}
	return actions
}

// What was rolled back is never returned to, whatever was promoted in between.
func TestRollbackWalksBack(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	assert.Equal(t, 1, w.run(options{rollback: true}), "nothing to go back to")

	a := w.candidate(1, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, 1, w.run(options{rollback: true}), "nothing before the first")
	assert.Equal(t, a, w.champion())

	b := w.candidate(2, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, b, w.champion())
	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.Equal(t, a, w.champion())
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, a, w.champion(), "a decision is carried out once")

	c := w.candidate(3, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, c, w.champion())
	d := w.candidate(4, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, d, w.champion())
	for _, before := range []string{c, a} {
		require.Zero(t, w.run(options{rollback: true}), w.stderr)
		assert.Equal(t, before, w.champion())
	}
	assert.Equal(t, 1, w.run(options{rollback: true}), "b was rolled back")
	assert.Equal(t, a, w.champion())
	assert.Equal(t, []string{"promote", "promote", "rollback", "promote", "promote", "rollback", "rollback"}, w.actions())
}

// The same model can become champion again after another one.
func TestPromotedTwice(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	a := w.candidate(1, true)
	require.Zero(t, w.run(options{}), w.stderr)
	b := w.candidate(2, true)
	require.Zero(t, w.run(options{}), w.stderr)
	require.Equal(t, a, w.candidate(1, true))
	require.Zero(t, w.run(options{}), w.stderr)
	require.Equal(t, a, w.champion())
	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.Equal(t, b, w.champion())
	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.Equal(t, a, w.champion())
}

func TestKeptAndForced(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	a := w.candidate(1, true)
	require.Zero(t, w.run(options{}), w.stderr)
	b := w.candidate(2, false)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, a, w.champion())
	require.Zero(t, w.run(options{force: "asked for"}), w.stderr)
	assert.Equal(t, b, w.champion())
	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.Equal(t, a, w.champion())
	assert.Equal(t, []string{"promote", "keep", "promote", "rollback"}, w.actions())
}

// A model that nobody judged, or a damaged one, never becomes champion.
func TestForeignCandidates(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	a := w.candidate(1, true)
	require.Zero(t, w.run(options{}), w.stderr)
	w.candidate(2, true)
	decision, err := os.ReadFile(filepath.Join(w.dir, results.DecisionOut))
	require.NoError(t, err)
	w.candidate(3, true)
	w.write(results.DecisionOut, decision)
	assert.Equal(t, 1, w.run(options{}))
	assert.Contains(t, w.stderr, "is not the model that was judged")
	w.write(results.Candidate, []byte("not a zip"))
	assert.Equal(t, 1, w.run(options{}))
	assert.Contains(t, w.stderr, "not a model file")
	assert.Equal(t, a, w.champion())
}

// card puts a card of a model in place.
func (w *workshop) card(text, digest string) { w.write(results.CandidateCard, []byte(text+" "+digest)) }

func (w *workshop) championCard() string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, results.ChampionCard))
	if err != nil {
		return ""
	}
	text, _, _ := strings.Cut(string(data), " ")
	return text
}

func TestTheCardGoesWithItsModel(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	a := w.candidate(1, true)
	w.card("first", a)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, "first", w.championCard())

	w.card("longer", a)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, "longer", w.championCard(), "it was judged again")

	b := w.candidate(2, true)
	w.card("second", b)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, "second", w.championCard())

	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.Equal(t, "longer", w.championCard())
	w.card("edited", b)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Equal(t, a, w.champion(), "another card does not undo a rollback")
	assert.Equal(t, "longer", w.championCard())

	w.candidate(3, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.Empty(t, w.championCard(), "there is a card of another model only")
}

// A graph stays beside the model that it is of, and no other.
func TestTheGraphGoesWithItsModel(t *testing.T) {
	w := &workshop{t: t, dir: t.TempDir()}
	a := w.candidate(1, true)
	require.Zero(t, w.run(options{}), w.stderr)
	w.write(promotion.Graph, []byte("a graph of "+a))
	require.Zero(t, w.run(options{force: "again"}), w.stderr)
	assert.FileExists(t, filepath.Join(w.dir, promotion.Graph))

	w.candidate(2, true)
	require.Zero(t, w.run(options{}), w.stderr)
	assert.NoFileExists(t, filepath.Join(w.dir, promotion.Graph))

	w.write(promotion.Graph, []byte("a graph of another"))
	require.Zero(t, w.run(options{rollback: true}), w.stderr)
	assert.NoFileExists(t, filepath.Join(w.dir, promotion.Graph))
}
