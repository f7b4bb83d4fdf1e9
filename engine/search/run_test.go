package search

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/must"
	"example.com/engine/results"
)

const (
	randomSpace  = "{trials: 12, space: {estimator.ridge.alpha: {log_uniform: [0.01, 100]}}}"
	halvingSpace = "{trials: 27, strategy: halving, space: {estimator.ridge.alpha: {log_uniform: [0.01, 100]}}}"
)

// ran returns a search that was run, with its trials.
func ran(t *testing.T, dir, text string) (*toy, []*Trial) {
	t.Helper()
	s := newToy(t, dir, text)
	trials := must.Get(s.Run(t.Context()))(t)
	return s, trials
}

func TestRunRecordsEachTrial(t *testing.T) {
	s, trials := ran(t, t.TempDir(), randomSpace)
	require.Len(t, trials, 12)
	assert.Len(t, s.evaluated, 12)
	assert.Equal(t, []Progress{{Todo: 12}}, s.progress)
	files := filesOf(t, s.Store.dir)
	assert.Len(t, files, 12)
	assert.Equal(t, `{
  "trial": 0,
  "settings": [],
  "cross_validation": {
    "strategy": "kfold",
    "folds": [
      {
        "train_rows": 8,
        "test_rows": 2,
        "scores": {
          "rmse": 5
        }
      },
      {
        "train_rows": 8,
        "test_rows": 2,
        "scores": {
          "rmse": 5
        }
      }
    ],
    "mean": {
      "rmse": 5
    },
    "std_dev": {
      "rmse": 0
    },
    "std_err": {
      "rmse": 0
    }
  },
  "key": "0"
}
`, files["0.json"])

	again, recorded := ran(t, s.Store.dir, randomSpace)
	assert.Empty(t, again.evaluated)
	assert.Equal(t, trials, recorded, "what is read is what was written")
	assert.Equal(t, []Progress{{Recorded: 12}}, again.progress)
}

// A search that ends at any trial goes on with those that are missing, and ends
// with the same files as one that was left alone.
func TestRunGoesOnWhereItWas(t *testing.T) {
	for _, text := range []string{randomSpace, halvingSpace} {
		undisturbed, _ := ran(t, t.TempDir(), text)
		want := filesOf(t, undisturbed.Store.dir)

		n := len(want)
		for _, after := range []int{0, 1, n / 3, n / 2, n - 4, n - 1} {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			first := newToy(t, dir, text)
			first.Workers = 1
			var done int
			first.Done = func() {
				if done++; done == after {
					cancel()
				}
			}
			if after == 0 {
				cancel()
			}
			require.ErrorIs(t, must.Err(first.Run(ctx)), context.Canceled)
			require.Len(t, filesOf(t, dir), after)

			second, _ := ran(t, dir, text)
			assert.Equal(t, want, filesOf(t, dir))
			assert.Len(t, second.evaluated, n-after, "none is done again")
		}
	}
}

// Shares that run one after the other, in any order, give what one process does.
func TestSharesGiveTheSame(t *testing.T) {
	for _, text := range []string{randomSpace, halvingSpace} {
		whole, want := ran(t, t.TempDir(), text)
		dir := t.TempDir()
		for rung := range whole.Rungs {
			for _, index := range []int{2, 0, 3, 1} {
				require.NoError(t, newToy(t, dir, text).RunShare(t.Context(), Share{index, 4, rung}))
			}
		}
		got := must.Get(newToy(t, dir, text).Recorded())(t)
		assert.Equal(t, want, got)
		assert.Equal(t, filesOf(t, whole.Store.dir), filesOf(t, dir))
	}
}

func TestShareIsItsNumbers(t *testing.T) {
	s := newToy(t, t.TempDir(), randomSpace)
	require.NoError(t, s.RunShare(t.Context(), Share{Index: 1, Of: 5}))
	slices.Sort(s.evaluated)
	assert.Equal(t, []string{"trial 1 at 0", "trial 11 at 0", "trial 6 at 0"}, s.evaluated)
	require.NoError(t, s.RunShare(t.Context(), Share{Index: 0, Of: 5, Rung: 7}), "no such rung")

	_, err := s.Recorded()
	assert.EqualError(t, err, "9 of the 12 trials of rung 0 are not recorded: 0, 2, 3, 4, 5, 7, 8, 9, 10; run their shares, or the search as a whole")

	h := newToy(t, t.TempDir(), halvingSpace)
	require.NoError(t, h.RunShare(t.Context(), Share{Index: 0, Of: 2}))
	err = h.RunShare(t.Context(), Share{Index: 0, Of: 2, Rung: 1})
	assert.ErrorContains(t, err, "13 of the 27 trials of rung 0 are not recorded: 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, and 3 more")
}

