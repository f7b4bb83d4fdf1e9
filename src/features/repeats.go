package main

import (
	"slices"

	"example.com/housing/src/internal/selection"
	"example.com/housing/src/internal/table"
)

// repeats are the rows that repeat an earlier row in every column but the target.
type repeats struct {
	selection.Repeats
	Moved int `json:"moved"` // to the other side, where the row stands that they repeat

	first []int32 // of each row: the first row that is the same
}

// findRepeats compares all columns; target may be empty.
func findRepeats(t *table.Table, target string) repeats {
	features := slices.DeleteFunc(slices.Clone(t.Columns()), func(c *table.Column) bool { return c.Name == target })
	r := repeats{first: table.FirstEqual(t.Len(), features...)}
	same := make([]int32, t.Len()) // no target: all agree
	if c := t.Column(target); c != nil {
		same = table.FirstEqual(t.Len(), c)
	}
	r.Repeats = selection.FindRepeats(r.first, same)
	return r
}

// follow puts each repeated row where the first of its kind is.
func (r *repeats) follow(test []bool) {
	for i, j := range r.first {
		if test[i] != test[j] {
			test[i] = test[j]
			r.Moved++
		}
	}
}

// straddling counts the repeated rows that are on the other side.
func (r *repeats) straddling(test []bool) int {
	n := 0
	for i, j := range r.first {
		if test[i] != test[j] {
			n++
		}
	}
	return n
}
