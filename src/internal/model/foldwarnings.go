package model

import (
	"encoding/binary"
	"hash/fnv"
	"math"

	"example.com/housing/src/internal/selection"
	"example.com/housing/src/internal/table"
)

// FoldWarnings names what makes the folds flatter the model: duplicates and
// groups on both sides of a fold, a column of times that the split ignores,
// classes that a fold lacks. Rows of one value of the column groups belong
// together even where the cross-validation names no groups; it may be empty.
func (r Recipe) FoldWarnings(train *table.Table, folds []selection.Fold, groups string) ([]string, error) {
	cv := r.Config.CrossValidation
	if cv.Groups == "" && train.Column(groups) != nil {
		cv.Groups = groups
	}
	if cv.Time == "" {
		cv.Time = timeColumn(train)
	}
	m := &Model{Task: r.Config.Task, Schema: r.Schema}
	y, err := m.target(train)
	if err != nil {
		return nil, err
	}
	if m.Task == Regression {
		y = nil
	}
	rows, err := cv.rows(train, y)
	if err != nil {
		return nil, err
	}
	warnings := selection.Warnings(rows, folds, hashes(train))
	for i, w := range warnings {
		warnings[i] = "cross-validation: " + w
	}
	return warnings, nil
}

// timeColumn returns the first column of times that has no null.
func timeColumn(t *table.Table) string {
	for _, c := range t.Columns() {
		if c.Kind == table.Time && !hasNull(c) {
			return c.Name
		}
	}
	return ""
}

func hasNull(c *table.Column) bool {
	for i := range c.Len() {
		if c.IsNull(i) {
			return true
		}
	}
	return false
}

// hashes returns a hash of each row's content, in which a null equals a null.
func hashes(t *table.Table) []uint64 {
	out := make([]uint64, t.Len())
	var number [8]byte
	for i := range out {
		h := fnv.New64a()
		for _, c := range t.Columns() {
			switch {
			case c.IsNull(i):
				h.Write([]byte{0})
				continue
			case c.Kind == table.Float:
				binary.LittleEndian.PutUint64(number[:], math.Float64bits(c.Floats[i]+0))
			case c.Kind == table.Category:
				binary.LittleEndian.PutUint64(number[:], uint64(c.Codes[i]))
			case c.Kind == table.Time:
				binary.LittleEndian.PutUint64(number[:], uint64(c.Times[i]))
			default:
				h.Write([]byte(c.Texts[i]))
				continue
			}
			h.Write(number[:])
		}
		out[i] = h.Sum64()
	}
	return out
}
