package table

import (
	"encoding/binary"
	"hash/maphash"
	"math"
)

// RowSet remembers rows by hashes of 128 bits: about 30 bytes a row, whatever
// the row holds. Two different rows count as equal once in 2^128 pairs.
type RowSet struct {
	seeds [2]maphash.Seed
	seen  map[[2]uint64]struct{}
	buf   []byte
}

// NewRowSet returns an empty set.
func NewRowSet() *RowSet {
	return &RowSet{
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		seen:  map[[2]uint64]struct{}{},
	}
}

// Len returns how many different rows were added.
func (s *RowSet) Len() int { return len(s.seen) }

// Add adds row i of the columns and tells whether it is new. Rows are equal if
// their values are: two nulls are equal, and so are 0 and -0.
func (s *RowSet) Add(cols []*Column, i int) bool {
	s.buf = s.buf[:0]
	for _, c := range cols {
		s.buf = c.appendKey(s.buf, i)
	}
	key := [2]uint64{maphash.Bytes(s.seeds[0], s.buf), maphash.Bytes(s.seeds[1], s.buf)}
	n := len(s.seen)
	s.seen[key] = struct{}{}
	return len(s.seen) > n
}

// appendKey appends the same bytes for equal values of a kind, and others for
// different ones, such that no two rows run together.
func (c *Column) appendKey(b []byte, i int) []byte {
	switch c.Kind {
	case Float:
		v := c.Floats[i]
		if math.IsNaN(v) {
			v = nan
		}
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v+0))
	case Time:
		return binary.LittleEndian.AppendUint64(b, uint64(c.Times[i]))
	case Category:
		text := ""
		if code := c.Codes[i]; code >= 0 {
			text = c.Levels[code]
		}
		return appendTextKey(b, text)
	default:
		return appendTextKey(b, c.Texts[i])
	}
}

func appendTextKey(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}
