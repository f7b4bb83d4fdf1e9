package selection

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
)

// Random draws the test rows. It is scikit-learn's ShuffleSplit with one split.
type Random struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"` // share of the rows, rounded up
}

// Split returns one fold.
func (s *Random) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	test := make([]bool, rows.N)
	for _, i := range rng.Perm(rows.N)[:share(rows.N, s.TestSize)] {
		test[i] = true
	}
	return holdout("random split", test)
}

// share is the number of test rows, rounded up as by scikit-learn.
func share(n int, size float64) int { return int(math.Ceil(size * float64(n))) }

// Stratified draws the test rows so that each stratum has its share of them,
// to the row. It is scikit-learn's StratifiedShuffleSplit with one split.
type Stratified struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
	Strata   `yaml:",inline"`
}

// Split returns one fold. A stratum of one row is an error, and so is a test
// or training part with fewer rows than there are strata.
func (s *Stratified) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	stratum, count, err := s.strata("stratified split", rows)
	if err != nil {
		return nil, err
	}
	tests := share(rows.N, s.TestSize)
	if least := min(tests, rows.N-tests); least < count {
		return nil, fmt.Errorf("stratified split of %d rows leaves a part of %d rows, too few for %d strata", rows.N, least, count)
	}
	left := proportional(sizes(stratum, count), rows.N-tests, rng)
	test := make([]bool, rows.N)
	for _, i := range rng.Perm(rows.N) {
		if left[stratum[i]] > 0 {
			left[stratum[i]]-- // a training row
		} else {
			test[i] = true
		}
	}
	return holdout("stratified split", test)
}

// proportional shares out total among the strata by their sizes: each gets its
// share rounded down, and those with the largest remainders one more. Ties are
// drawn.
func proportional(size []int, total int, rng *rand.Rand) []int {
	all := 0
	for _, n := range size {
		all += n
	}
	given, remainder := make([]int, len(size)), make([]float64, len(size))
	left := total
	for k, n := range size {
		exact := float64(n) / float64(all) * float64(total)
		given[k] = int(exact)
		remainder[k] = exact - math.Floor(exact)
		left -= given[k]
	}
	order := rng.Perm(len(size))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for _, k := range order[:left] {
		given[k]++
	}
	return given
}

// Group draws whole groups for the test.
//
// Note: scikit-learn's GroupShuffleSplit draws a share of the groups; here they
// are drawn until their rows are as near to the share of the rows as the next
// group allows, which is what one means where groups differ in size.
type Group struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

// Split returns one fold.
func (s *Group) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := need(rows, "group split", "groups", rows.Groups); err != nil {
		return nil, err
	}
	group, count := distinct(rows.Groups)
	if count < 2 {
		return nil, fmt.Errorf("group split needs two groups, there are %d", count)
	}
	size, chosen := sizes(group, count), make([]bool, count)
	goal, got := s.TestSize*float64(rows.N), 0.0
	for k, g := range rng.Perm(count) {
		n := float64(size[g])
		near := got+n/2 <= goal
		if (near || got == 0) && k < count-1 {
			chosen[g] = true
			got += n
		}
		if !near {
			break
		}
	}
	test := make([]bool, rows.N)
	for i, g := range group {
		test[i] = chosen[g]
	}
	return holdout("group split", test)
}

// Time takes the latest rows for the test. Rows of one time stay together: the
// test starts early enough to hold all of its first time.
type Time struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

// Split returns one fold.
func (s *Time) Split(rows Rows, _ *rand.Rand) ([]Fold, error) {
	if err := need(rows, "time split", "times", rows.Time); err != nil {
		return nil, err
	}
	test := make([]bool, rows.N)
	if rows.N > 0 {
		sorted := slices.Sorted(slices.Values(rows.Time))
		start := sorted[rows.N-share(rows.N, s.TestSize)]
		for i, t := range rows.Time {
			test[i] = t >= start
		}
	}
	return holdout("time split", test)
}

// Hash takes the rows for the test whose key has a low checksum, so that a row
// stays in its part when others come and go. It is the book's rule (Géron,
// Hands-On Machine Learning, chapter 2): crc32(key) < TestSize · 2³².
type Hash struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
}

// Split returns one fold. Its test part is near the share and not exact.
func (s *Hash) Split(rows Rows, _ *rand.Rand) ([]Fold, error) {
	if err := need(rows, "hash split", "keys", rows.Keys); err != nil {
		return nil, err
	}
	test := make([]bool, rows.N)
	for i, key := range rows.Keys {
		test[i] = float64(crc32.ChecksumIEEE([]byte(key))) < s.TestSize*(1<<32)
	}
	return holdout("hash split", test)
}

// Given takes the rows for the test whose numbers, from 0, it is given.
type Given struct {
	Test []int `yaml:"-" json:"test"`
}

// Split returns one fold.
func (s *Given) Split(rows Rows, _ *rand.Rand) ([]Fold, error) {
	test := make([]bool, rows.N)
	for _, i := range s.Test {
		if i < 0 || i >= rows.N {
			return nil, fmt.Errorf("split by row numbers: no row %d: there are %d, counted from 0", i, rows.N)
		}
		if test[i] {
			return nil, fmt.Errorf("split by row numbers: row %d is listed twice", i)
		}
		test[i] = true
	}
	return holdout("split by row numbers", test)
}
