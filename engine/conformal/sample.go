package conformal

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"example.com/engine/rank"
)

// Sample is scores of rows that a model did not learn from. Each row counts 1, or,
// where rows come in groups, each group does, and its rows share that: the next row
// is then one of a new group, and what is exchangeable are groups, not rows. With
// the weight of one group at infinity, the level is kept whatever the groups' sizes
// and however alike their rows are (Lee, Barber and Willett 2023, "Distribution-free
// inference with hierarchical data"; Dunn, Wasserman and Ramdas 2023,
// "Distribution-free prediction sets for two-layer hierarchical models").
type Sample struct {
	Scores  []float64 // rising
	Weights []float64 // of each score and all before it; nil: each counts 1
	Units   int       // rows, or groups
}

// ErrTooFew tells that no threshold keeps the level.
var ErrTooFew = errors.New("too few rows to calibrate intervals")

// NewSample sorts the scores. groups has the group of each, or is nil.
func NewSample(scores []float64, groups []int) Sample {
	if groups == nil {
		return Sample{Scores: slices.Sorted(slices.Values(scores)), Units: len(scores)}
	}
	w, units := Weights(groups)
	s := Sorted(scores, w)
	s.Units = units
	return s
}

// Weights returns 1 / the number of rows of each row's group, and counts the groups;
// nil if groups is.
func Weights(groups []int) (w []float64, units int) {
	if groups == nil {
		return nil, 0
	}
	size := map[int]int{}
	for _, g := range groups {
		size[g]++
	}
	w = make([]float64, len(groups))
	for i, g := range groups {
		w[i] = 1 / float64(size[g])
	}
	return w, len(size)
}

// Sorted returns scores with the weights of each, or nil, as a part of a sample,
// of which it does not know the units.
func Sorted(scores, w []float64) Sample {
	if w == nil {
		return Sample{Scores: slices.Sorted(slices.Values(scores))}
	}
	s := Sample{Scores: make([]float64, len(scores)), Weights: make([]float64, len(scores))}
	var sum, lost float64 // Kahan's, so that fractions of many groups stay within roundOff
	for k, i := range rank.Order(len(scores), func(a, b int) int { return cmp.Compare(scores[a], scores[b]) }) {
		next := sum + (w[i] - lost)
		sum, lost = next, (next-sum)-(w[i]-lost)
		s.Scores[k], s.Weights[k] = scores[i], sum
	}
	return s
}

// UpTo is the weight of the first n scores.
func (s Sample) UpTo(n int) float64 {
	if s.Weights == nil || n == 0 {
		return float64(n)
	}
	return s.Weights[n-1]
}

// Quantile returns the value that a further draw from the same distribution is at
// most as large as with the probability of the share: of rows, the ⌈share (n+1)⌉-th
// smallest. It is an error if there are too few for it.
func (s Sample) Quantile(share float64) (float64, error) {
	if err := Enough(s.Units, s.Weights != nil, share); err != nil {
		return 0, err
	}
	want := Rank(s.Units, share)
	for i, v := range s.Scores {
		if s.UpTo(i+1) >= want {
			return v, nil
		}
	}
	return s.Scores[len(s.Scores)-1], nil
}

// Enough returns ErrTooFew with the numbers unless n rows, or groups, can keep the level.
func Enough(n int, groups bool, share float64) error {
	if float64(n) >= Rank(n, share) && n > 0 {
		return nil
	}
	what := "rows"
	if groups {
		what = "groups"
	}
	least := math.Ceil(share/(1-share) - roundOff)
	return fmt.Errorf("%w: %d %s for the share %.3g, which takes %.0f", ErrTooFew, n, what, share, least)
}

// roundOff is less than any number of rows or groups matters by: a share like 0.9
// is taken for the decimal that it is written as, and weights for fractions.
const roundOff = 1e-9

// Rank is share (n+1), which the weight of the scores up to a threshold must reach.
func Rank(n int, share float64) float64 { return share*float64(n+1) - roundOff }

// TwoSided returns the thresholds that leave out the share side of the errors
// at either end. groups has the group of each, or is nil.
func TwoSided(errs []float64, groups []int, side float64) (t Threshold, err error) {
	t.Rows = len(errs)
	if t.Above, err = NewSample(errs, groups).Quantile(1 - side); err != nil {
		return t, err
	}
	below := slices.Clone(errs)
	floats.Scale(-1, below)
	t.Below, err = NewSample(below, groups).Quantile(1 - side)
	return t, err
}

// Kth returns the least of all centre[j] + parts[j].Scores[i] up to which the sums
// have at least that weight, or +Inf. It halves the candidates of each part in turn.
func Kth(centre []float64, parts []Sample, weight float64) float64 {
	best := math.Inf(1)
	for j := range parts {
		at, _ := slices.BinarySearchFunc(parts[j].Scores, weight, func(s, weight float64) int {
			if upTo(centre, parts, centre[j]+s) >= weight {
				return 1
			}
			return -1
		})
		if at < len(parts[j].Scores) {
			best = min(best, centre[j]+parts[j].Scores[at])
		}
	}
	return best
}

// upTo weighs the sums that are at most v.
func upTo(centre []float64, parts []Sample, v float64) (weight float64) {
	for j, p := range parts {
		at, _ := slices.BinarySearchFunc(p.Scores, v, func(s, v float64) int {
			if centre[j]+s > v {
				return 1
			}
			return -1
		})
		weight += p.UpTo(at)
	}
	return weight
}
