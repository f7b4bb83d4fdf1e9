package partition

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"example.com/engine/derive"
	"example.com/engine/folds"
	"example.com/engine/selection"
	"example.com/engine/table"
)

// splitted takes the test rows of the first fold of a splitter.
type splitted struct {
	kind string
	selection.ColumnSplitter
}

// MarshalJSON gives the settings of the splitter.
func (s splitted) MarshalJSON() ([]byte, error) { return json.Marshal(s.ColumnSplitter) }

// String is the splitter's own, if it has one.
func (s splitted) String() string {
	if named, ok := s.ColumnSplitter.(fmt.Stringer); ok {
		return named.String()
	}
	return "by " + s.kind
}

func (s splitted) Needs() []derive.Input {
	var in []derive.Input
	add := func(kinds derive.Kinds, names ...string) {
		for _, name := range names {
			if name != "" {
				in = append(in, derive.Input{Setting: "column", Column: name, Kinds: kinds})
			}
		}
	}
	c := s.Columns()
	add(derive.Anything, c.Y, c.Groups)
	add(derive.Times|derive.Numbers, c.Time)
	add(derive.Numbers, c.Points...)
	add(derive.Anything, c.Keys...)
	return in
}

func (s splitted) Divide(n int, cols []*table.Column, rng *rand.Rand) (*Division, error) {
	rows := selection.Rows{N: n}
	if len(cols) > 0 {
		t, err := table.New(unique(cols)...)
		if err != nil {
			return nil, err
		}
		if rows, err = folds.Rows(t, s.Columns(), nil); err != nil {
			return nil, fmt.Errorf("split: %s: %w", s.kind, err)
		}
	}
	d, err := Holdout(s.ColumnSplitter, rows, rng)
	if err != nil {
		return nil, fmt.Errorf("split: %s: %w", s.kind, err)
	}
	return d, nil
}

// unique leaves out a column that is there already.
func unique(cols []*table.Column) []*table.Column {
	var out []*table.Column
	seen := map[string]bool{}
	for _, c := range cols {
		if !seen[c.Name] {
			out = append(out, c)
		}
		seen[c.Name] = true
	}
	return out
}
