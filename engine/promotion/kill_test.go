package promotion

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/partition"
	"example.com/engine/results"
	"example.com/engine/stage"
	"example.com/engine/table"
)

// withCompanions gives the candidate a card and a set of what it learned from.
func withCompanions(t *testing.T, work, digest string) string {
	t.Helper()
	rows := table.Must(table.Floats("x", []float64{1, 2, 3}))
	seen := must.Get(partition.Plan{Split: partition.DefaultSplit()}.Seen(rows))(t)
	require.NoError(t, os.WriteFile(filepath.Join(work, results.CandidateSeen), must.Get(seen.Encode(digest))(t), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(work, results.CandidateCard), []byte("a card of "+digest), 0o600))
	return digest
}

// crowned is a work folder whose champion is a, and in which b is the candidate.
func crowned(t *testing.T) (h *History, work, a, b string) {
	t.Helper()
	work = t.TempDir()
	h = must.Get(Open(work))(t)
	a = withCompanions(t, work, candidate(t, work, 1))
	must.Get(h.CarryOut(results.Decision{Candidate: a, Promote: true}))(t)
	return h, work, a, withCompanions(t, work, candidate(t, work, 2))
}

func quiet(string, ...any) {}

// consistent checks that the champion's place is as the history says, all of it.
func consistent(t *testing.T, work string) (champion string) {
	t.Helper()
	h := must.Get(Open(work))(t)
	champion = h.last().Champion
	require.Equal(t, champion, must.Get(stage.Digest(filepath.Join(work, results.Champion)))(t))
	require.Equal(t, champion, must.Get(stage.Digest(filepath.Join(work, results.Kept(champion))))(t))
	must.Get(partition.ReadSeen(filepath.Join(work, results.ChampionSeen), champion))(t)
	require.Equal(t, "a card of "+champion, string(must.Get(os.ReadFile(filepath.Join(work, results.ChampionCard)))(t)))
	return champion
}

// A kill after any of the writes of a promotion, a rollback or a forced promotion leaves
// one of the two champions, whole; the next call ends as if there had been no kill.
func TestKilledAfterAnyWrite(t *testing.T) {
	killed := errors.New("killed")
	for name, act := range map[string]func(h *History, a, b string) error{
		"promote": func(h *History, a, b string) error {
			_, err := h.CarryOut(results.Decision{Candidate: b, Champion: a, Promote: true})
			return err
		},
		"force":    func(h *History, _, _ string) error { _, err := h.Force("a test"); return err },
		"rollback": func(h *History, _, _ string) error { _, err := h.Rollback(); return err },
	} {
		for writes := 0; ; writes++ {
			h, work, a, b := crowned(t)
			want := b
			if name == "rollback" {
				must.Get(h.Force("so that there is one to roll back"))(t)
				want = a
			}
			events, left, whole := len(h.events), writes, h.write
			h.write = func(path string, data []byte) error {
				if left--; left < 0 {
					return killed
				}
				return whole(path, data)
			}
			err := h.Change(t.Context(), quiet, func() error { return act(h, a, b) })
			if err == nil {
				require.Greater(t, writes, 3, name)
				break
			}
			require.ErrorIs(t, err, killed)

			next := must.Get(Open(work))(t)
			there := must.Get(stage.Digest(filepath.Join(work, results.Champion)))(t)
			require.Contains(t, []string{a, b}, there, "%s: after %d writes", name, writes)
			require.NoError(t, next.Change(t.Context(), quiet, func() error {
				consistent(t, work)
				if len(next.events) > events { // it is done, and is not done twice
					return nil
				}
				return act(next, a, b)
			}))
			require.Equal(t, want, consistent(t, work), "%s: after %d writes", name, writes)
			require.Len(t, next.events, events+1, "%s: after %d writes", name, writes)
		}
	}
}

