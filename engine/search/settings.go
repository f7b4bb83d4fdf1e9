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
	"example.com/engine/config"
)

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
