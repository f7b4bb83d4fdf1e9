package selection

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Random draws the test rows. With Exact it is scikit-learn's ShuffleSplit with
// one split.
type Random struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"` // share of the rows; if exact, rounded up
	Exact    bool    `yaml:"exact" json:"exact,omitempty"`
}

// Split returns one fold.
func (s *Random) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	at := rows.places(rng)
	if !s.Exact {
		return drawn("random split", below(at, s.TestSize))
	}
	test := make([]bool, rows.N)
	for _, i := range byPlace(at)[:share(rows.N, s.TestSize)] {
		test[i] = true
	}
	return holdout("random split", test)
}

// drawn is holdout that knows a way out.
func drawn(splitter string, test []bool) ([]Fold, error) {
	folds, err := holdout(splitter, test)
	if err != nil && len(test) > 1 {
		err = fmt.Errorf("%w: write `exact: true`, so that both have some, or another seed", err)
	}
	return folds, err
}

// share is the number of test rows, rounded up as by scikit-learn.
func share(n int, size float64) int { return int(math.Ceil(size * float64(n))) }

// Stratified draws the test rows so that each stratum has its share of them: in
// expectation, as Random has, or with Exact to the row. Then it is
// scikit-learn's StratifiedShuffleSplit with one split.
type Stratified struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
	Exact    bool    `yaml:"exact" json:"exact,omitempty"`
	Strata   `yaml:",inline"`
}

// Split returns one fold. With Exact a stratum of one row is an error, and so is
// a test or training part with fewer rows than there are strata.
func (s *Stratified) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	stratum, count, err := s.strata("stratified split", rows, s.Exact)
	if err != nil {
		return nil, err
	}
	if !s.Exact {
		return drawn("stratified split", below(rows.places(rng), s.TestSize))
	}
	tests := share(rows.N, s.TestSize)
	if least := min(tests, rows.N-tests); least < count {
		return nil, fmt.Errorf("stratified split of %d rows leaves a part of %d rows, too few for %d strata", rows.N, least, count)
	}
	left := proportional(sizes(stratum, count), rows.N-tests, rng)
	test := make([]bool, rows.N)
	for _, i := range slices.Backward(byPlace(rows.places(rng))) {
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

// Group draws whole groups for the test. A group with more than 1.5 times the rows
// that the test is to have is a training group whatever is drawn, or it would be most
// of the test. So such a group can change sides when the table grows;
// no other can.
//
// With Exact groups are taken in a drawn order until their rows are as near to
// the share as the next one allows. scikit-learn's GroupShuffleSplit draws a
// share of the groups, not of the rows.
type Group struct {
	TestSize float64 `yaml:"test_size" json:"test_size" validate:"gt=0,lt=1"`
	Exact    bool    `yaml:"exact" json:"exact,omitempty"`
}

// Giant tells whether a group with that many of the n rows is too large for the test.
func (s *Group) Giant(rows, n int) bool { return float64(rows) > 1.5*s.TestSize*float64(n) }

// Split returns one fold.
func (s *Group) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := need(rows, "group split", "groups", rows.Groups); err != nil {
		return nil, err
	}
	group, count := distinct(rows.Groups)
	if count < 2 {
		return nil, fmt.Errorf("group split needs two groups, there are %d", count)
	}
	size, at := sizes(group, count), rows.grouped().places(rng)
	test := below(at, s.TestSize)
	if s.Exact {
		test = Take(s.nearest(size, oncePer(group, count, at)), group)
	}
	for i, g := range group {
		test[i] = test[i] && !s.Giant(size[g], rows.N)
	}
	folds, err := drawn("group split", test)
	if err != nil && s.Giant(slices.Min(size), rows.N) {
		err = fmt.Errorf("group split: each of the %d groups has more than 1.5 times the %d rows wanted for the test: "+
			"split by a column of more groups, or write a larger test_size", count, share(rows.N, s.TestSize))
	}
	return folds, err
}

// nearest chooses groups by their places until their rows are as near to the
// share of all as the next one allows, the first in any case; if all are giants,
// the smallest.
func (s *Group) nearest(size []int, at []uint64) []bool {
	n := 0
	for _, rows := range size {
		n += rows
	}
	chosen, goal, got := make([]bool, len(size)), s.TestSize*float64(n), 0.0
	for _, g := range byPlace(at) {
		if s.Giant(size[g], n) {
			continue
		}
		more := float64(size[g])
		if got > 0 && got+more/2 > goal {
			break
		}
		chosen[g] = true
		got += more
	}
	if got == 0 {
		chosen[slices.Index(size, slices.Min(size))] = true
	}
	return chosen
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
