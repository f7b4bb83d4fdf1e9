package search

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/metrics"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Dir is the folder of the trials' files, below the work folder.
const Dir = "reports/search/trials"

// Store keeps trials, one file each, that appears whole or not at all. Many
// processes may use it at once, on different trials.
type Store struct {
	dir string
}

// NewStore returns the store in a folder, which need not be there yet.
func NewStore(dir string) Store { return Store{dir} }

// path is that of the trial's file: 7.json, or 7-at-489.json with a budget.
func (s Store) path(number, budget int) string {
	name := fmt.Sprint(number)
	if budget > 0 {
		name += fmt.Sprintf("-at-%d", budget)
	}
	return filepath.Join(s.dir, name+".json")
}

// load returns the recorded trial, or nil if there is none with that key.
// Stale tells that there is one with another key, or a file that is none.
func (s Store) load(number, budget int, key string) (t *Trial, stale bool, err error) {
	data, err := os.ReadFile(s.path(number, budget))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	t = &Trial{}
	if json.Unmarshal(data, t) != nil || t.Key != key || t.Number != number || t.Budget != budget {
		return nil, true, nil
	}
	return t, false, nil
}

// save records a trial. The name of its temporary file is the process's own,
// so that two that run the same trial by mistake do not write into one file.
func (s Store) save(t *Trial) error {
	data, err := results.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	return stage.WriteAtomic(s.path(t.Number, t.Budget), fmt.Sprintf("search-%d", os.Getpid()), data)
}

// Clear removes temporary files that killed processes left. No other process
// may be writing trials.
func (s Store) Clear() error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".tmp-search-") {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// Trial is a candidate's cross-validation, or why there is none. It holds no
// clock: whoever runs it writes the same bytes.
type Trial struct {
	Number   int       `json:"trial"`
	Budget   int       `json:"budget,omitempty"` // of the halving's resource; 0 without one
	Settings []Setting `json:"settings"`
	// Error is why the candidate could not be fitted or scored.
	Error           string                  `json:"error,omitempty"`
	CrossValidation results.CrossValidation `json:"cross_validation"`
	// Key is the hash of all that the scores depend on.
	Key string `json:"key"`
}

// Score is the mean over the folds, NaN where there is none.
func (t *Trial) Score(metric string) float64 {
	if v, ok := t.CrossValidation.Mean[metric]; ok && t.Error == "" {
		return v
	}
	return math.NaN()
}

// Rank sorts trials, best first: those with more of the resource before those
// with less, those without a score last, equals by their number.
func Rank(trials []*Trial, m metrics.Metric) {
	slices.SortFunc(trials, func(a, b *Trial) int {
		x, y := a.Score(m.Name), b.Score(m.Name)
		return cmp.Or(
			cmp.Compare(b.Budget, a.Budget),
			order(m.Better(y, x) || math.IsNaN(x) && !math.IsNaN(y), m.Better(x, y) || math.IsNaN(y) && !math.IsNaN(x)),
			cmp.Compare(a.Number, b.Number),
		)
	})
}

func order(after, before bool) int {
	switch {
	case after:
		return 1
	case before:
		return -1
	}
	return 0
}
