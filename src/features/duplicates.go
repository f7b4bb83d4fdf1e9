package main

import (
	"hash/maphash"
	"math"
	"math/bits"

	"example.com/housing/src/internal/table"
)

// duplicates are the rows that repeat an earlier row in every column.
type duplicates struct {
	Rows  int `json:"rows"`  // that repeat an earlier one
	Moved int `json:"moved"` // to the other side, where the row stands that they repeat

	first []int32 // of each row: the first row that is the same
}

// findDuplicates compares all columns. A null is the same as a null, and 0 is
// the same as -0.
func findDuplicates(t *table.Table) duplicates {
	n := t.Len()
	d := duplicates{first: make([]int32, n)}
	hashes := hashRows(t)
	// An open hash table of row numbers plus one, at most half full.
	slots := make([]int32, 1<<bits.Len(uint(2*n)))
	mask := uint64(len(slots) - 1)
	for i := range n {
		at := hashes[i] & mask
		for slots[at] != 0 {
			if j := int(slots[at] - 1); hashes[j] == hashes[i] && same(t, i, j) {
				break
			}
			at = (at + 1) & mask
		}
		if slots[at] == 0 {
			slots[at] = int32(i + 1)
		} else {
			d.Rows++
		}
		d.first[i] = slots[at] - 1
	}
	return d
}

// follow puts each repeated row where the first of its kind is.
func (d *duplicates) follow(test []bool) {
	for i, j := range d.first {
		if test[i] != test[j] {
			test[i] = test[j]
			d.Moved++
		}
	}
}

// straddling counts the repeated rows that are on the other side.
func (d *duplicates) straddling(test []bool) int {
	n := 0
	for i, j := range d.first {
		if test[i] != test[j] {
			n++
		}
	}
	return n
}

func same(t *table.Table, i, j int) bool {
	for _, c := range t.Columns() {
		if c.IsNull(i) || c.IsNull(j) {
			if c.IsNull(i) != c.IsNull(j) {
				return false
			}
			continue
		}
		switch c.Kind {
		case table.Float:
			if c.Floats[i] != c.Floats[j] {
				return false
			}
		case table.Category:
			if c.Codes[i] != c.Codes[j] {
				return false
			}
		case table.Time:
			if c.Times[i] != c.Times[j] {
				return false
			}
		default:
			if c.Texts[i] != c.Texts[j] {
				return false
			}
		}
	}
	return true
}

// hashRows hashes what same compares. The hashes differ from run to run,
// which rows are the same does not.
func hashRows(t *table.Table) []uint64 {
	h := make([]uint64, t.Len())
	seed := maphash.MakeSeed()
	for _, c := range t.Columns() {
		for i := range h {
			h[i] = mix(h[i] + cell(c, i, seed))
		}
	}
	return h
}

func cell(c *table.Column, i int, seed maphash.Seed) uint64 {
	switch c.Kind {
	case table.Float:
		if v := c.Floats[i]; v == v {
			return math.Float64bits(v + 0) // -0 + 0 is 0
		}
		return math.MaxUint64
	case table.Category:
		return uint64(c.Codes[i])
	case table.Time:
		return uint64(c.Times[i])
	default:
		return maphash.String(seed, c.Texts[i])
	}
}

// mix is the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
