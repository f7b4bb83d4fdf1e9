package selection

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// rowsKey is that of a context for what WithRows adds.
type rowsKey struct{}

// WithRows tells a fit how its rows hang together, for all that sets some of them
// aside within it: the folds that weigh the members of a blend, the rows that stop a
// boosting, the parts that a target is encoded by. rows is called only if something
// is set aside, perhaps several times. A fit within it on some of the rows gets
// [WithTaken].
func WithRows(ctx context.Context, rows func() (Rows, error)) context.Context {
	return context.WithValue(ctx, rowsKey{}, rows)
}

// WithTaken returns the context for a fit on some of the rows of ctx, in that order.
func WithTaken(ctx context.Context, rows []int) context.Context {
	all, ok := ctx.Value(rowsKey{}).(func() (Rows, error))
	if !ok {
		return ctx
	}
	return WithRows(ctx, func() (Rows, error) {
		r, err := all()
		if err != nil {
			return r, err
		}
		return r.Take(rows), nil
	})
}

// rowsOf returns what is known of the n rows of a fit.
func rowsOf(ctx context.Context, n int) (Rows, error) {
	all, ok := ctx.Value(rowsKey{}).(func() (Rows, error))
	if !ok {
		return Rows{N: n}, nil
	}
	r, err := all()
	if err == nil && r.N != n {
		err = fmt.Errorf("a fit on %d of %d rows: its context is to be that of selection.WithTaken", n, r.N)
	}
	return r, err
}

// Tied tells whether the n rows of a fit have groups, times or places, by which they
// are set aside.
func Tied(ctx context.Context, n int) (bool, error) {
	r, err := rowsOf(ctx, n)
	return r.Groups != nil || r.Time != nil || r.Points != nil, err
}

// errWhole is what rows say that cannot be parted in some way.
var errWhole = errors.New("cannot be parted")

// Parts deals the n rows of a fit to at most k parts, numbered from 0, as rows of
// ctx hang together: blocks of time, of places, or whole groups, if there are two;
// else row by row, where equal ones stay together. y are class codes, which are
// dealt evenly as far as that allows, or nil.
func Parts(ctx context.Context, n, k int, y []float64, rng *rand.Rand) (part []int, count int, err error) {
	rows, err := rowsOf(ctx, n)
	if err != nil {
		return nil, 0, err
	}
	rows.Y = y
	return rows.parts(k, rng)
}

// parts deals the rows as Parts says.
func (r Rows) parts(k int, rng *rand.Rand) (part []int, count int, err error) {
	for _, by := range []func(Rows, int, *rand.Rand) ([]int, error){inTime, inSpace, inGroups, oneByOne} {
		if part, err = by(r, k, rng); !errors.Is(err, errWhole) {
			break
		}
	}
	if err != nil {
		return nil, 0, err
	}
	return part, 1 + slices.Max(part), nil
}

// inTime deals as many times to each part, the earliest to the first.
func inTime(rows Rows, k int, _ *rand.Rand) ([]int, error) {
	if rows.Time == nil {
		return nil, errWhole
	}
	time, count := distinct(rows.Time)
	if count < 2 {
		return nil, errWhole
	}
	return Take(blocks(count, min(k, count)), time), nil
}

// inSpace deals regions.
func inSpace(rows Rows, k int, rng *rand.Rand) ([]int, error) {
	if rows.Points == nil || slices.ContainsFunc(rows.Points, func(p []float64) bool { return slices.ContainsFunc(p, math.IsNaN) }) {
		return nil, errWhole
	}
	rows.Groups = clusters(rows.Points, k, rng)
	return inGroups(rows, k, rng)
}

// inGroups deals whole groups so that parts are of like size, and of each class if
// there are classes.
func inGroups(rows Rows, k int, _ *rand.Rand) ([]int, error) {
	if rows.Groups == nil {
		return nil, errWhole
	}
	group, count := distinct(rows.Groups)
	if count < 2 {
		return nil, errWhole
	}
	k = min(k, count)
	if rows.Y == nil {
		return Take((&GroupKFold{Folds: k}).balance(sizes(group, count)), group), nil
	}
	classes, of := distinct(codes(rows.Y))
	return Take(dealEvenly(group, count, classes, of, k, byNumber(count)), group), nil
}

// oneByOne deals rows in a drawn order, class by class.
func oneByOne(rows Rows, k int, rng *rand.Rand) ([]int, error) {
	if rows.N < k {
		return nil, fmt.Errorf("%d folds within a fit need as many rows, there are %d", k, rows.N)
	}
	classes, count := make([]int, rows.N), 1
	if rows.Y != nil {
		classes, count = distinct(codes(rows.Y))
	}
	part := (&StratifiedKFold{Folds: k}).deal(byAppearance(classes, count), count, byPlace(rows.places(rng)))
	first := map[uint64]int{} // row of each unit
	for i, u := range rows.Units {
		if j, seen := first[u]; seen {
			part[i] = part[j]
		} else {
			first[u] = i
		}
	}
	return part, nil
}

