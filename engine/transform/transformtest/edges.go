package transformtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// noRows checks that no rows give no rows of the same columns, and that Fit
// on none is no panic.
func noRows(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	got, err := t.Transform(c.data().Slice(0, 0))
	if err != nil {
		return err
	}
	if err := same(want.Slice(0, 0), got); err != nil {
		return err
	}
	return c.survives(c.data().Slice(0, 0))
}

func constantColumns(c Case) error {
	return c.survives(constants(c.data()))
}

// nullColumns allows Fit to refuse nulls, with an error that names a column,
// but not Transform to panic on them.
func nullColumns(c Case) error {
	if err := c.survives(nulls(c.data())); err != nil {
		return err
	}
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	got, err := t.Transform(nulls(c.data()))
	if err != nil {
		return c.namesOne(err)
	}
	return same(want.Slice(0, 0), got.Slice(0, 0))
}

// unseenCategories allows an error that names the column.
func unseenCategories(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	got, err := t.Transform(unseen(c.data()))
	if err != nil {
		return c.namesOne(err)
	}
	return same(want.Slice(0, 0), got.Slice(0, 0))
}

// namesOne checks that an error names one of the columns.
func (c Case) namesOne(err error) error {
	for _, name := range c.Columns {
		if strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
			return nil
		}
	}
	return fmt.Errorf("the error does not name a column: %w", err)
}

// survives checks that Fit on x either fails, or that what it learns can be
// saved and transforms x into finite numbers.
func (c Case) survives(x *table.Table) error {
	t, err := c.fit(x)
	if err != nil {
		return nil //nolint:nilerr // to refuse is to survive
	}
	if _, err := json.Marshal(t); err != nil {
		return err
	}
	out, err := t.Transform(x)
	if err != nil {
		return err
	}
	return allFinite(out)
}

func finite(c Case) error {
	_, out, err := c.fitted()
	if err != nil {
		return err
	}
	return allFinite(out)
}

func allFinite(x *table.Table) error {
	for _, col := range x.Columns() {
		for i, v := range col.Floats {
			if !isFinite(v) {
				return fmt.Errorf("column %q, row %d is %v", col.Name, i, v)
			}
		}
	}
	return nil
}

// fitTransforms checks a [transform.FitTransformer]: it learns the same, and
// makes the same columns for its own rows, the same for the same source.
func fitTransforms(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	var made []*table.Table
	for range 2 {
		ft, ok := c.make().(transform.FitTransformer)
		if !ok {
			return nil
		}
		out, err := ft.FitTransform(c.data(), c.target(), source())
		if err != nil {
			return err
		}
		if err := equal(state(t), state(ft)); err != nil {
			return err
		}
		made = append(made, out)
	}
	if made[0].Len() != Rows {
		return fmt.Errorf("it makes %d rows of %d", made[0].Len(), Rows)
	}
	return errors.Join(same(want.Slice(0, 0), made[0].Slice(0, 0)), same(made[0], made[1]))
}

func prints(c Case) error {
	t, _, err := c.fitted()
	if err != nil {
		return err
	}
	s, ok := t.(fmt.Stringer)
	if !ok {
		return errors.New("it has no String")
	}
	if text := s.String(); text == "" || strings.Contains(text, "\n") {
		return fmt.Errorf("it prints %q", text)
	}
	_ = c.make().(fmt.Stringer).String() // before Fit, too
	return nil
}
