package selection

import (
	"fmt"
	"math/rand/v2"
)

// KFold cuts the rows into Folds parts, each of which is the test part of one
// fold: in their order, as many rows each, give or take one; or, with Shuffle, by
// a draw of each row's own, as many in expectation or, with Exact, to the row.
type KFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
}

// Split returns Folds folds.
func (s *KFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	if err := enough("k-fold", s.Folds, rows.N, "rows"); err != nil {
		return nil, err
	}
	if !s.Shuffle {
		return FoldsOf(blocks(rows.N, s.Folds), s.Folds), nil
	}
	return deal("k-fold", rows.places(rng), s.Folds, s.Exact)
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
func blocks(n, k int) []int {
	fold := make([]int, 0, n)
	for f := range k {
		size := n / k
		if f < n%k {
			size++
		}
		for range size {
			fold = append(fold, f)
		}
	}
	return fold
}

// StratifiedKFold is KFold where each fold has each stratum's share of rows, to
// the row; with Shuffle and without Exact in expectation, which is to say as
// KFold has it.
type StratifiedKFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Shuffle bool `yaml:"shuffle" json:"shuffle"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
	Strata  `yaml:",inline"`
}

// Split returns Folds folds. A stratum with fewer rows than folds is missing
// from the test part of some: see Warnings.
func (s *StratifiedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	const name = "stratified k-fold"
	if err := enough(name, s.Folds, rows.N, "rows"); err != nil {
		return nil, err
	}
	stratum, count, err := s.strata(name, rows, !s.Shuffle || s.Exact)
	if err != nil {
		return nil, err
	}
	if s.Shuffle && !s.Exact {
		return deal(name, rows.places(rng), s.Folds, false)
	}
	order := byNumber(rows.N)
	if s.Shuffle {
		order = byPlace(rows.places(rng))
	}
	return FoldsOf(s.deal(byAppearance(stratum, count), count, order), s.Folds), nil
}

// deal returns the fold of each row as scikit-learn does: the rows sorted by
// stratum are dealt out one by one to tell how many of each stratum a fold
// gets, and then each stratum is cut, in the order given, into blocks of these
// sizes.
func (s *StratifiedKFold) deal(stratum []int, count int, order []int) []int {
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
	}
	out := make([]int, len(stratum))
	for _, i := range order {
		k := stratum[i]
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
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Repeats int  `yaml:"repeats" json:"repeats" validate:"gte=1"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
}

// Split returns Folds · Repeats folds.
func (s *RepeatedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	return repeat(&KFold{Folds: s.Folds, Shuffle: true, Exact: s.Exact}, s.Repeats, rows, rng)
}

// RepeatedStratifiedKFold is a shuffled StratifiedKFold several times over.
type RepeatedStratifiedKFold struct {
	Folds   int  `yaml:"folds" json:"folds" validate:"gte=2"`
	Repeats int  `yaml:"repeats" json:"repeats" validate:"gte=1"`
	Exact   bool `yaml:"exact" json:"exact,omitempty"`
	Strata  `yaml:",inline"`
}

// Split returns Folds · Repeats folds.
func (s *RepeatedStratifiedKFold) Split(rows Rows, rng *rand.Rand) ([]Fold, error) {
	return repeat(&StratifiedKFold{Folds: s.Folds, Shuffle: true, Exact: s.Exact, Strata: s.Strata}, s.Repeats, rows, rng)
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

// TimeSeriesSplit tests on what comes after the training part: Folds test
// parts follow each other up to the end, and each is trained on what comes
// before it, less a gap. The training part grows from fold to fold, or with
// MaxTrainSize is a window that rolls.
//
// Sizes count distinct times: rows of one time, as the cities of one month,
// stay together. Where Rows.Time is nil, each row is a time of its own, in
// their order, and the folds are scikit-learn's.
type TimeSeriesSplit struct {
	Folds        int `yaml:"folds" json:"folds" validate:"gte=2"`
	TestSize     int `yaml:"test_size" json:"test_size,omitempty" validate:"gte=0"`           // 0: a part of 1/(Folds+1)
	MaxTrainSize int `yaml:"max_train_size" json:"max_train_size,omitempty" validate:"gte=0"` // 0: all
	Gap          int `yaml:"gap" json:"gap,omitempty" validate:"gte=0"`
}

// Split returns Folds folds, the earliest first.
func (s *TimeSeriesSplit) Split(rows Rows, _ *rand.Rand) ([]Fold, error) {
	time, count := byNumber(rows.N), rows.N
	if rows.Time != nil {
		if err := need(rows, "time series split", "times", rows.Time); err != nil {
			return nil, err
		}
		time, count = distinct(rows.Time)
	}
	if err := enough("time series split", s.Folds+1, count, "times"); err != nil {
		return nil, err
	}
	size := s.TestSize
	if size == 0 {
		size = count / (s.Folds + 1)
	}
	first := count - s.Folds*size
	if first-s.Gap <= 0 {
		return nil, fmt.Errorf("time series split of %d times into %d tests of %d with a gap of %d leaves none to train on", count, s.Folds, size, s.Gap)
	}
	folds := make([]Fold, s.Folds)
	for k := range folds {
		start := first + k*size
		folds[k] = s.fold(time, start, start+size)
	}
	return folds, nil
}

// fold takes the times from start to before end for the test.
func (s *TimeSeriesSplit) fold(time []int, start, end int) (f Fold) {
	last, from := start-s.Gap, 0
	if s.MaxTrainSize > 0 {
		from = max(0, last-s.MaxTrainSize)
	}
	for i, t := range time {
		switch {
		case t >= from && t < last:
			f.Train = append(f.Train, i)
		case t >= start && t < end:
			f.Test = append(f.Test, i)
		}
	}
	return f
}

// Repeats are the rows whose features are those of an earlier row.
type Repeats struct {
	Rows int `json:"rows"`
	// Agreement is Cohen's kappa of their targets with those of the rows before them
	// that they repeat: 1 where all are the same, 0 where they are as often as those
	// of any two rows.
	Agreement float64 `json:"agreement"`
	// Together says that they belong on one side of a split, since they are copies,
	// or too few to matter.
	Together bool `json:"together"`
}

// Up to fewRepeats of the rows stay with the rows that they repeat whatever they
// are; more do if they agree as copies do.
const (
	fewRepeats     = 0.05
	copiesAgreeing = 0.9
)

// FindRepeats tells copies of rows, which must not be learned from and tested on,
// from rows that are alike because their columns are coarse, as those of
// another draw will be. first holds for each row the first one with the same
// features, target the first one with the same target.
//
// The target must not say which rows stay together: those of the same features
// with one target would then be learned, and those with the other be the test,
// so that what is right of most rows is wrong of the test rows.
func FindRepeats(first, target []int32) Repeats {
	if len(first) != len(target) {
		panic("selection: slice length mismatch")
	}
	var r Repeats
	count := make([]float64, len(first)) // of rows, by the first of the same target
	last := make([]int32, len(first))    // row, by the first of the same features
	agreeing := 0.0
	for i, j := range first {
		count[target[i]]++
		if int(j) != i {
			r.Rows++
			if target[i] == target[last[j]] {
				agreeing++
			}
		}
		last[j] = int32(i)
	}
	n, chance := float64(len(first)), 0.0
	for _, c := range count {
		chance += c / n * c / n
	}
	r.Agreement = 1
	if r.Rows > 0 && chance < 1 {
		r.Agreement = (agreeing/float64(r.Rows) - chance) / (1 - chance)
	}
	r.Together = float64(r.Rows) <= fewRepeats*n || r.Agreement >= copiesAgreeing
	return r
}
