package style

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/engine/random"
)

// There are three to eight labels, or three to five on a narrow axis.
func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high  float64
		many, some int
	}{
		{0, 2900, 6, 3}, {0, 1600, 7, 4}, {0, 350, 8, 4}, {0, 6000, 7, 3}, {0.02, 0.98, 3, 3}, {-1, 1, 5, 3}, {3, 19, 6, 3}, {0, 999, 4, 4},
	} {
		assert.Len(t, ticks{}.Ticks(c.low, c.high), c.many, "%v", c)
		assert.Len(t, ticks{few: true}.Ticks(c.low, c.high), c.some, "%v", c)
	}
	assert.Len(t, ticks{}.Ticks(3, 3), 1)
	rng := random.New(1, "ticks")
	for range 10_000 {
		low := rng.NormFloat64()
		high := low + math.Exp(5*rng.NormFloat64())
		assert.LessOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 5, "%v to %v", low, high)
		assert.GreaterOrEqual(t, len(ticks{few: true}.Ticks(low, high)), 3, "%v to %v", low, high)
	}
}
