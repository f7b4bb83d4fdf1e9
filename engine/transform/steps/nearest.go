package steps

import (
	"math"
	"slices"
	"sync"

	"example.com/engine/neighbors"
	"example.com/engine/table"
)

// search finds neighbours without allocating, once it has been used.
type search struct {
	index   *neighbors.Index
	most    int
	near    []neighbors.Neighbor
	point   []float64
	targets []float64 // room for those of the neighbours
}

var searches = sync.Pool{New: func() any { return new(search) }}

func newSearch(index *neighbors.Index, most int) *search {
	s := searches.Get().(*search)
	s.index, s.most, s.targets = index, most, slices.Grow(s.targets[:0], most+1)
	return s
}

func (s *search) giveBack() {
	s.index = nil
	searches.Put(s)
}

// nearest returns the neighbours of row i but the row of the index that is its
// own, if not -1; there may be one more than the most that are asked for.
func (s *search) nearest(src []*table.Column, i, own int) []neighbors.Neighbor {
	s.point = pointOf(s.point[:0], src, i)
	most := s.most
	if own >= 0 {
		most++
	}
	s.near = s.index.Nearest(s.near[:0], s.point, most)
	return slices.DeleteFunc(s.near, func(n neighbors.Neighbor) bool { return n.Row == own })
}

func pointOf(dst []float64, src []*table.Column, i int) []float64 {
	for _, c := range src {
		dst = append(dst, c.Floats[i])
	}
	return dst
}

// ownRows returns the number that each of n rows has in the index, or -1 for
// one that is not in it.
func ownRows(by []*table.Column, n int) []int {
	own, next := make([]int, n), 0
	for i := range own {
		own[i] = -1
		if !slices.ContainsFunc(pointOf(nil, by, i), math.IsNaN) {
			own[i] = next
			next++
		}
	}
	return own
}

// indexArrays returns the slices of an index and one that goes with it.
func indexArrays(index *neighbors.Index, name string, with *[]float64) map[string]any {
	return map[string]any{
		name: with, "points": &index.Points, "rows": &index.Rows, "dims": &index.Dims, "splits": &index.Splits,
	}
}
