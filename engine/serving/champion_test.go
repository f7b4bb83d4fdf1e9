package serving

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
