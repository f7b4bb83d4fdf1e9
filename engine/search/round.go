package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"example.com/engine/metrics"
)

// round is a rung with its candidates, in the order of their numbers.
type round struct {
	number     int
	budget     int
	candidates []Candidate
	keys       []string
	trials     []*Trial // nil where there is no record that holds
	stale      []bool
}

// find looks up what is recorded of a rung.
func (s *Search) find(number int, candidates []Candidate) (*round, error) {
	n := len(candidates)
	r := &round{number, s.Rungs[number].Budget, candidates, make([]string, n), make([]*Trial, n), make([]bool, n)}
	for i, c := range candidates {
		var err error
		if r.keys[i], err = s.Key(c, r.budget); err != nil {
			return nil, err
		}
		if r.trials[i], r.stale[i], err = s.Store.load(c.Number, r.budget, r.keys[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// complete returns an error that names what is not recorded.
func (r *round) complete() error {
	var missing []string
	for i, t := range r.trials {
		if t == nil {
			missing = append(missing, fmt.Sprint(r.candidates[i].Number))
		}
	}
	const shown = 10
	count := len(missing)
	switch {
	case count == 0:
		return nil
	case count > shown:
		missing = append(missing[:shown], fmt.Sprintf("and %d more", count-shown))
	}
	return fmt.Errorf("%d of the %d trials of rung %d are not recorded: %s; run their shares, or the search as a whole",
		count, len(r.trials), r.number, strings.Join(missing, ", "))
}

// best returns the candidates of the best trials, in the order of their
// numbers.
func (r *round) best(count int, m metrics.Metric) ([]Candidate, error) {
	ranked := slices.Clone(r.trials)
	Rank(ranked, m)
	if err := scored(ranked, m); err != nil {
		return nil, err
	}
	var kept []Candidate
	for _, c := range r.candidates {
		if slices.ContainsFunc(ranked[:count], func(t *Trial) bool { return t.Number == c.Number }) {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// scored returns an error if not even the first of ranked trials has a score.
func scored(ranked []*Trial, m metrics.Metric) error {
	first := ranked[0]
	if !math.IsNaN(first.Score(m.Name)) {
		return nil
	}
	why := first.Error
	if why == "" {
		why = m.Name + " is undefined"
	}
	return fmt.Errorf("none of %d trials has a score; trial %d: %s", len(ranked), first.Number, why)
}

// do runs the trials of a share that are not recorded, some at a time, and
// records each when it is finished. It ends at the first that can't be
// recorded, and when ctx ends.
func (s *Search) do(ctx context.Context, r *round, share Share) error {
	todo := r.todo(share)
	if s.Begin != nil {
		s.Begin(r.progress(share, len(todo)))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	places := make(chan int)
	var workers sync.WaitGroup
	for range min(len(todo), s.Workers) {
		workers.Go(func() {
			for i := range places {
				if err := s.try(ctx, r, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, i := range todo {
		places <- i
	}
	close(places)
	workers.Wait()
	return context.Cause(ctx)
}

// todo lists the places of a share's trials that are not recorded.
func (r *round) todo(share Share) []int {
	var places []int
	for i := share.Index; i < len(r.trials); i += share.Of {
		if r.trials[i] == nil {
			places = append(places, i)
		}
	}
	return places
}

func (r *round) progress(share Share, todo int) Progress {
	p := Progress{Rung: r.number, Todo: todo}
	for i := share.Index; i < len(r.trials); i += share.Of {
		switch {
		case r.trials[i] != nil:
			p.Recorded++
		case r.stale[i]:
			p.Stale++
		}
	}
	return p
}

// try evaluates the candidate at a place and records the trial, unless ctx has
// ended.
func (s *Search) try(ctx context.Context, r *round, place int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := r.candidates[place]
	t := &Trial{Number: c.Number, Budget: r.budget, Settings: c.Settings, Key: r.keys[place]}
	cv, err := s.Evaluate(ctx, c, r.budget)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		t.Error = err.Error()
	default:
		t.CrossValidation = cv
	}
	if err := s.Store.save(t); err != nil {
		return err
	}
	r.trials[place] = t
	if s.Done != nil {
		s.Done()
	}
	return nil
}
