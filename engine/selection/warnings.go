package selection

import (
	"fmt"
	"slices"
)

// Warnings names what makes the folds flatter a model, in sentences for a
// report: rows of a group, or equal rows, in training and in test; tests on
// times before the training's end; classes that a fold lacks. copies holds for each
// row the first that it is a copy of, or is nil. It looks at what Rows holds: so
// Rows.Y is to be nil for a numeric target.
func Warnings(rows Rows, folds []Fold, copies []int32) []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if rows.Groups != nil {
		if n, groups := Straddling(rows.Groups, folds); n > 0 {
			add("%d test rows are of a group that the model was trained on (%d groups): split by group", n, groups)
		}
	}
	if copies != nil {
		if n, contents := Straddling(copies, folds); n > 0 {
			add("%d test rows are copies of a training row (%d contents): drop duplicates", n, contents)
		}
	}
	if rows.Time != nil {
		if n := Backwards(rows.Time, folds); n > 0 {
			add("%d test rows are not later than every training row: split by time if the model is to predict what comes", n)
		}
	}
	if rows.Y != nil {
		if n := lacking(rows.Y, folds); n > 0 {
			add("%d folds have a part without some class: use fewer folds or stratify", n)
		}
	}
	return list
}

// Straddling counts the rows that are tested in a fold which has a row of the
// same group in training, and their groups.
func Straddling[T comparable](group []T, folds []Fold) (rows, groups int) {
	found, row := map[T]bool{}, map[int]bool{}
	for _, f := range folds {
		trained := map[T]bool{}
		for _, i := range f.Train {
			trained[group[i]] = true
		}
		for _, i := range f.Test {
			if trained[group[i]] {
				found[group[i]], row[i] = true, true
			}
		}
	}
	return len(row), len(found)
}

// Backwards counts the rows that are tested in a fold which trains on a row of
// the same time or later.
func Backwards(time []int64, folds []Fold) int {
	row := map[int]bool{}
	for _, f := range folds {
		if len(f.Train) == 0 {
			continue
		}
		latest := time[f.Train[0]]
		for _, i := range f.Train {
			latest = max(latest, time[i])
		}
		for _, i := range f.Test {
			if time[i] <= latest {
				row[i] = true
			}
		}
	}
	return len(row)
}

// lacking counts the folds of which either part lacks a class.
func lacking(y []float64, folds []Fold) (count int) {
	classes := countClasses(y)
	for _, f := range folds {
		if countClasses(Take(y, f.Train)) < classes || countClasses(Take(y, f.Test)) < classes {
			count++
		}
	}
	return count
}

func countClasses(y []float64) int {
	return len(slices.Compact(slices.Sorted(slices.Values(y))))
}

// KeepTogether moves rows of a fold so that no group straddles it: each group
// goes where its first row is. It suits groups that are small against the
// parts, as duplicates are; for others split by group. Rows in neither part
// stay out.
func KeepTogether[T comparable](f Fold, group []T) Fold {
	type part struct {
		row  int
		test bool
	}
	var parts []part
	for _, i := range f.Train {
		parts = append(parts, part{i, false})
	}
	for _, i := range f.Test {
		parts = append(parts, part{i, true})
	}
	slices.SortFunc(parts, func(a, b part) int { return a.row - b.row })
	goes := map[T]bool{} // to the test
	var kept Fold
	for _, p := range parts {
		g := group[p.row]
		if _, seen := goes[g]; !seen {
			goes[g] = p.test
		}
		if goes[g] {
			kept.Test = append(kept.Test, p.row)
		} else {
			kept.Train = append(kept.Train, p.row)
		}
	}
	return kept
}
