package transformtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

func jsonRoundTrip(c Case) error {
	t, want := c.fitted()
	loaded := c.New()
	ok(json.Unmarshal(get(json.Marshal(t)), loaded))
	copyArrays(loaded, t)
	return errors.Join(equal(state(t), state(loaded)), same(want, get(loaded.Transform(c.data()))))
}

// copyArrays does what a model file does for slices that are too long for
// JSON.
func copyArrays(to, from transform.Transformer) {
	type arrayer interface{ Arrays() map[string]any }
	source, has := from.(arrayer)
	if !has {
		return
	}
	places := to.(arrayer).Arrays()
	for name, array := range source.Arrays() {
		reflect.ValueOf(places[name]).Elem().Set(reflect.ValueOf(array).Elem())
	}
}

func yamlRoundTrip(c Case) error {
	t := c.New()
	ok(config.Parse("settings", get(yaml.Marshal(c.make())), t))
	return equal(state(c.make()), state(t))
}

// same returns an error that names the first difference between two tables:
// numbers bit by bit, categories by their texts.
func same(want, got *table.Table) error {
	if !slices.Equal(want.Names(), got.Names()) {
		return fmt.Errorf("columns are %v, expected %v", got.Names(), want.Names())
	}
	if want.Len() != got.Len() {
		return fmt.Errorf("there are %d rows, expected %d", got.Len(), want.Len())
	}
	for j, w := range want.Columns() {
		g := got.Columns()[j]
		if w.Kind != g.Kind {
			return fmt.Errorf("column %q is a %v, expected a %v", w.Name, g.Kind, w.Kind)
		}
		for i := range w.Len() {
			if a, b := value(w, i), value(g, i); a != b {
				return fmt.Errorf("column %q, row %d is %v, expected %v", w.Name, i, b, a)
			}
		}
	}
	return nil
}

// value is comparable; all nulls of a kind are the same.
func value(c *table.Column, i int) any {
	switch {
	case c.IsNull(i):
		return nil
	case c.Kind == table.Float:
		return bits{math.Float64bits(c.Floats[i])}
	case c.Kind == table.Category:
		return c.Levels[c.Codes[i]]
	case c.Kind == table.Time:
		return c.Times[i]
	}
	return c.Texts[i]
}

type bits struct{ v uint64 }

func (b bits) String() string { return fmt.Sprint(math.Float64frombits(b.v)) }

// noRows checks that no rows give no rows of the same columns, and that Fit
// on none is no panic.
func noRows(c Case) error {
	t, want := c.fitted()
	none := c.data().Slice(0, 0)
	return errors.Join(same(want.Slice(0, 0), get(t.Transform(none))), c.survives(none))
}

func constantColumns(c Case) error { return c.survives(constants(c.data())) }

// nullColumns allows Fit to refuse nulls, with an error that names a column,
// but not Transform to panic on them.
func nullColumns(c Case) error {
	x := nulls(c.data())
	return errors.Join(c.survives(x), c.takes(x))
}

func unseenCategories(c Case) error { return c.takes(unseen(c.data())) }

// takes checks that rows x are transformed into the same columns as the data, or
// refused with an error that names a column.
func (c Case) takes(x *table.Table) error {
	t, want := c.fitted()
	got, err := t.Transform(x)
	if err != nil {
		return namesOne(err, c.Columns...)
	}
	return same(want.Slice(0, 0), got.Slice(0, 0))
}

// survives checks that Fit on x either fails, or that what it learns can be
// saved and transforms x into finite numbers.
func (c Case) survives(x *table.Table) error {
	t := c.make()
	if err := t.Fit(x, c.target()[:x.Len()], source()); err != nil {
		return nil //nolint:nilerr // to refuse is to survive
	}
	get(json.Marshal(t))
	return allFinite(get(t.Transform(x)))
}

func finite(c Case) error {
	_, out := c.fitted()
	return allFinite(out)
}

func allFinite(x *table.Table) error {
	for _, col := range x.Columns() {
		for i, v := range col.Floats {
			if math.IsInf(v, 0) {
				return fmt.Errorf("column %q, row %d is %v", col.Name, i, v)
			}
		}
	}
	return nil
}

// fitTransforms checks a [transform.FitTransformer]: it learns the same, and
// makes the same columns for its own rows, the same for the same source.
func fitTransforms(c Case) error {
	t, want := c.fitted()
	var made [2]*table.Table
	for i := range made {
		ft, isOne := c.make().(transform.FitTransformer)
		if !isOne {
			return nil
		}
		made[i] = get(ft.FitTransform(context.Background(), c.data(), c.target(), source()))
		ok(equal(state(t), state(ft)))
	}
	if made[0].Len() != Rows {
		return fmt.Errorf("it makes %d rows of %d", made[0].Len(), Rows)
	}
	return errors.Join(same(want.Slice(0, 0), made[0].Slice(0, 0)), same(made[0], made[1]))
}

func prints(c Case) error {
	t, _ := c.fitted()
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