// codes returns class codes as integers.
func codes(y []float64) []int {
	out := make([]int, len(y))
	for i, v := range y {
		out[i] = int(v)
	}
	return out
}

// Inner makes k folds within a fit of n rows, or fewer if there are fewer groups or
// times; see [Parts]. In an order of time each fold learns from the rows
// before those that it tests, so that the first are not tested. A test row of a
// class that the training part lacks goes there.
func Inner(ctx context.Context, n, k int, y []float64, rng *rand.Rand) ([]Fold, error) {
	rows, err := rowsOf(ctx, n)
	if err != nil {
		return nil, err
	}
	later := rows.Time != nil && slices.Min(rows.Time) < slices.Max(rows.Time)
	if later {
		k++
	}
	rows.Y = y
	part, count, err := rows.parts(k, rng)
	if err != nil {
		return nil, err
	}
	folds := FoldsOf(part, count)
	if later {
		folds = folds[1:]
		for f := range folds {
			folds[f].Train = slices.DeleteFunc(folds[f].Train, func(i int) bool { return part[i] > f })
		}
	}
	for f := range folds {
		folds[f] = folds[f].keepClasses(y)
	}
	folds = slices.DeleteFunc(folds, func(f Fold) bool { return len(f.Test) == 0 || len(f.Train) == 0 })
	if len(folds) == 0 {
		return nil, fmt.Errorf("none of %d rows can be set aside within a fit: they are copies of each other, or alone in their class", n)
	}
	return folds, nil
}

// InnerHoldout sets a share of the n rows of a fit aside: the latest, or whole
// groups or regions, or rows, of each class the share to the row; at least one
// row is left to train on. A class that only the rows set aside have stays with
// the others. There may be no row to set aside.
func InnerHoldout(ctx context.Context, n int, share float64, y []float64, rng *rand.Rand) (Fold, error) {
	rows, err := rowsOf(ctx, n)
	if err != nil {
		return Fold{}, err
	}
	rows.Y = y
	if regions, err := inSpace(rows, max(2, int(1/share+0.5)), rng); err == nil {
		rows.Groups = regions
	}
	var test []bool
	switch time, err := (&Time{TestSize: share}).Split(rows, nil); {
	case rows.Time != nil && err == nil:
		return time[0].keepClasses(y), nil
	case rows.Groups != nil && slices.Min(rows.Groups) < slices.Max(rows.Groups):
		group, count := distinct(rows.Groups)
		chosen := (&Group{TestSize: share}).nearest(sizes(group, count), oncePer(group, count, rows.grouped().places(rng)))
		test = Take(chosen, group)
	default:
		test = eachClass(rows, share, rng)
	}
	f := FoldsOf(asParts(test), 2)[1]
	if rows.Units != nil && rows.Groups == nil {
		f = KeepTogether(f, rows.Units)
	}
	if len(f.Train) == 0 {
		f.Train, f.Test = f.Test, nil
	}
	return f.keepClasses(y), nil
}

// eachClass draws the share of the rows of each class, rounded to the row.
func eachClass(rows Rows, share float64, rng *rand.Rand) []bool {
	classes, count := make([]int, rows.N), 1
	if rows.Y != nil {
		classes, count = distinct(codes(rows.Y))
	}
	left := make([]int, count)
	for k, size := range sizes(classes, count) {
		left[k] = int(share*float64(size) + 0.5)
	}
	test := make([]bool, rows.N)
	for _, i := range byPlace(rows.places(rng)) {
		test[i] = left[classes[i]] > 0
		left[classes[i]]--
	}
	return test
}

// asParts returns 1 for true.
func asParts(test []bool) []int {
	part := make([]int, len(test))
	for i, t := range test {
		if t {
			part[i] = 1
		}
	}
	return part
}

// keepClasses moves test rows of a class that the training part lacks there.
func (f Fold) keepClasses(y []float64) Fold {
	if y == nil {
		return f
	}
	known := map[float64]bool{}
	for _, i := range f.Train {
		known[y[i]] = true
	}
	var moved []int
	f.Test = slices.DeleteFunc(slices.Clone(f.Test), func(i int) bool {
		if !known[y[i]] {
			moved = append(moved, i)
		}
		return !known[y[i]]
	})
	f.Train = slices.Sorted(slices.Values(slices.Concat(f.Train, moved)))
	return f
}
