// Package search looks for the settings of a model that cross-validate best:
// at random, over a grid, or by successive halving.
//
// A space names settings of model.yaml and what to try for each. From it come
// candidates, numbered from 0; a candidate depends on the seed and its number
// alone, so that any number of processes agree on what trial 17 is without
// talking to each other. A trial is a candidate's cross-validation. It is
// recorded in a file of its own when it finishes, under a key that is the hash
// of all that its scores depend on: what was recorded is not done again, and
// what no longer holds is not believed.
//
// Candidate 0 is the configuration as it stands, so that a search also tells
// what it was worth.
package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/results"
	"example.com/engine/stage"
)

// Search is a search about to run.
type Search struct {
	Candidates []Candidate
	Rungs      []Rung
	Metric     metrics.Metric
	Store      Store
	// Key returns the hash of all that a trial's scores depend on.
	Key func(c Candidate, budget int) (string, error)
	// Evaluate cross-validates. Its error is the candidate's fault and is
	// recorded as such, unless ctx has ended.
	Evaluate func(ctx context.Context, c Candidate, budget int) (results.CrossValidation, error)
	// Workers is how many trials run at a time.
	Workers int
	// Begin, where it is not nil, is called before the trials of a rung.
	Begin func(Progress)
	// Done, where it is not nil, is called after each trial.
	Done func()
}

// Progress counts the trials of a rung, or of a share of one.
type Progress struct {
	Rung     int
	Recorded int // that hold
	Stale    int // that were of other settings, data or code, or are damaged
	Todo     int
}

// Share is the part of a rung that one of several processes runs: the trials
// that stand at Index, Index + Of, Index + 2·Of, … in the order of their
// numbers.
type Share struct {
	Index, Of, Rung int
}

// Run does what is not recorded yet of every rung, one after the other, and
// returns all trials.
func (s *Search) Run(ctx context.Context) ([]*Trial, error) {
	return s.climb(len(s.Rungs), func(r *round) error {
		return s.do(ctx, r, Share{0, 1, r.number})
	})
}

// RunShare does what is not recorded yet of a share. The rungs below must be
// complete. In a rung that the search does not have there is nothing to do.
func (s *Search) RunShare(ctx context.Context, share Share) error {
	if share.Rung >= len(s.Rungs) {
		return nil
	}
	_, err := s.climb(share.Rung+1, func(r *round) error {
		if r.number < share.Rung {
			return r.complete()
		}
		return s.do(ctx, r, share)
	})
	return err
}

// Recorded returns all trials; one that is not recorded is an error.
func (s *Search) Recorded() ([]*Trial, error) {
	return s.climb(len(s.Rungs), (*round).complete)
}

// climb goes through the first rungs. Of each it finds what is recorded and
// lets work do the rest; the best of it are the candidates of the next.
func (s *Search) climb(rungs int, work func(*round) error) ([]*Trial, error) {
	var all []*Trial
	candidates := s.Candidates
	for number := range rungs {
		r, err := s.find(number, candidates)
		if err != nil {
			return nil, err
		}
		if err := work(r); err != nil {
			return nil, err
		}
		all = append(all, r.trials...)
		if number+1 == rungs {
			break
		}
		if candidates, err = r.best(s.Rungs[number+1].Candidates, s.Metric); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// The strategies.
const (
	Random  = "random"  // draws Trials candidates
	Grid    = "grid"    // tries every point of the space
	Halving = "halving" // draws as Random does, and gives up on the worse ones early
)

// Strategies are all of them.
var Strategies = []string{Random, Grid, Halving}

// MaxTrials bounds the candidates of a search.
const MaxTrials = 100_000

// Settings is the section `search` of model.yaml.
type Settings struct {
	Strategy string `yaml:"strategy" validate:"oneof=random grid halving"`
	// Trials is the number of candidates, the configuration as it stands among
	// them. A grid has its own number.
	Trials  int             `yaml:"trials" validate:"gte=1,lte=100000"`
	Seed    uint64          `yaml:"seed"`
	Halving HalvingSettings `yaml:"halving"`
	Space   Space           `yaml:"space"`
}

// Default returns the settings that hold where model.yaml is silent.
func Default() Settings {
	return Settings{
		Strategy: Random, Trials: 20, Seed: 42,
		Halving: HalvingSettings{Factor: 3, Resource: Rows, MinResources: Least{word: Exhaust}},
	}
}

// Validate checks what tags can't say.
func (s *Settings) Validate() error {
	if s.Halving.Resource != Rows && s.Halving.MaxResources == 0 {
		return config.Invalid("halving.max_resources", "must be given where the resource is a setting")
	}
	if low, high := s.Halving.MinResources.Number, s.Halving.MaxResources; high > 0 && low > high {
		return config.Invalid("halving.min_resources", "%d is more than max_resources, %d", low, high)
	}
	return nil
}

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
