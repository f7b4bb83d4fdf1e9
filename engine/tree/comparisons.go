package tree

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/radix"
)

// featureTests are the tests of one feature: whether a row's key is at most
// keys[i] is test first+i. After these come the tests for sets of codes.
type featureTests struct {
	feature     int
	first       int
	keys        []uint64 // rising
	missingLeft []int    // tests that NaN passes
	sets        []int    // a split for each test by a set of codes
}

// test puts rows of x to the tests of the feature.
func (f *featureTests) test(passed []uint64, e *Ensemble, x *mat.Dense, from, rows int) {
	sets := passed[f.first:][:len(f.keys)]
	clear(sets)
	var missing uint64
	for r := 0; r < rows; r += 4 {
		var keys [4]uint64
		for i := range keys {
			v := x.At(from+min(r+i, rows-1), f.feature)
			keys[i] = radix.Key(v)
			if v != v {
				missing |= one(r + i)
			}
		}
		a, b, c, d := radix.Below(f.keys, keys[0], keys[1], keys[2], keys[3])
		for i, least := range [4]int{a, b, c, d} {
			if least < len(sets) {
				sets[least] |= one(r + i)
			}
		}
	}
	var most uint64 // rows whose key is at most that of the test
	for i, set := range sets {
		most |= set
		sets[i] = most
	}
	for _, t := range f.missingLeft {
		passed[t] |= missing
	}
	if len(f.sets) > 0 {
		f.testSets(passed[f.first+len(f.keys):], e, x, from, rows)
	}
}

// testSets puts rows to the tests by sets of codes. Of the rows that have one
// code the first stands for all.
func (f *featureTests) testSets(passed []uint64, e *Ensemble, x *mat.Dense, from, rows int) {
	var codes [setRows]float64
	var with [setRows]uint64
	n := 0
	for r := range rows {
		v := x.At(from+r, f.feature)
		i := 0
		for i < n && math.Float64bits(codes[i]) != math.Float64bits(v) {
			i++
		}
		if i == n {
			codes[n], with[n] = v, 0
			n++
		}
		with[i] |= one(r)
	}
	for t, split := range f.sets {
		left := int(e.Left[split])
		passed[t] = 0
		for i, v := range codes[:n] {
			if e.Child(split, v) == left {
				passed[t] |= with[i]
			}
		}
	}
}

// one is the set of one row. Its bit is where leafNumbers puts the row's number
// into the order of rows: row 8·k+g is bit 8·g+k.
func one(row int) uint64 { return 1 << (8*(row%8) + row/8) }
