package transformtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/goccy/go-yaml"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

func jsonRoundTrip(c Case) error {
	t, want, err := c.fitted()
	if err != nil {
		return err
	}
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	loaded := c.New()
	if err := json.Unmarshal(data, loaded); err != nil {
		return err
	}
	copyArrays(loaded, t)
	got, err := loaded.Transform(c.data())
	if err != nil {
		return err
	}
	return errors.Join(equal(string(data), state(loaded)), same(want, got))
}

// copyArrays does what a model file does for slices that are too long for
// JSON.
func copyArrays(to, from transform.Transformer) {
	type arrayer interface{ Arrays() map[string]any }
	source, ok := from.(arrayer)
	if !ok {
		return
	}
	places := to.(arrayer).Arrays()
	for name, array := range source.Arrays() {
		reflect.ValueOf(places[name]).Elem().Set(reflect.ValueOf(array).Elem())
	}
}

func yamlRoundTrip(c Case) error {
	data, err := yaml.Marshal(c.make())
	if err != nil {
		return err
	}
	t := c.New()
	if err := config.Parse("settings", data, t); err != nil {
		return err
	}
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
