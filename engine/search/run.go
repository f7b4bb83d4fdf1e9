package search

import (
	"context"

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
