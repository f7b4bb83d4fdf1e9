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
	"context"

	"example.com/engine/config"
	"example.com/engine/metrics"
	"example.com/engine/results"
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