// What is missing, damaged or another model's is put back from the history, or from the
// champion's place to the history; only what is nowhere is not.
func TestWhatIsDamagedIsMended(t *testing.T) {
	h, work, a, b := crowned(t)
	must.Get(h.Force("a test"))(t)
	kept := results.Kept(b)
	said := ""
	change := func() {
		t.Helper()
		said = ""
		tell := func(format string, args ...any) { said += fmt.Sprintf(format, args...) }
		require.NoError(t, h.Change(t.Context(), tell, func() error { return nil }))
	}
	for _, path := range []string{results.Champion, results.ChampionSeen, results.ChampionCard, kept, keptSeen(b), keptCard(b)} {
		for _, data := range []string{"", "damaged", "a card of another"} {
			require.NoError(t, os.Remove(filepath.Join(work, path)))
			if data != "" {
				require.NoError(t, os.WriteFile(filepath.Join(work, path), []byte(data), 0o600))
			}
			require.Equal(t, path != results.Champion && path != results.ChampionCard, h.Agrees(), path)
			change()
			require.Equal(t, b, consistent(t, work), path)
			require.Equal(t, path == results.Champion, said != "", said)
			require.True(t, h.Agrees())
			for _, companion := range []string{keptSeen(b), keptCard(b)} {
				require.FileExists(t, filepath.Join(work, companion))
			}
		}
	}
	for _, name := range []string{"models/history/.tmp-promote-x.zip", "models/champion/.tmp-promote-y", "models/.tmp-promote-z"} {
		unfinished := filepath.Join(work, name)
		require.NoError(t, os.WriteFile(unfinished, nil, 0o600))
		change()
		require.NoFileExists(t, unfinished)
	}

	// Nowhere: a rollback gets past it.
	require.NoError(t, os.Remove(filepath.Join(work, kept)))
	require.NoError(t, os.Remove(filepath.Join(work, results.Champion)))
	change()
	require.Contains(t, said, "`make rollback` puts the one before back")
	require.NoError(t, h.Change(t.Context(), quiet, func() error { _, err := h.Rollback(); return err }))
	require.Equal(t, a, consistent(t, work))

	// A champion without a history begins one.
	require.NoError(t, os.Remove(filepath.Join(work, results.History)))
	require.Equal(t, a, must.Get(must.Get(Open(work))(t).Champion())(t))
	require.False(t, must.Get(Open(work))(t).Agrees())
	change()
	require.Equal(t, "found in the champion's place", h.last().Reason)
	require.Equal(t, a, consistent(t, work))
}

// Who writes at the same time does so in turn: no event is lost, and the last is the
// champion's.
func TestManyAtOnce(t *testing.T) {
	h, work, _, b := crowned(t)
	must.Get(h.Force("a second"))(t)
	const each = 10
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for i := range each {
				h, err := Open(work)
				if err == nil {
					err = h.Change(context.Background(), quiet, func() error {
						if k%2 == 0 {
							_, err := h.Force(fmt.Sprint(k, i))
							return err
						}
						_, err := h.CarryOut(results.Decision{Candidate: fmt.Sprint(k, i), Champion: b, Reason: "poor"})
						return err
					})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, b, consistent(t, work))
	events := must.Get(results.ReadHistory(filepath.Join(work, results.History)))(t)
	require.Len(t, events, 2+4*each)
}

// What was rolled back stays so, also if its decision is carried out again.
func TestRolledBackStaysSo(t *testing.T) {
	h, work, a, b := crowned(t)
	d := results.Decision{Candidate: b, Champion: a, Promote: true}
	must.Get(h.CarryOut(d))(t)
	require.False(t, h.Stale(d))
	must.Get(h.Rollback())(t)
	require.False(t, h.Stale(d))
	event := must.Get(h.CarryOut(d))(t)
	require.Equal(t, "keep", event.Action)
	require.Contains(t, event.Reason, "it was rolled back, and stays so")
	require.Equal(t, a, consistent(t, work))
	must.Get(h.Force("now it may"))(t)
	require.Equal(t, b, consistent(t, work))
	require.True(t, h.Stale(results.Decision{Candidate: "c", Champion: a}))
}
