package drift

import "example.com/engine/sketch"

// gramBuckets is how many counts Column.Grams has, a power of two.
const gramBuckets = 256

// gramOf returns the bucket of one to three bytes in a row of a text; how many,
// and where they begin, the number of the row says. Before and behind the text
// is a byte that none has.
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

// content compares what texts hold, beside their lengths: some bytes of each,
// and whether they are texts that the reference has, if most of these come again.
func (c *Comparison) content(ref, cur *Column) {
	if ref.Hashed == nil || cur.Hashed == nil {
		c.Reason = "the model's file is of an older version, which compares the lengths of texts only: train it anew"
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
