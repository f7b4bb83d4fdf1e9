package boost

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/tree/treetest"
)

func TestImportanceIsThatOfLightGBM(t *testing.T) {
	var fixture struct {
		X       [][]treetest.Number
		Targets map[string][]float64
		Cases   []struct {
			Settings json.RawMessage
			Gain     []float64
			Splits   []int
		}
	}
	treetest.ReadJSON(t, "boosting.json", &fixture)
	compared := 0
	for _, c := range fixture.Cases {
		if c.Gain == nil {
			continue
		}
		b := NewRegressor()
		require.NoError(t, json.Unmarshal(c.Settings, b))
		require.NoError(t, b.Fit(t.Context(), treetest.Matrix(fixture.X), fixture.Targets["number"], nil, treetest.Rand()))
		got := b.Trees.Importance(b.Features)
		assert.Equal(t, c.Splits, got.Splits)
		// LightGBM's own gains carry single precision.
		assert.InEpsilonSlice(t, c.Gain, got.Gain, 1e-4)
		compared++
	}
	assert.Equal(t, 2, compared)
}