// What was recorded of other code, or is damaged, is done again; more trials
// keep those that are there.
func TestStaleAndMore(t *testing.T) {
	s, _ := ran(t, t.TempDir(), randomSpace)
	want := filesOf(t, s.Store.dir)

	require.NoError(t, os.WriteFile(s.Store.path(3, 0), []byte(want["3.json"][:40]), 0o600))
	require.NoError(t, os.WriteFile(s.Store.path(4, 0), nil, 0o600))
	renumbered := strings.Replace(want["5.json"], `"trial": 5`, `"trial": 6`, 1)
	require.NoError(t, os.WriteFile(s.Store.path(5, 0), []byte(renumbered), 0o600))
	damaged, _ := ran(t, s.Store.dir, randomSpace)
	assert.Equal(t, []Progress{{Recorded: 9, Stale: 3, Todo: 3}}, damaged.progress)
	assert.Equal(t, want, filesOf(t, s.Store.dir))

	more, _ := ran(t, s.Store.dir, "{trials: 15, space: {estimator.ridge.alpha: {log_uniform: [0.01, 100]}}}")
	assert.Equal(t, []Progress{{Recorded: 12, Todo: 3}}, more.progress)

	other := newToy(t, s.Store.dir, randomSpace)
	other.code = "new"
	must.Get(other.Run(t.Context()))(t)
	assert.Equal(t, []Progress{{Stale: 12, Todo: 12}}, other.progress)
}

// Halving scores the best again with more, and never more than it has to.
func TestHalvingKeepsTheBest(t *testing.T) {
	s, trials := ran(t, t.TempDir(), halvingSpace)
	assert.Equal(t, []Rung{{3, 27}, {9, 9}, {27, 3}, {81, 1}}, s.Rungs)
	for from, at := 0, 0; at+1 < len(s.Rungs); at++ {
		rung := slices.Clone(trials[from : from+s.Rungs[at].Candidates])
		from += len(rung)
		Rank(rung, s.Metric)
		var best, next []int
		for _, trial := range rung[:s.Rungs[at+1].Candidates] {
			best = append(best, trial.Number)
		}
		for _, trial := range trials[from : from+s.Rungs[at+1].Candidates] {
			next = append(next, trial.Number)
		}
		slices.Sort(best)
		assert.Equal(t, best, next)
	}
}

// A candidate that can't be fitted is a trial without a score, not an end.
func TestFailedTrial(t *testing.T) {
	s, trials := ran(t, t.TempDir(), halvingSpace)
	rung := trials[:27]
	Rank(rung, s.Metric)
	last := rung[26]
	assert.Equal(t, "fold 1 of 2: did not converge", last.Error)
	assert.True(t, math.IsNaN(last.Score("rmse")))
	assert.Empty(t, rung[0].Error)

	s.Evaluate = func(context.Context, Candidate, int) (results.CrossValidation, error) {
		return results.CrossValidation{}, errors.New("singular")
	}
	s.Store = NewStore(t.TempDir())
	assert.EqualError(t, must.Err(s.Run(t.Context())), "none of 27 trials has a score; trial 0: singular")
}

// A trial that was under way when the search was told to end is no trial.
func TestInterruptedTrialIsNotRecorded(t *testing.T) {
	s := newToy(t, t.TempDir(), randomSpace)
	ctx, cancel := context.WithCancel(t.Context())
	s.Workers = 1
	s.Evaluate = func(ctx context.Context, c Candidate, _ int) (results.CrossValidation, error) {
		if c.Number == 2 {
			cancel()
		}
		return scoresOf(1), ctx.Err()
	}
	require.ErrorIs(t, must.Err(s.Run(ctx)), context.Canceled)
	assert.Len(t, filesOf(t, s.Store.dir), 2)
}

func TestRunEndsWhereTrialsCannotBeRecorded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(dir, nil, 0o600))
	_, err := newToy(t, dir, randomSpace).Run(t.Context())
	require.Error(t, err)
	assert.NotErrorIs(t, err, context.Canceled)
}

func TestClear(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"1.json", ".tmp-search-77-3.json", ".tmp-other"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	require.NoError(t, NewStore(dir).Clear())
	assert.NotContains(t, filesOf(t, dir), ".tmp-search-77-3.json")
	assert.Len(t, filesOf(t, dir), 2)
	require.NoError(t, NewStore(filepath.Join(dir, "none")).Clear())
}
