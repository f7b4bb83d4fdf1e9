package partition

import (
	"example.com/engine/schema"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// Repeats are the rows that repeat an earlier row in every column but the target.
type Repeats struct {
	selection.Repeats
	Moved int `json:"moved"` // to the other side, where the row stands that they repeat

	first []int32 // of each row: the first row that is the same
}

func findRepeats(t *table.Table, target string) Repeats {
	r, first := schema.FindRepeats(t, target)
	return Repeats{Repeats: r, first: first}
}

// follow puts each repeated row where the first of its kind is.
func (r *Repeats) follow(test []bool) {
	for i, j := range r.first {
		if test[i] != test[j] {
			test[i] = test[j]
			r.Moved++
		}
	}
}

// straddling counts the repeated rows that are on the other side.
func (r *Repeats) straddling(test []bool) int {
	n := 0
	for i, j := range r.first {
		if test[i] != test[j] {
			n++
		}
	}
	return n
}
