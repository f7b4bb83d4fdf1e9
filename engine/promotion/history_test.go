package promotion

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/model/modeltest"
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
	assert.False(t, h.HasChampion())
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
	_, err = h.CarryOut(results.Decision{Candidate: a, Promote: true})
	require.ErrorContains(t, err, "is not the model that was judged")
	_, err = h.Force("a person says so")
	require.NoError(t, err)
	back, err := h.Rollback()
	require.NoError(t, err)
	assert.Equal(t, results.Event{Action: "rollback", Model: b, Champion: a, Reason: "asked for"}, back)

	again, err := Open(work)
	require.NoError(t, err)
	assert.True(t, again.HasChampion())
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
