package forest

import (
	"testing"

	"example.com/engine/tree/treetest"
)

// BenchmarkForest grows 100 trees on 16,512 rows of 24 columns, of which a node
// draws 9.
func BenchmarkForest(b *testing.B) {
	x, y := treetest.Sample(16_512, 24, false, 1)
	f := NewRegressor()
	f.MaxFeatures = "9"
	b.Run("forest", func(b *testing.B) {
		for b.Loop() {
			fitTrees(b, f, x, y, nil)
		}
	})
	e := NewExtraRegressor()
	e.MaxFeatures = "9"
	b.Run("extra", func(b *testing.B) {
		for b.Loop() {
			fitTrees(b, e, x, y, nil)
		}
	})
}
