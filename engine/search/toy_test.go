package search

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/engine/metrics"
	"example.com/engine/results"
)

// toy is a search whose score is a function of the settings: the distance of
// alpha from 1, more uncertain the less there is of the resource.
type toy struct {
	*Search
	mutex     sync.Mutex
	evaluated []string // "trial 3 at 20"
	code      string   // part of the key
	progress  []Progress
}

func newToy(t testing.TB, dir, text string) *toy {
	t.Helper()
	s := settings(t, text)
	list, err := s.Candidates()
	require.NoError(t, err)
	rungs := []Rung{{Candidates: len(list)}}
	if s.Strategy == Halving {
		rungs, err = s.Halving.Rungs(len(list), 1, 81)
		require.NoError(t, err)
	}
	metric, err := metrics.Lookup("rmse")
	require.NoError(t, err)
	toy := &toy{}
	toy.Search = &Search{
		Candidates: list, Rungs: rungs, Metric: metric, Store: NewStore(dir), Workers: 3,
		Key: func(c Candidate, budget int) (string, error) {
			return fmt.Sprint(toy.code, c.describe(), budget), nil
		},
		Evaluate: toy.evaluate,
		Begin:    func(p Progress) { toy.progress = append(toy.progress, p) },
	}
	return toy
}

func (s *toy) evaluate(_ context.Context, c Candidate, budget int) (results.CrossValidation, error) {
	s.mutex.Lock()
	s.evaluated = append(s.evaluated, fmt.Sprintf("trial %d at %d", c.Number, budget))
	s.mutex.Unlock()
	if len(c.Settings) == 0 {
		return scoresOf(5, 5), nil
	}
	alpha := c.Settings[0].Value.(float64)
	if alpha > 50 {
		return results.CrossValidation{}, errors.New("fold 1 of 2: did not converge")
	}
	score := math.Abs(math.Log(alpha))
	return scoresOf(score, score+1/float64(budget+1)), nil
}

func scoresOf(values ...float64) results.CrossValidation {
	cv := results.CrossValidation{Strategy: "kfold"}
	for _, v := range values {
		cv.Folds = append(cv.Folds, results.Fold{TrainRows: 8, TestRows: 2, Scores: results.Scores{"rmse": v}})
	}
	cv.Summarize()
	return cv
}

// filesOf returns the content of every file of a folder by its name.
func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.Base(path)] = string(data)
		return err
	}))
	return files
}
