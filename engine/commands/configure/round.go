package configure

import (
	"context"
	"math"
	"slices"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// early is how many folds a candidate takes before it is compared with the others,
// if there are many rows: one that is behind on each of them takes no more (a race,
// after Maron and Moore 1994). That halves the time for a table of 20,000 rows. They
// are the last folds, which in an order of time have the most training rows.
const early = 2

// round is a comparison on some of the training rows.
type round struct {
	*contest
	rows   *table.Table
	labels []string // their classes; nil for numbers
	places int      // how many go on to the next round; 0 if there is none, and no race
	tried  []attempt
	folds  string // how rows are set aside
}

// choice is that of the best of a round.
func (r *round) choice() choice {
	best := r.tried[0]
	return choice{candidate: best.candidate, target: best.target, tried: r.tried, rows: r.rows.Len(), folds: r.folds, metric: r.metric.Name}
}

// clearly is by what share of its score a transformed target must be better.
const clearly = 0.02

// preferTarget puts the best first with the target itself, if it was tried so
// and the transform is not clearly better.
func (r *round) preferTarget() {
	first := r.tried[0]
	i := slices.IndexFunc(r.tried, func(a attempt) bool { return a.candidate.name == first.candidate.name && a.target == "" })
	if i > 0 && math.Abs(r.tried[i].score-first.score) <= clearly*math.Abs(r.tried[i].score) {
		same := r.tried[i]
		r.tried = slices.Insert(slices.Delete(r.tried, i, i+1), 0, same)
	}
}

// try scores a candidate on the folds, or only on the early ones if it is behind
// on them.
func (r *round) try(ctx context.Context, k candidate, target string) error {
	recipe, err := r.made.recipe(r.plan, choice{candidate: k, target: target})
	if err != nil {
		return err
	}
	folds, err := recipe.Folds(r.rows)
	if err != nil {
		return err
	}
	r.folds = recipe.Config.CrossValidation.Split.String()
	list := model.Metrics(recipe.Config.Task, r.metric)
	a := attempt{candidate: k, target: target, of: len(folds)}
	folds = r.scorable(folds)
	rest := 0
	if r.places > 0 {
		rest = max(0, len(folds)-early)
	}
	for _, part := range [][]selection.Fold{folds[rest:], folds[:rest]} {
		if len(part) == 0 || len(a.folds) > 0 && r.behind(a) {
			continue
		}
		cv, err := recipe.CrossValidate(ctx, r.rows, part, list, func() {})
		if err != nil {
			return err
		}
		a.folds = append(a.folds, cv.Folds...)
	}
	a.score = mean(a.folds, r.metric.Name)
	r.tried = append(r.tried, a)
	return nil
}

// behind reports whether as many others as go on are better than a on each of its
// folds.
func (r *round) behind(a attempt) bool {
	if len(r.tried) < r.places {
		return false
	}
	r.rank()
	for _, b := range r.tried[:r.places] {
		for k, fold := range a.folds {
			mine, ok := fold.Scores[r.metric.Name]
			if !ok || !r.metric.Better(b.folds[k].Scores[r.metric.Name], mine) {
				return false
			}
		}
	}
	return true
}

// rank sorts what was tried, the best first, then what took only the early folds;
// NaN is last of each.
func (r *round) rank() {
	slices.SortStableFunc(r.tried, func(a, b attempt) int {
		switch {
		case a.whole() != b.whole():
			return map[bool]int{true: -1, false: 1}[a.whole()]
		case r.metric.Better(a.score, b.score), math.IsNaN(b.score) && !math.IsNaN(a.score):
			return -1
		case r.metric.Better(b.score, a.score), math.IsNaN(a.score) && !math.IsNaN(b.score):
			return 1
		}
		return 0
	})
}

// mean is that of a metric over the folds in which it is defined, each of which
// counts by its training rows; NaN if there is none. In an order of time the first
// folds have few, and the best with few is not the best with all.
func mean(folds []results.Fold, metric string) float64 {
	sum, rows := 0.0, 0
	for _, fold := range folds {
		if score, ok := fold.Scores[metric]; ok {
			sum += score * float64(fold.TrainRows)
			rows += fold.TrainRows
		}
	}
	return sum / float64(rows)
}
