package sketch

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// sampledValues is how many values Distinct follows at most.
const sampledValues = 1 << 14

// Distinct estimates how many different values there are and how many of them
// come once. It follows the values whose hash is below a bound, each at every
// time that it comes, and halves the bound when they are too many (Gibbons
// 2001, "Distinct sampling"). Up to 16,384 different values it is exact, but
// for equal hashes of 64 bits; beyond, the relative standard error is about
// 1 %.
type Distinct struct {
	seen   map[uint64]uint32 // how often, by hash
	most   int               // that are followed
	halved int
}

// NewDistinct returns a Distinct of no values.
func NewDistinct() *Distinct { return &Distinct{seen: map[uint64]uint32{}, most: sampledValues} }

// Add adds a value by its hash; see [Hash].
func (d *Distinct) Add(hash uint64) { d.add(hash, 1) }

func (d *Distinct) add(hash uint64, n uint32) {
	if bits.LeadingZeros64(hash) < d.halved {
		return
	}
	d.seen[hash] += n
	for len(d.seen) > d.most {
		d.halved++
		for h := range d.seen {
			if bits.LeadingZeros64(h) < d.halved {
				delete(d.seen, h)
			}
		}
	}
}

// Count estimates how many different values there are.
func (d *Distinct) Count() int { return len(d.seen) << d.halved }

// Repeated returns how many of the values followed come more than once, and
// how many are followed.
func (d *Distinct) Repeated() (repeated, followed int) {
	for _, n := range d.seen {
		if n > 1 {
			repeated++
		}
	}
	return repeated, len(d.seen)
}

// Hash returns a hash that is the same in every run: FNV-1a, mixed so that the
// leading bits are as good as the others (Murmur3's finalizer).
func Hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return Mix(h)
}

// Mix spreads the bits of a number over all of the hash.
func Mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Counts counts texts. Beyond the most that it tells apart, those that are new
// are counted together, as others.
type Counts struct {
	most   int
	index  map[string]int
	levels []Level
	others int
}

// Level is a text and how often it came.
type Level struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// NewCounts returns a Counts that tells at most so many texts apart.
func NewCounts(most int) *Counts { return &Counts{most: most, index: map[string]int{}} }

// Add counts s n times.
func (c *Counts) Add(s string, n int) {
	if n == 0 {
		return
	}
	i, ok := c.index[s]
	if !ok {
		if len(c.levels) == c.most {
			c.others += n
			return
		}
		s = strings.Clone(s) // a part of a longer text would keep all of it
		i = len(c.levels)
		c.index[s] = i
		c.levels = append(c.levels, Level{Value: s})
	}
	c.levels[i].Count += n
}

// Others returns how many texts were counted together.
func (c *Counts) Others() int { return c.others }

// Levels returns the texts that came most, ties in order of the text.
func (c *Counts) Levels() []Level {
	out := slices.Clone(c.levels)
	slices.SortFunc(out, func(a, b Level) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return out
}
