package folds_test

import (
	"fmt"

	"example.com/engine/config"
	"example.com/engine/folds"
	"example.com/engine/table"
)

// Rows of one town are never on both sides of a fold.
func ExampleSettings() {
	var s folds.Settings
	if err := config.Parse("model.yaml", []byte("{split: {group_kfold: {folds: 2}}, groups: town}"), &s); err != nil {
		panic(err)
	}
	t := table.Must(table.Categories("town", []string{"a", "b", "a", "c", "b", "a"}))
	rows, err := s.Rows(t, nil, nil)
	if err != nil {
		panic(err)
	}
	split, err := s.Split.Split(rows, nil)
	fmt.Println(s.Split, split, err)
	// Output: group_kfold, folds 2, shuffle false [{[1 3 4] [0 2 5]} {[0 2 5] [1 3 4]}] <nil>
}
