package sketch

import (
	"math/bits"
	"slices"
)

const (
	hashBuckets = 512  // a power of two
	followed    = 1024 // values that Hashed follows at most
)

// Hashed sums up strings by their hashes, in a memory that does not grow with how many different ones there are. Two
// such sums can be compared, since a string falls into the same bucket, and is followed or not, in both: which, its
// hash says, and not how often it comes. A list of the most frequent strings of a table has no such use beyond its
// end: what is on it came more often by chance, too, than it does in another table.
type Hashed struct {
	// Buckets count all strings, each in the bucket of the last bits of its hash.
	Buckets []float64 `json:"-"`
	// Hashes are those of the strings that are followed, the leading 53 bits, in rising order, and Counts how often
	// each came (Gibbons 2001, "Distinct sampling"): all strings whose hash begins with Halved zeros.
	Hashes []float64 `json:"-"`
	Counts []float64 `json:"-"`
	Halved int       `json:"halved"`
}

// Hasher makes a Hashed.
type Hasher struct {
	buckets [hashBuckets]float64
	sample  Distinct
}

// NewHasher returns a Hasher of no strings.
func NewHasher() *Hasher {
	return &Hasher{sample: Distinct{seen: map[uint64]uint32{}, most: followed}}
}

// Add counts a string, by its hash, n times; see [Hash].
func (h *Hasher) Add(hash uint64, n int) {
	h.buckets[hash%hashBuckets] += float64(n)
	h.sample.add(hash, uint32(n))
}

// Hashed returns the sums.
func (h *Hasher) Hashed() *Hashed {
	out := &Hashed{Buckets: h.buckets[:], Halved: h.sample.halved}
	for hash := range h.sample.seen {
		out.Hashes = append(out.Hashes, short(hash))
	}
	slices.Sort(out.Hashes)
	out.Counts = make([]float64, len(out.Hashes))
	for hash, n := range h.sample.seen {
		i, _ := slices.BinarySearch(out.Hashes, short(hash))
		out.Counts[i] += float64(n)
	}
	return out
}

// short is what a float64 holds of a hash.
func short(hash uint64) float64 { return float64(hash >> 11) }

// OfLevels returns the sums of levels.
func OfLevels(levels []Level) *Hashed {
	h := NewHasher()
	for _, l := range levels {
		h.Add(Hash(l.Value), l.Count)
	}
	return h.Hashed()
}

// Valid tells whether the parts fit each other, and stand for that many strings.
func (h *Hashed) Valid(count int) bool {
	sum := 0.0
	for _, n := range h.Buckets {
		sum += n
	}
	return len(h.Buckets) == hashBuckets && len(h.Hashes) == len(h.Counts) && sum == float64(count)
}

// Unseen is what one sum says of the strings that another has not.
type Unseen struct {
	// Count of Of strings of the second that are followed in both are not in the first.
	Count, Of int
	// Share estimates the share of them among all strings of the second.
	Share float64
	// Once of Followed strings of the first that are followed in both came once.
	Once, Followed int
}

// Unseen looks for the strings of other that h does not have.
func (h *Hashed) Unseen(other *Hashed) Unseen {
	var u Unseen
	halved := max(h.Halved, other.Halved)
	for i, hash := range h.Hashes {
		if follows(hash, halved) {
			u.Followed += int(h.Counts[i])
			if h.Counts[i] == 1 {
				u.Once++
			}
		}
	}
	for i, hash := range other.Hashes {
		if !follows(hash, halved) {
			continue
		}
		u.Of += int(other.Counts[i])
		if _, known := slices.BinarySearch(h.Hashes, hash); !known {
			u.Count += int(other.Counts[i])
		}
	}
	all := 0.0
	for _, n := range other.Buckets {
		all += n
	}
	if all > 0 {
		u.Share = min(1, float64(u.Count<<halved)/all)
	}
	return u
}

// Knows tells whether a string came; known is false if it is not followed.
func (h *Hashed) Knows(s string) (came, known bool) {
	hash := short(Hash(s))
	_, came = slices.BinarySearch(h.Hashes, hash)
	return came, follows(hash, h.Halved)
}

func follows(short float64, halved int) bool {
	return bits.LeadingZeros64(uint64(short)<<11) >= halved
}
