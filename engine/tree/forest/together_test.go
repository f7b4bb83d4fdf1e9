package forest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/engine/tree/treetest"
)

// What several processors find together is what one finds, with constant
// columns known from above and found, and fewer columns wanted than there are.
func TestSearchingTogetherIsSearching(t *testing.T) {
	x, y := treetest.Sample(100, 6, true, 20)
	for i := range 100 {
		x.Set(i, 3, 1)
		x.Set(i, 4, 1)
		x.Set(i, 2, x.At(i, 0)) // for ties
	}
	settings := defaultGrowth()
	for _, want := range []MaxFeatures{"1", "2", "4", "all"} {
		settings.MaxFeatures = want
		set, err := (&growing{x: x, y: y, criterion: squaredError}).set(&settings, nil)
		require.NoError(t, err)
		for seed := range uint64(50) {
			it := item{to: 100, seed: seed}
			one, several := newPool(set), newPool(set)
			g, h := <-one.free, <-several.free
			l := set.level(nil)
			total := sumRows(l.stat, l.rows)
			g.draw.forget(it)
			h.draw.forget(it)
			g.draw.constant[0], h.draw.constant[0] = 1<<3, 1<<3
			a, _ := g.search(l, it, total)
			h.draw.start(it)
			b, _ := h.searchTogether(l, l.rows, total)
			assert.Equal(t, a, b)
			assert.Equal(t, g.draw.constant, h.draw.constant)
			assert.Equal(t, g.draw.state, h.draw.state)
		}
	}
}
