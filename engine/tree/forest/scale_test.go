package forest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/tree/treetest"
)

func TestScaleOfTargetsAndWeightsDoesNotMatter(t *testing.T) {
	x, y := treetest.Sample(300, 3, true, 18)
	w, y2, w2 := repeated(300, 1), make([]float64, 300), make([]float64, 300)
	for i := range y {
		w[i] = float64(1 + i%3)
		y2[i], w2[i] = math.Ldexp(y[i], 480), math.Ldexp(w[i], -700)
	}
	f, g := NewTreeRegressor(), NewTreeRegressor()
	a, b := fitTrees(t, f, x, y, w), fitTrees(t, g, x, y2, w2)
	assert.Equal(t, a.Feature, b.Feature)
	assert.Equal(t, a.Threshold, b.Threshold)
	for i := range a.Value {
		assert.Equal(t, math.Ldexp(a.Value[i], 480), b.Value[i])
	}
}
