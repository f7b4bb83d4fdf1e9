package sketch

import (
	"fmt"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Of any number of strings, both sums follow the same, with exact counts.
func TestHashed(t *testing.T) {
	levels := func(from, to int) (all []Level) {
		for i := from; i < to; i++ {
			all = append(all, Level{fmt.Sprint("level ", i), 1 + i%3})
		}
		return all
	}
	for _, n := range []int{9, followed, 3 * followed, 50_000} {
		a, b := OfLevels(levels(0, n)), OfLevels(levels(n/3, n+n/3))
		assert.Equal(t, n <= followed, a.Halved == 0)
		assert.True(t, a.Valid(count(levels(0, n))))
		assert.False(t, a.Valid(n))
		u := a.Unseen(b)
		assert.InDelta(t, 1.0/3, u.Share, 0.05, n)
		assert.InDelta(t, 1.0/6, float64(u.Once)/float64(u.Followed), 0.05)
		assert.LessOrEqual(t, u.Count, u.Of)
		for i, hash := range a.Hashes {
			assert.GreaterOrEqual(t, bits.LeadingZeros64(uint64(hash)<<11), a.Halved)
			assert.Contains(t, []float64{1, 2, 3}, a.Counts[i])
		}
		for _, l := range levels(0, min(n, 20)) {
			came, known := a.Knows(l.Value)
			assert.Equal(t, known, came)
		}
		came, _ := a.Knows("nothing")
		assert.False(t, came)
	}
	assert.Equal(t, Unseen{}, OfLevels(nil).Unseen(OfLevels(nil)))
}

func count(levels []Level) (n int) {
	for _, l := range levels {
		n += l.Count
	}
	return n
}
