package transformtest

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/goccy/go-yaml"

	"example.com/engine/config"
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
