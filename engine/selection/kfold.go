package selection

import (
	"fmt"
	"math/rand/v2"
)

// KFold cuts the rows into Folds parts of as many rows each, give or take one,
// in their order or, with Shuffle, in a drawn one. Each part is the test part
// of one fold.
type KFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
}

// Split returns Folds folds.
func (s *KFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := enough("k-fold", s.Folds, rows.N, "rows"); err != nil {
		return nil, err
	}
	return FoldsOf(blocks(rows.N, s.Folds, s.Shuffle, rng), s.Folds), nil
}

// enough returns an error if there are fewer parts than folds.
func enough(splitter string, folds, parts int, what string) error {
	if folds < 2 {
		return fmt.Errorf("%s needs at least 2 folds, not %d", splitter, folds)
	}
	if parts < folds {
		return fmt.Errorf("%s of %d folds needs as many %s, there are %d", splitter, folds, what, parts)
	}
	return nil
}

// blocks returns the fold of each of n things: the first n mod k folds get one
// more.
func blocks(n, k int, shuffle bool, rng *rand.Rand) []int {
	fold := make([]int, n)
	at := 0
	for f := range k {
		for range n/k + less(f, n%k) {
			fold[at] = f
			at++
		}
	}
	if shuffle {
		rng.Shuffle(n, func(i, j int) { fold[i], fold[j] = fold[j], fold[i] })
	}
	return fold
}

// less returns 1 if a < b, and 0 otherwise.
func less(a, b int) int {
	if a < b {
		return 1
	}
	return 0
}

// StratifiedKFold is KFold where each fold has each stratum's share of rows,
// to the row.
type StratifiedKFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
	Strata  `yaml:",inline"`
}

// Split returns Folds folds. A stratum with fewer rows than folds is missing
// from the test part of some: see Warnings.
func (s *StratifiedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	const name = "stratified k-fold"
	if err := enough(name, s.Folds, rows.N, "rows"); err != nil {
		return nil, err
	}
	stratum, count, err := s.strata(name, rows)
	if err != nil {
		return nil, err
	}
	return FoldsOf(s.deal(byAppearance(stratum, count), count, rng), s.Folds), nil
}

// deal returns the fold of each row as scikit-learn does: the rows sorted by
// stratum are dealt out one by one to tell how many of each stratum a fold
// gets, and then each stratum is cut into blocks of these sizes.
func (s *StratifiedKFold) deal(stratum []int, count int, rng *rand.Rand) []int {
	size := sizes(stratum, count)
	fold := make([][]int, count) // of each stratum's rows
	at := 0
	for k, n := range size {
		quota := make([]int, s.Folds)
		for range n {
			quota[at%s.Folds]++
			at++
		}
		for f, q := range quota {
			for range q {
				fold[k] = append(fold[k], f)
			}
		}
		if s.Shuffle {
			rng.Shuffle(n, func(i, j int) { fold[k][i], fold[k][j] = fold[k][j], fold[k][i] })
		}
	}
	out := make([]int, len(stratum))
	for i, k := range stratum {
		out[i], fold[k] = fold[k][0], fold[k][1:]
	}
	return out
}

// byAppearance renumbers strata by the order in which they appear.
func byAppearance(stratum []int, count int) []int {
	number := make([]int, count)
	for k := range number {
		number[k] = -1
	}
	out, next := make([]int, len(stratum)), 0
	for i, k := range stratum {
		if number[k] < 0 {
			number[k] = next
			next++
		}
		out[i] = number[k]
	}
	return out
}

// RepeatedKFold is a shuffled KFold several times over.
type RepeatedKFold struct {
	Folds   int `yaml:"folds" json:"folds" validate:"gte=2"`
	Repeats int `yaml:"repeats" json:"repeats" validate:"gte=1"`
}

// Split returns Folds · Repeats folds.
func (s *RepeatedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	return repeat(&KFold{Folds: s.Folds, Shuffle: true}, s.Repeats, rows, rng)
}

// RepeatedStratifiedKFold is a shuffled StratifiedKFold several times over.
type RepeatedStratifiedKFold struct {
	Folds   int `yaml:"folds" json:"folds" validate:"gte=2"`
	Repeats int `yaml:"repeats" json:"repeats" validate:"gte=1"`
	Strata  `yaml:",inline"`
}

// Split returns Folds · Repeats folds.
func (s *RepeatedStratifiedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	return repeat(&StratifiedKFold{Folds: s.Folds, Shuffle: true, Strata: s.Strata}, s.Repeats, rows, rng)
}

func repeat(s Splitter, times int, rows Rows, rng *rand.Rand) ([]Fold, error) {
	var all []Fold
	for range times {
		folds, err := s.Split(rows, rng)
		if err != nil {
			return nil, err
		}
		all = append(all, folds...)
	}
	return all, nil
}
