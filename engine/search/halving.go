package search

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"example.com/engine/config"
	"example.com/engine/selection"
)

// Rows is the resource of a halving that gives early rungs fewer training rows.
const Rows = "rows"

// What the first rung may begin with, besides a number.
const (
	Exhaust  = "exhaust"  // as much as makes the last rung use all there is
	Smallest = "smallest" // as little as can be: two rows a fold and class, or 1
)

// HalvingSettings are those of successive halving (Jamieson and Talwalkar,
// Non-stochastic Best Arm Identification and Hyperparameter Optimization,
// AISTATS 2016), under the names of scikit-learn's HalvingRandomSearchCV: all
// candidates are scored with little of a resource, the best 1/Factor of them
// with Factor times as much, and so on. Every rung costs about the same.
//
// Note: scikit-learn takes a share of the held-out rows as well. Here scores
// are of all of them, as predicting costs little beside fitting and a score of
// more rows ranks better.
type HalvingSettings struct {
	Factor int `yaml:"factor" validate:"gte=2"`
	// Resource is rows, or the path of a setting that is a number of rounds,
	// such as estimator.random_forest_regressor.n_estimators.
	Resource     string `yaml:"resource" validate:"required"`
	MinResources Least  `yaml:"min_resources"`
	// MaxResources is what the last rung may use; 0 is all rows.
	MaxResources int `yaml:"max_resources" validate:"gte=0"`
	// AggressiveElimination keeps to the least of the resource until Factor
	// candidates or fewer can have the most of it.
	AggressiveElimination bool `yaml:"aggressive_elimination"`
}

// Least is exhaust, smallest, or a number.
type Least struct {
	word   string
	Number int
}

// UnmarshalYAML reads a word or a number.
func (l *Least) UnmarshalYAML(node ast.Node) error {
	if word := textOf(node); word == Exhaust || word == Smallest {
		*l = Least{word: word}
		return nil
	}
	*l = Least{}
	if err := config.Decode(node, &l.Number); err != nil {
		return fmt.Errorf("expected %s, %s or a whole number, got %s", Exhaust, Smallest, flow(node))
	}
	if l.Number < 1 {
		return fmt.Errorf("%d is less than 1", l.Number)
	}
	return nil
}

// MarshalJSON writes the word or the number.
func (l Least) MarshalJSON() ([]byte, error) {
	if l.word != "" {
		return json.Marshal(l.word)
	}
	return json.Marshal(l.Number)
}

// Rung is a round of trials with the same amount of the resource.
type Rung struct {
	Budget     int `json:"budget"` // 0 where there is no resource: all rows, settings as they are
	Candidates int `json:"candidates"`
}

// Rungs returns how many candidates get how much of the resource, of which
// there is most at most, and smallest at least. The numbers are
// scikit-learn's, up to its rounding: it takes the logarithm of 243 to the
// base 3 for less than 5, and gives 243 candidates a rung less.
func (h HalvingSettings) Rungs(candidates, smallest, most int) ([]Rung, error) {
	if h.MaxResources > 0 {
		most = min(most, h.MaxResources)
	}
	required := 1 + logarithm(candidates, h.Factor)
	least := smallest
	switch {
	case h.MinResources.Number > 0:
		least = h.MinResources.Number
	case h.MinResources.word == Exhaust:
		least = max(smallest, most/power(h.Factor, required-1))
	}
	if least > most {
		return nil, fmt.Errorf("search.halving: the first rung needs %d of %s, and there are %d", least, h.Resource, most)
	}
	possible := 1 + logarithm(most/least, h.Factor)
	count := min(required, possible)
	if h.AggressiveElimination {
		count = required
	}
	rungs := make([]Rung, count)
	for i := range rungs {
		times := i
		if h.AggressiveElimination {
			times = max(0, i-required+possible)
		}
		rungs[i] = Rung{min(least*power(h.Factor, times), most), candidates}
		candidates = h.keep(candidates)
	}
	return rungs, nil
}

// keep returns how many of the candidates of a rung go on.
func (h HalvingSettings) keep(candidates int) int { return (candidates + h.Factor - 1) / h.Factor }

// MostRungs returns how many rungs there are at most, whatever the data.
func (s *Settings) MostRungs(candidates int) int {
	if s.Strategy != Halving {
		return 1
	}
	return 1 + logarithm(candidates, s.Halving.Factor)
}

// logarithm is the largest k with base^k ≤ n, for n ≥ 1.
func logarithm(n, base int) int {
	k := 0
	for ; n >= base; n /= base {
		k++
	}
	return k
}

func power(base, k int) int {
	p := 1
	for range k {
		p *= base
	}
	return p
}

// Subsample returns the folds with the given share of their training rows,
// drawn, and all of their held-out ones. What is drawn for a smaller share is
// part of what is drawn for a larger one by the same rng.
func Subsample(folds []selection.Fold, rows, of int, rng *rand.Rand) []selection.Fold {
	out := make([]selection.Fold, len(folds))
	for k, f := range folds {
		order := rng.Perm(len(f.Train))
		chosen := order[:max(1, len(f.Train)*rows/of)]
		slices.Sort(chosen)
		out[k] = selection.Fold{Train: selection.Take(f.Train, chosen), Test: f.Test}
	}
	return out
}
