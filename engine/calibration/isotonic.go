package calibration

import (
	"cmp"
	"slices"

	"example.com/engine/metrics"
	"example.com/engine/rank"
)

// Steps is a rising curve of steps: a probability at or above Edges[k-1] and
// below Edges[k] becomes Values[k].
type Steps struct {
	Edges  []float64 `json:"edges"`
	Values []float64 `json:"values"`
}

func (s *Steps) of(p float64) (contrary, probability float64) {
	k, found := slices.BinarySearch(s.Edges, p)
	if found {
		k++
	}
	return 1 - s.Values[k], s.Values[k]
}

// block is rows next to each other by probability that get one value.
type block struct {
	first, last    float64 // of their probabilities
	rows, positive float64
}

func (b block) share() float64 { return b.positive / b.rows }

// fitSteps finds the rising curve of the least squared error by pooling adjacent
// violators (Ayer et al. 1955). A step lies halfway between the rows that it
// parts.
func fitSteps(p, y []float64) *Steps {
	var blocks []block
	for _, i := range rank.Order(len(p), func(a, b int) int { return cmp.Compare(p[a], p[b]) }) {
		next := block{p[i], p[i], 1, y[i]}
		for n := len(blocks); n > 0; n = len(blocks) {
			last := blocks[n-1]
			if last.last < next.first && last.share() < next.share() {
				break
			}
			next = block{last.first, next.last, last.rows + next.rows, last.positive + next.positive}
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, next)
	}
	s := &Steps{}
	for k, b := range blocks {
		if k > 0 {
			s.Edges = append(s.Edges, metrics.Between(blocks[k-1].last, b.first))
		}
		s.Values = append(s.Values, b.share())
	}
	s.temper(blocks)
	return s
}

// temper moves values of 0 and 1, which no number of rows proves and one row
// makes infinitely wrong, to Laplace's rule of succession, as far as the curve
// still rises.
func (s *Steps) temper(blocks []block) {
	n := len(blocks)
	if s.Values[0] == 0 {
		s.Values[0] = 1 / (blocks[0].rows + 2)
		if n > 1 {
			s.Values[0] = min(s.Values[0], s.Values[1]/2)
		}
	}
	if s.Values[n-1] == 1 {
		s.Values[n-1] = 1 - 1/(blocks[n-1].rows+2)
		if n > 1 {
			s.Values[n-1] = max(s.Values[n-1], (1+s.Values[n-2])/2)
		}
	}
}
