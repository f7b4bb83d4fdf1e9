package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"sync"

	"example.com/engine/folds"
	"example.com/engine/metrics"
	"example.com/engine/random"
	"example.com/engine/results"
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
	"example.com/engine/tree/boost"
)

// Folds returns the folds of the training rows.
func (r Recipe) Folds(train *table.Table) ([]selection.Fold, error) {
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train, r.Config.Positive)
	if err != nil {
		return nil, err
	}
	rows, _, first, err := r.rows(train, y)
	if err != nil {
		return nil, err
	}
	parts, err := r.Config.CrossValidation.Split.Split(rows, random.New(r.Config.Seed, "folds"))
	if err != nil {
		return nil, fmt.Errorf("cross_validation: %w", err)
	}
	if first != nil {
		parts = together(parts, first)
	}
	return parts, nil
}

// units returns for each row of the schema's columns the first that has the same
// features, or nil where rows of the same features are no copies of each other;
// and what tells the rows apart, as [folds.Units] has it.
func (r Recipe) units(train *table.Table) (first []int32, units []uint64) {
	repeats, first := schema.FindRepeats(train, r.Schema.Target)
	units = folds.Units(train.Len(), train.Columns(), r.Schema.Target, repeats.Together)
	if repeats.Rows == 0 || !repeats.Together {
		return nil, units
	}
	return first, units
}

// rows returns the training rows as the cross-validation has them, with the derived
// columns, and of each row the first that it repeats, as units has it.
func (r Recipe) rows(train *table.Table, y []float64) (rows selection.Rows, derived *table.Table, first []int32, err error) {
	first, units := r.units(train)
	if derived, err = r.withDerived(train); err != nil {
		return rows, nil, nil, err
	}
	rows, err = r.Config.CrossValidation.Rows(derived, y, units)
	return rows, derived, first, err
}

// withTies tells a fit on the rows how they hang together, by the settings of
// cross-validation or else by the split of features.yaml, for what it sets aside
// of them.
func (r Recipe) withTies(ctx context.Context, train *table.Table) context.Context {
	return selection.WithRows(ctx, sync.OnceValues(func() (selection.Rows, error) {
		rows, derived, _, err := r.rows(train, nil)
		if err != nil {
			return rows, err
		}
		rows.Y = nil
		if _, inOrder := r.Config.CrossValidation.Split.Splitter.(*selection.TimeSeriesSplit); inOrder && rows.Time == nil {
			rows.Time = make([]int64, rows.N)
			for i := range rows.Time {
				rows.Time[i] = int64(i)
			}
		}
		if rows.Groups == nil && rows.Time == nil && rows.Points == nil {
			r.Ties.Fill(&rows, derived)
		}
		return rows, nil
	}))
}

// together keeps copies on one side of each fold, unless that leaves a fold with
// one side only.
func together(folds []selection.Fold, first []int32) []selection.Fold {
	kept := make([]selection.Fold, len(folds))
	for k, f := range folds {
		kept[k] = selection.KeepTogether(f, first)
		if len(kept[k].Train) == 0 || len(kept[k].Test) == 0 {
			return folds
		}
	}
	return kept
}

// CrossValidate scores the recipe on each fold's held-out rows. Each fold fits
// transformers and estimator of its own on its training rows alone. done is
// called after each fold.
func (r Recipe) CrossValidate(ctx context.Context, train *table.Table, folds []selection.Fold, list []metrics.Metric, done func()) (results.CrossValidation, error) {
	r.Config.Intervals.Method = "none"
	cv, _, err := r.HoldOut(ctx, train, folds, list, done)
	return cv, err
}

// HoldOut is CrossValidate that also returns what the folds' models answered. A
// threshold or calibration is learned for each fold from the answers of the others.
func (r Recipe) HoldOut(ctx context.Context, train *table.Table, folds []selection.Fold, list []metrics.Metric, done func()) (results.CrossValidation, *HeldOut, error) {
	cv := results.CrossValidation{Strategy: r.Config.CrossValidation.Split.String()}
	held := &HeldOut{}
	r, _, err := r.Settle(train)
	if err != nil {
		return cv, nil, err
	}
	if held.how, err = r.calibrationFolds(train, folds); err != nil {
		return cv, nil, err
	}
	own := held.how.folds != nil
	if held.folds, err = r.holdOutAll(ctx, train, folds, !own, done); err != nil {
		return cv, held, err
	}
	held.forIntervals = held.folds
	if own {
		if held.forIntervals, err = r.holdOutAll(ctx, train, held.how.folds, true, func() {}); err != nil {
			return cv, held, err
		}
	}
	held.how.tell(held.forIntervals)
	for k, f := range held.folds {
		scores := results.Score(f.answers.Data(f.truth), list)
		cv.Folds = append(cv.Folds, results.Fold{TrainRows: len(folds[k].Train), TestRows: len(folds[k].Test), Scores: scores})
	}
	cv.Summarize()
	return cv, held, nil
}

