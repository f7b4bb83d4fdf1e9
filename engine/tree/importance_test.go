package tree

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

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
