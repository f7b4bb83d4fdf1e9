package configure

import (
	"fmt"
	"maps"
	"slices"

	"example.com/engine/model"
	"example.com/engine/results"
	"example.com/engine/selection"
)

// lacksClass reports whether rows of some class are set aside, for the test or by
// a fold, while the training rows have none of it: the class comes later, or all
// its rows are of one group. Of two classes, the test rows must have both.
func lacksClass(p plan, made prepared) (bool, error) {
	if p.order.time == "" && p.order.group == "" || p.task == model.Regression || p.found.Rows > manyRows {
		return false, nil
	}
	known, later, err := made.classes(p.target)
	if err != nil {
		return false, err
	}
	if lacks(known, later) || p.task == model.Binary && len(counts(later)) == 1 {
		return true, nil
	}
	train, err := made.rows(results.Train)
	if err != nil {
		return false, err
	}
	recipe, err := made.recipe(p, choice{candidate: plain(p.task)})
	if err != nil {
		return false, err
	}
	folds, err := recipe.Folds(train)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(folds, func(f selection.Fold) bool { return lacks(take(known, f.Train), take(known, f.Test)) }), nil
}

// lacks reports whether the training rows are of one class, or have none of some
// class of the test rows.
func lacks(train, test []string) bool {
	classes := counts(train)
	return len(classes) == 1 || slices.ContainsFunc(test, func(l string) bool { return classes[l] == 0 })
}

// checkTrained refuses a class of which too few training rows are left for two
// folds: rows that are alike stay together, and may have taken them along.
func checkTrained(p plan, made prepared) error {
	if p.task == model.Regression || p.found.Rows > manyRows {
		return nil
	}
	train, test, err := made.classes(p.target)
	if err != nil {
		return err
	}
	left, all := counts(train), counts(slices.Concat(train, test))
	for _, class := range slices.Sorted(maps.Keys(all)) {
		if left[class] < 2 {
			return fmt.Errorf("the class %q of the target %q has %d rows, of which %d are left to train on beside the test rows, and folds need two: "+
				"bring more rows of it, leave it out of the file, or put rare classes together", class, p.target, all[class], left[class])
		}
	}
	return nil
}

// take returns the labels of some rows.
func take(labels []string, rows []int) []string {
	taken := make([]string, len(rows))
	for i, row := range rows {
		taken[i] = labels[row]
	}
	return taken
}

// counts returns how often each label comes.
func counts(labels []string) map[string]int {
	n := map[string]int{}
	for _, l := range labels {
		n[l]++
	}
	return n
}
