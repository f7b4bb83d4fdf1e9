package selection

import (
	"context"
	"fmt"
	"math/rand/v2"

	"example.com/engine/parallel"
)

// CrossValidate calls fit for each fold, as many at a time as there are CPUs,
// and returns the results in the order of the folds. fit gets the number of
// the fold, from which it derives its stream of random numbers, so that the
// results are the same at any number of CPUs; and a context that ends when ctx
// ends or an earlier fold fails. The error is that of the first fold that
// fails, in their order and not in that of time.
func CrossValidate[T any](ctx context.Context, folds []Fold, fit func(ctx context.Context, k int, f Fold) (T, error)) ([]T, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results, errs := make([]T, len(folds)), make([]error, len(folds))
	runs := newRuns(ctx, len(folds))
	parallel.For(len(folds), func(k int) {
		if runs.context[k].Err() != nil {
			return
		}
		results[k], errs[k] = fit(runs.context[k], k, folds[k])
		if errs[k] != nil {
			runs.fail(k)
		}
	})
	for k, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("fold %d of %d: %w", k+1, len(folds), err)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return results, nil
}

// runs has a context for each fold. When one fails, those after it are cancelled, or
// not begun; those before it go on, as they may fail too.
type runs struct {
	context []context.Context
	cancel  []context.CancelFunc
}

func newRuns(ctx context.Context, folds int) *runs {
	r := &runs{context: make([]context.Context, folds), cancel: make([]context.CancelFunc, folds)}
	for k := range folds {
		r.context[k], r.cancel[k] = context.WithCancel(ctx)
	}
	return r
}

// fail ends the folds after k.
func (r *runs) fail(k int) {
	for _, cancel := range r.cancel[k+1:] {
		cancel()
	}
}

// NestedFold is an outer fold with inner folds of its training part: settings
// are chosen on the inner ones, and the outer test part, which the choice did
// not see, measures the whole procedure (Cawley and Talbot 2010).
type NestedFold struct {
	Fold
	Inner []Fold // in row numbers of the whole
}

// Nested splits by the outer splitter and each training part by the inner one.
func Nested(outer, inner Splitter, rows Rows, rng *rand.Rand) ([]NestedFold, error) {
	folds, err := outer.Split(rows, rng)
	if err != nil {
		return nil, err
	}
	nested := make([]NestedFold, len(folds))
	for k, f := range folds {
		parts, err := inner.Split(rows.Take(f.Train), rng)
		if err != nil {
			return nil, fmt.Errorf("inner folds of fold %d: %w", k, err)
		}
		nested[k].Fold = f
		for _, part := range parts {
			nested[k].Inner = append(nested[k].Inner, Fold{
				Train: Take(f.Train, part.Train),
				Test:  Take(f.Train, part.Test),
			})
		}
	}
	return nested, nil
}
