package serving

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/serving/servingtest"
)

// The example is that of the settings where it fits the model.
func TestExample(t *testing.T) {
	settings := Default()
	settings.Example = map[string]any{"size": 66, "heat": nil}
	s, _ := startServer(t, servingtest.Toy(t, "price"), settings)
	champion := s.champion.Load()
	assert.NoError(t, champion.doubt)
	assert.JSONEq(t, `{"size":66,"rooms":1,"city":"bern","built":"2024-01-01","heat":null,"note":null}`, string(champion.Example))
	for _, bad := range []map[string]any{{"size": "x"}, {"other": 1}} {
		settings.Example = bad
		s, _ := startServer(t, servingtest.Toy(t, "price"), settings)
		champion := s.champion.Load()
		assert.ErrorContains(t, champion.doubt, "example: #/")
		assert.Contains(t, string(champion.Example), `"size":100`)
	}
}

// What is derived of a champion changes with it; a model that it can't be derived
// of is not served.
func TestDerive(t *testing.T) {
	s := newTestServer(t, Default(), io.Discard)
	first := s.Champion()
	refused := errors.New("not this one")
	version, err := Derive(s, func(c *Champion) (string, error) {
		if c.Model.Version() != first.Model.Version() {
			return "", refused
		}
		return c.Model.Version(), nil
	})
	require.NoError(t, err)
	assert.Equal(t, first.Model.Version(), version.Of(s.Champion()))
	s.path, err = other()
	require.NoError(t, err)
	require.ErrorIs(t, s.load(), refused)
	assert.Same(t, first, s.Champion())
	_, err = Derive(s, func(*Champion) (int, error) { return 0, refused })
	require.ErrorIs(t, err, refused)
}
