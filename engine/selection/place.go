package selection

import (
	"cmp"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"

	"example.com/engine/random"
	"example.com/engine/rank"
)

// places draws a number of 64 bits for each row, which depends on its unit and on
// one draw from rng alone, and is uniform over the draws.
func (r Rows) places(rng *rand.Rand) []uint64 {
	if r.Units != nil && len(r.Units) != r.N {
		panic("selection: slice length mismatch")
	}
	key, at := rng.Uint64(), make([]uint64, r.N)
	for i := range at {
		unit := random.Mix(uint64(i))
		if r.Units != nil {
			unit = r.Units[i]
		}
		at[i] = random.Mix(unit ^ key)
	}
	return at
}

// grouped has the groups for units.
func (r Rows) grouped() Rows {
	units := make([]uint64, r.N)
	for i, g := range r.Groups {
		units[i] = random.Mix(uint64(g)) // also small numbers
	}
	return Rows{N: r.N, Units: units}
}

// below tells which places are in the first share of all.
func below(at []uint64, share float64) []bool {
	in, limit := make([]bool, len(at)), uint64(share*(1<<64))
	for i, place := range at {
		in[i] = place < limit
	}
	return in
}

// byNumber returns 0 … n-1.
func byNumber(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// byPlace returns the numbers of the places, sorted by place.
func byPlace(at []uint64) []int {
	return rank.Order(len(at), func(a, b int) int { return cmp.Compare(at[a], at[b]) })
}

// oncePer returns the place of each group, given those of its rows.
func oncePer(group []int, count int, at []uint64) []uint64 {
	of := make([]uint64, count)
	for i, g := range group {
		of[g] = at[i]
	}
	return of
}

// deal makes k folds: one of each k-th of all places or, if exact, as many
// different places for each, give or take one. A fold without a row is an error.
func deal(splitter string, at []uint64, k int, exact bool) ([]Fold, error) {
	fold := make([]int, len(at))
	for i, place := range at {
		high, _ := bits.Mul64(place, uint64(k))
		fold[i] = int(high)
	}
	if exact {
		all := slices.Compact(slices.Sorted(slices.Values(at)))
		block := blocks(len(all), k)
		for i, place := range at {
			nth, _ := slices.BinarySearch(all, place)
			fold[i] = block[nth]
		}
	}
	if n := slices.Index(sizes(fold, k), 0); n >= 0 {
		return nil, fmt.Errorf("%s of %d rows: fold %d of %d has none: take fewer folds, or write `exact: true`", splitter, len(at), n+1, k)
	}
	return FoldsOf(fold, k), nil
}
