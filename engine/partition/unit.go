package partition

import (
	"slices"

	"example.com/engine/folds"
	"example.com/engine/table"
)

// Units returns for each row of t a digest of its unit: of what the split keeps
// together, and what a model can learn from as one. That is the group in a split
// by group, the key in a split by hash of a key, and in any other, as for a row
// whose group or key is null, the row itself, its target included: rows that are
// equal in every cell are one unit. t is clean.csv, train.csv, test.csv or any
// rows of them: which others it has, their order, the derived columns and the
// seed do not matter. The digest is that of [table.Digests], of the unit's
// columns; two units of 100 million have the same one with a probability of 0.0003.
func (p Plan) Units(t *table.Table) ([]uint64, error) {
	units := table.Digests(t.Len(), p.contents(t)...)
	cols, err := p.columns(t)
	if err != nil {
		return nil, err
	}
	if cols = p.Split.unit(cols); len(cols) == 0 {
		return units, nil
	}
	for i, group := range folds.Together(units, cols...) {
		units[i] = uint64(group)
	}
	return units, nil
}

// contents are the columns of clean.csv.
func (p Plan) contents(t *table.Table) []*table.Column {
	made := p.Derive.Makes()
	return slices.DeleteFunc(slices.Clone(t.Columns()), func(c *table.Column) bool { return slices.Contains(made, c.Name) })
}

// unit returns those of the columns that the strategy needs which name what it
// keeps together; none if that is the row.
func (s Split) unit(cols []*table.Column) []*table.Column {
	t := s.Ties()
	if t.Groups != "" {
		t.Keys = []string{t.Groups}
	}
	return slices.DeleteFunc(slices.Clone(cols), func(c *table.Column) bool { return !slices.Contains(t.Keys, c.Name) })
}

// Ties says by which columns the split keeps rows together or in order.
func (s Split) Ties() folds.Ties {
	switch s := s.Strategy.(type) {
	case *Group:
		return folds.Ties{Groups: s.Column}
	case *Hash:
		return folds.Ties{Keys: s.Columns}
	case *Time:
		return folds.Ties{Time: s.Column}
	case splitted:
		return folds.Ties(s.Columns())
	}
	return folds.Ties{}
}
