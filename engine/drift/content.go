package drift

import "example.com/engine/sketch"

// gramBuckets is how many counts Column.Grams has, a power of two.
const gramBuckets = 256

// gramOf returns the bucket, from 0 to gramBuckets-1, of one to three consecutive
// bytes of a string that is not empty. The number of the row determines how many, and
// around which byte. Before and after the string is a 256, which is no byte.
func gramOf(s string, row int) int {
	lot := sketch.Mix(uint64(row) + 0x9e3779b97f4a7c15)
	at, n := int(lot%uint64(len(s))), int(lot>>32%3)
	h := uint64(n)
	for i := at - n/2; i <= at+(n+1)/2; i++ {
		b := uint64(256)
		if i >= 0 && i < len(s) {
			b = uint64(s[i])
		}
		h = h<<9 | b
	}
	return int(sketch.Mix(h+1) % gramBuckets)
}

// content compares what strings hold, besides their lengths: some bytes of each,
// and whether the reference has them, if most of its strings come again.
func (c *Comparison) content(ref, cur *Column) {
	if ref.Hashed == nil || cur.Hashed == nil {
		c.Reason = "the model's file is of an older version, which compares the lengths of strings only: train it again"
		return
	}
	a, b := merged(ref.Grams, cur.Grams)
	_, c.JensenShannon = distances(a, b)
	statistic, _, p := ChiSquared(a, b)
	c.Content = newTest("chi_squared", statistic, p)
	if u := ref.Hashed.Unseen(cur.Hashed); 2*u.Once < u.Followed {
		c.unseen(ref, cur)
	}
}
