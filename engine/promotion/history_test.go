package promotion

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
	"example.com/engine/must"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// candidate puts a model in place that differs by its seed, and returns its digest.
func candidate(t *testing.T, work string, seed uint64) string {
	t.Helper()
	rows := table.Must(table.Floats("x", []float64{1, 2, 3}), table.Floats("y", []float64{1, 3, 4}))
	m := modeltest.Fit(t, fmt.Sprintf("seed: %d\nremainder: passthrough", seed), rows)
	return modeltest.Save(t, m, filepath.Join(work, results.Candidate)).Digest()
}

// What is done twice, as after a kill, is noted once; another reader finds it.
func TestCarryOutTwice(t *testing.T) {
	work := t.TempDir()
	h, err := Open(work)
	require.NoError(t, err)
	_, err = h.Rollback()
	require.EqualError(t, err, "there is no champion before this one to go back to")

	a := candidate(t, work, 1)
	event, err := h.CarryOut(results.Decision{Candidate: a, Reason: "poor"})
	require.NoError(t, err)
	assert.Equal(t, "no champion, so there is nothing to serve", Outcome(event))
	good := results.Decision{Candidate: a, Promote: true, Reason: "good"}
	first, err := h.CarryOut(good)
	require.NoError(t, err)
	second, err := h.CarryOut(good)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, "the candidate is champion", Outcome(first))

	b := candidate(t, work, 2)
	_, err = h.CarryOut(results.Decision{Candidate: "c", Champion: a, Promote: true})
	require.ErrorContains(t, err, "is not the model that was judged")
	_, err = h.CarryOut(results.Decision{Candidate: b, Promote: true})
	require.ErrorContains(t, err, "the candidate was compared with another champion (none, not "+a[:12]+"): run `make evaluate`")
	_, err = h.Force("a person says so")
	require.NoError(t, err)
	back, err := h.Rollback()
	require.NoError(t, err)
	assert.Equal(t, results.Event{Action: "rollback", Model: b, Champion: a, Reason: "asked for", Reference: a}, back)

	again, err := Open(work)
	require.NoError(t, err)
	assert.True(t, again.Agrees())
	require.Len(t, again.events, 4)
	assert.Equal(t, back, again.last())
	digest, err := stage.Digest(filepath.Join(work, results.Champion))
	require.NoError(t, err)
	assert.Equal(t, a, digest)
}

// What was rolled back is never returned to.
func TestReigns(t *testing.T) {
	for _, c := range []struct{ events, want string }{
		{"", ""}, {"a", ""}, {"ab", "a"}, {"ab<", ""}, {"ab<c", "a"}, {"ab<cd<", "a"}, {"aba", "b"}, {"abb", "a"},
	} {
		h := &History{}
		stack := ""
		for _, name := range c.events {
			e := results.Event{Action: "promote", Champion: string(name)}
			if name == '<' {
				stack = stack[:len(stack)-1]
				e = results.Event{Action: "rollback", Champion: stack[len(stack)-1:]}
			} else {
				stack += string(name)
			}
			h.events = append(h.events, e)
		}
		before := ""
		if reigns := h.reigns(); len(reigns) > 1 {
			before = reigns[len(reigns)-2].champion
		}
		assert.Equal(t, c.want, before, "%q", c.events)
	}
}

// The set of what a model learned from goes with it, and is nowhere else; one of
// another model is none.
func TestSeenGoesWithItsModel(t *testing.T) {
	work := t.TempDir()
	h := must.Get(Open(work))(t)
	rows := table.Must(table.Floats("x", []float64{1, 2, 3}))
	seen := must.Get(partition.Plan{Split: partition.DefaultSplit()}.Seen(rows))(t)
	place := func(of string) {
		t.Helper()
		file := must.Get(seen.Encode(of))(t)
		require.NoError(t, os.WriteFile(filepath.Join(work, results.CandidateSeen), file, 0o600))
	}
	beside := filepath.Join(work, results.ChampionSeen)
	a := candidate(t, work, 1)
	place(a)
	must.Get(h.CarryOut(results.Decision{Candidate: a, Promote: true}))(t)
	must.Get(h.Seen(a))(t)
	require.FileExists(t, beside)

	b := candidate(t, work, 2)
	must.Get(h.Force("it has none of its own"))(t)
	require.NoFileExists(t, beside)
	_, err := h.Seen(b)
	require.ErrorIs(t, err, os.ErrNotExist)
	place(b)
	must.Get(h.Force("now it has"))(t)
	must.Get(h.Seen(b))(t)

	must.Get(h.Rollback())(t)
	must.Get(partition.ReadSeen(beside, a))(t)
	require.NoError(t, os.Remove(filepath.Join(work, keptSeen(a))))
	must.Get(h.Seen(a))(t)

	// Open finds a model in the history, or in the champion's place.
	require.Equal(t, b, must.Get(h.Open(b))(t).Digest())
	require.NoError(t, os.Remove(filepath.Join(work, results.Kept(a))))
	require.Equal(t, a, must.Get(h.Open(a))(t).Digest())
	require.NoError(t, os.Remove(filepath.Join(work, results.Kept(b))))
	_, err = h.Open(b)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Champions must not fall behind the reference that came with the present one.
func TestReference(t *testing.T) {
	work := t.TempDir()
	h := must.Get(Open(work))(t)
	require.Empty(t, h.Reference())
	a := candidate(t, work, 1)
	must.Get(h.CarryOut(results.Decision{Candidate: a, Promote: true}))(t)
	require.Equal(t, a, h.Reference(), "as a decision of before there were references says")
	b := candidate(t, work, 2)
	must.Get(h.CarryOut(results.Decision{Candidate: b, Champion: a, Promote: true, Reference: a}))(t)
	require.Equal(t, a, h.Reference())
	must.Get(h.CarryOut(results.Decision{Candidate: "x"}))(t)
	require.Equal(t, a, h.Reference())
	must.Get(h.Force("a person says so"))(t)
	require.Equal(t, b, h.Reference())
	c := candidate(t, work, 3)
	must.Get(h.CarryOut(results.Decision{Candidate: c, Champion: b, Promote: true, Reference: c}))(t)
	require.Equal(t, c, must.Get(Open(work))(t).Reference())
	require.Equal(t, b, must.Get(h.Rollback())(t).Reference)
	require.Equal(t, b, h.Reference())
	require.Equal(t, b, must.Get(h.Champion())(t))
}
