package tree

import (
	"math/bits"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// exactColumn is one feature of the rows of a level: for each row the rank of its
// value among the distinct ones, so that comparing codes is comparing values.
// NaN, where there is one, has the last code. Exactly one slice is in use, the
// narrowest that holds the codes; key takes their place where thresholds are
// drawn at random, since nothing is sorted then: see orderedKey.
type exactColumn struct {
	u8  []uint8
	u16 []uint16
	u32 []uint32
	key []uint64

	card    int  // number of codes, with that of NaN
	missing bool // some value is NaN
	ready   bool // a narrow level makes a column when it is first asked for
}

// exactCode is what a column's codes are stored as.
type exactCode interface{ uint8 | uint16 | uint32 }

// present returns the number of codes without that of NaN.
func (c *exactColumn) present() int {
	if c.missing {
		return c.card - 1
	}
	return c.card
}

// encode ranks the values of feature f.
func encodeColumn(x *mat.Dense, f int, s *exactSorter) exactColumn {
	n, _ := x.Dims()
	s.load(x, f)
	s.sort()
	codes := make([]uint32, n)
	c := exactColumn{card: s.ranks(codes), ready: true}
	if len(s.keys) < n {
		c.missing = true
		c.card++
	}
	c.store(codes)
	return c
}

// keyColumn is the column of a feature whose thresholds are drawn at random.
func keyColumn(x *mat.Dense, f int) exactColumn {
	n, _ := x.Dims()
	c := exactColumn{key: make([]uint64, n), ready: true}
	for i := range c.key {
		c.key[i] = orderedKey(x.At(i, f))
		c.missing = c.missing || c.key[i] == nanKey
	}
	return c
}

// store keeps the codes in the narrowest slice that holds them.
func (c *exactColumn) store(codes []uint32) {
	switch {
	case c.card <= 1<<8:
		c.u8 = narrowed(c.u8, codes)
	case c.card <= 1<<16:
		c.u16 = narrowed(c.u16, codes)
	default:
		c.u32 = append(c.u32[:0], codes...)
	}
}

func narrowed[C exactCode](dst []C, codes []uint32) []C {
	if cap(dst) < len(codes) {
		dst = make([]C, len(codes))
	}
	dst = dst[:len(codes)]
	for i, c := range codes {
		dst[i] = C(c)
	}
	return dst
}

// exactSorter sorts the values of a feature by radix: linear in the rows, and four
// times as fast as slices.Sort on 16,000 of them.
type exactSorter struct {
	keys, keys2 []uint64
	rows, rows2 []uint32
	n           int
}

// load takes the values that are not NaN, as integers in the same order.
func (s *exactSorter) load(x *mat.Dense, f int) {
	raw := x.RawMatrix()
	s.n = raw.Rows
	s.keys, s.rows = s.keys[:0], s.rows[:0]
	for i := range raw.Rows {
		v := raw.Data[i*raw.Stride+f]
		if v != v {
			continue
		}
		s.keys = append(s.keys, orderedKey(v))
		s.rows = append(s.rows, uint32(i))
	}
}

// sort orders keys and rows by key, rows of one key as they came. A digit that
// is the same in all keys costs no pass.
func (s *exactSorter) sort() {
	const digit, size = 11, 1 << 11
	n := len(s.keys)
	s.keys2, s.rows2 = slices.Grow(s.keys2[:0], n), slices.Grow(s.rows2[:0], n)
	var differ uint64
	for _, k := range s.keys {
		differ |= k ^ s.keys[0]
	}
	for shift := 0; shift < bits.Len64(differ); shift += digit {
		if differ>>shift&(size-1) == 0 {
			continue
		}
		var start [size]uint32
		for _, k := range s.keys {
			start[k>>shift&(size-1)]++
		}
		sum := uint32(0)
		for d, c := range start {
			start[d] = sum
			sum += c
		}
		keys, rows := s.keys2[:len(s.keys)], s.rows2[:len(s.keys)]
		for i, k := range s.keys {
			at := &start[k>>shift&(size-1)]
			keys[*at], rows[*at] = k, s.rows[i]
			*at++
		}
		s.keys, s.keys2, s.rows, s.rows2 = keys, s.keys, rows, s.rows
	}
}

// ranks writes the code of every row and returns the number of distinct
// values. Rows that are NaN get that number.
func (s *exactSorter) ranks(codes []uint32) (distinct int) {
	last := -1
	for i, k := range s.keys {
		if i == 0 || k != s.keys[i-1] {
			last++
		}
		codes[s.rows[i]] = uint32(last)
	}
	if len(s.keys) == len(codes) {
		return last + 1
	}
	seen := make([]bool, len(codes))
	for _, r := range s.rows {
		seen[r] = true
	}
	for r := range codes {
		if !seen[r] {
			codes[r] = uint32(last + 1)
		}
	}
	return last + 1
}
