package forest

import (
	"gonum.org/v1/gonum/mat"

	"example.com/engine/radix"
)

// column is one feature of the rows of a level: for each row the rank of its
// value among the distinct ones, so that comparing codes is comparing values.
// NaN, where there is one, has the last code. Exactly one slice is in use, the
// narrowest that holds the codes; key takes their place where thresholds are
// drawn at random, since nothing is sorted then: see radix.Key.
type column struct {
	u8  []uint8
	u16 []uint16
	u32 []uint32
	key []uint64

	card    int  // number of codes, with that of NaN
	missing bool // some value is NaN
	ready   bool // a narrow level makes a column when it is first asked for
}

// code is what a column's codes are stored as.
type code interface{ uint8 | uint16 | uint32 }

// present returns the number of codes without that of NaN.
func (c *column) present() int {
	if c.missing {
		return c.card - 1
	}
	return c.card
}

// encodeColumn ranks the values of feature f.
func encodeColumn(x *mat.Dense, f int, s *radix.Sorter) column {
	raw := x.RawMatrix()
	s.Reset(raw.Rows)
	for i := range raw.Rows {
		s.Add(radix.Key(raw.Data[i*raw.Stride+f]), uint32(i))
	}
	keys, rows := s.Sort()
	codes := make([]uint32, raw.Rows)
	c := column{ready: true}
	for i, k := range keys {
		if i == 0 || k != keys[i-1] {
			c.card++
		}
		codes[rows[i]] = uint32(c.card - 1)
	}
	c.missing = len(keys) > 0 && keys[len(keys)-1] == radix.NaNKey
	c.store(codes)
	return c
}

// keyColumn is the column of a feature whose thresholds are drawn at random.
func keyColumn(x *mat.Dense, f int) column {
	n, _ := x.Dims()
	c := column{key: make([]uint64, n), ready: true}
	for i := range c.key {
		c.key[i] = radix.Key(x.At(i, f))
		c.missing = c.missing || c.key[i] == radix.NaNKey
	}
	return c
}

// store keeps the codes in the narrowest slice that holds them.
func (c *column) store(codes []uint32) {
	switch {
	case c.card <= 1<<8:
		c.u8 = narrowed(c.u8, codes)
	case c.card <= 1<<16:
		c.u16 = narrowed(c.u16, codes)
	default:
		c.u32 = append(c.u32[:0], codes...)
	}
}

func narrowed[C code](dst []C, codes []uint32) []C {
	if cap(dst) < len(codes) {
		dst = make([]C, len(codes))
	}
	dst = dst[:len(codes)]
	for i, c := range codes {
		dst[i] = C(c)
	}
	return dst
}
