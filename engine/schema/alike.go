package schema

import (
	"slices"

	"example.com/engine/selection"
	"example.com/engine/table"
)

// FindRepeats compares rows by all columns but the target, which may be empty or
// not there: then all targets agree. first holds for each row the first one that
// is the same.
func FindRepeats(t *table.Table, target string) (r selection.Repeats, first []int32) {
	features := slices.DeleteFunc(slices.Clone(t.Columns()), func(c *table.Column) bool { return c.Name == target })
	first = table.FirstEqual(t.Len(), features...)
	same := make([]int32, t.Len())
	if c := t.Column(target); c != nil {
		same = table.FirstEqual(t.Len(), c)
	}
	return selection.FindRepeats(first, same), first
}
