package tree

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestImportanceIsThatOfLightGBM(t *testing.T) {
	var fixture struct {
		X       [][]number
		Targets map[string][]float64
		Cases   []struct {
			Settings json.RawMessage
			Gain     []float64
			Splits   []int
		}
	}
	readBoostingFixture(t, "boosting.json", &fixture)
	compared := 0
	for _, c := range fixture.Cases {
		if c.Gain == nil {
			continue
		}
		b := NewBoostingRegressor()
		require.NoError(t, json.Unmarshal(c.Settings, b))
		require.NoError(t, b.Fit(t.Context(), matrix(fixture.X), fixture.Targets["number"], nil, newRand()))
		got := b.Trees.Importance(b.Features)
		assert.Equal(t, c.Splits, got.Splits)
		// LightGBM's own gains carry single precision.
		assert.InEpsilonSlice(t, c.Gain, got.Gain, 1e-4)
		compared++
	}
	assert.Equal(t, 2, compared)
}

func TestImportanceOfAFeatureWithoutSplitsIsZero(t *testing.T) {
	e := NewEnsemble(1, 1)
	tree := stump()
	tree.Gain[0], tree.Gain[1] = 2, 3
	e.Append(tree)
	e.Append(tree)
	got := e.Importance(4)
	assert.Equal(t, []float64{4, 6, 0, 0}, got.Gain)
	assert.Equal(t, []int{2, 2, 0, 0}, got.Splits)
	assert.Equal(t, []int{1, 0, 2, 3}, got.ByGain())
}