// holdOutAll fits on each fold and answers for its test part. keep tells whether
// intervals are to have the models.
func (r Recipe) holdOutAll(ctx context.Context, train *table.Table, folds []selection.Fold, keep bool, done func()) ([]heldFold, error) {
	held, err := selection.CrossValidate(ctx, folds, func(ctx context.Context, k int, f selection.Fold) (heldFold, error) {
		defer done()
		ctx = boost.WithWorkers(ctx, share(k, len(folds), runtime.GOMAXPROCS(0)))
		return r.holdOut(ctx, train, f, keep && r.keeps(k, len(folds)))
	})
	if err == nil {
		_, err = r.Config.answer(held)
	}
	return held, err
}

// share is how many processors the fit of a fold gets when folds are run in
// their order, as many at a time as there are processors: one, and in the last
// round an equal part.
func share(k, folds, processors int) int {
	last := folds % processors
	if last == 0 || k < folds-last {
		return 1
	}
	return processors / last
}

// NewFoldScores returns the scores of a cross-validation on these folds, nil if
// the metric is undefined in one of them.
func NewFoldScores(cv results.CrossValidation, folds []selection.Fold, metric string) *FoldScores {
	f := &FoldScores{Metric: metric, Ratio: cv.Ratio()}
	for _, fold := range cv.Folds {
		v, ok := fold.Scores[metric]
		if !ok {
			return nil
		}
		f.Scores = append(f.Scores, v)
	}
	sum := sha256.New()
	fmt.Fprint(sum, folds)
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return f
}

// keeps tells whether the model of fold k is needed after its answers.
func (r Recipe) keeps(k, folds int) bool {
	method := r.Config.Intervals.Method
	return method == "cv+" || method == "split" && k == folds-1
}

// holdOut fits on the fold's training part and answers for its test part.
func (r Recipe) holdOut(ctx context.Context, train *table.Table, fold selection.Fold, keep bool) (heldFold, error) {
	m, err := r.Fit(ctx, train.Take(fold.Train))
	if err != nil {
		return heldFold{}, err
	}
	h, err := m.holdOut(train.Take(fold.Test))
	if keep {
		h.model = m
	}
	return h, err
}

// holdOut answers for rows, and keeps their truth.
func (m *Model) holdOut(rows *table.Table) (h heldFold, err error) {
	if h.truth, err = m.Truth(rows); err != nil {
		return h, err
	}
	x, err := m.Transform(rows)
	if err != nil {
		return h, err
	}
	h.answers = m.estimate(m.Estimator.Learner, x)
	h.low, h.high = m.band(h.answers, x)
	return h, nil
}

// FoldWarnings names what makes the folds flatter the model: duplicates and
// groups on both sides of a fold, a column of times that the split ignores,
// classes that a fold lacks. What the split of features.yaml keeps together, or in
// order, counts even where the cross-validation does not name it.
func (r Recipe) FoldWarnings(train *table.Table, parts []selection.Fold) ([]string, error) {
	first, units := r.units(train)
	train, err := r.withDerived(train)
	if err != nil {
		return nil, err
	}
	cv := r.Config.CrossValidation
	if cv.Time == "" && r.Ties.Time == "" {
		cv.Time = timeColumn(train)
	}
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train, r.Config.Positive)
	if err != nil {
		return nil, err
	}
	if m.Task == Regression {
		y = nil
	}
	rows, err := cv.Rows(train, y, units)
	if err != nil {
		return nil, err
	}
	r.Ties.Fill(&rows, train)
	warnings := selection.Warnings(rows, parts, first)
	for i, w := range warnings {
		warnings[i] = "cross-validation: " + w
	}
	return warnings, nil
}

// timeColumn returns the first column of times that has no null.
func timeColumn(t *table.Table) string {
	for _, c := range t.Columns() {
		if c.Kind == table.Time && !c.HasNull() {
			return c.Name
		}
	}
	return ""
}
