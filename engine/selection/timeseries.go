package selection

import (
	"fmt"
	"math/rand/v2"
)

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
	time, count := make([]int, rows.N), rows.N
	for i := range time {
		time[i] = i
	}
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
