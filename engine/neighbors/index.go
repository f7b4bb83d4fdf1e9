// Package neighbors predicts from the training rows nearest to a row, by
// Euclidean distance: a regressor, a classifier, and the index that finds the
// rows.
//
// It takes numbers and gives numbers and depends on nothing else of this
// module. Columns count by their scale: standardise them first. Settings and
// predictions are those of scikit-learn's KNeighborsRegressor and
// KNeighborsClassifier, but that of rows at the same distance those of lower
// number are nearer, so that the answer does not hang on the algorithm.
package neighbors

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Index finds the rows nearest to a point, by a k-d tree (Friedman, Bentley
// and Finkel 1977) in few columns, or by looking at all. It is a copy of the
// rows it was made of, and safe for concurrent use.
//
// The tree is flat: Points holds the rows in the order of the leaves, node i
// has the children 2i+1 and 2i+2, and a node's rows are cut in the middle.
type Index struct {
	Columns int       `json:"columns"`
	Points  []float64 `json:"-"` // n × Columns
	Rows    []int32   `json:"-"` // the number that each point had
	Dims    []int32   `json:"-"` // of each node: the column that parts its rows,
	Splits  []float64 `json:"-"` // and the value: left ≤ split ≤ right
}

// Neighbor is a row found and its squared distance.
type Neighbor struct {
	Row     int
	Squared float64
}

// leafRows is the number of rows up to which a node is not parted. Of 8, 12, 16
// and 30, 12 and 16 were the fastest on 16,512 rows in 2 and in 9 columns.
const leafRows = 12

// mostColumns is the width up to which a tree is made, as in scikit-learn: in
// more columns it comes to look at most rows anyway.
const mostColumns = 15

// NewIndex copies the rows of x, of which every cell is finite: anything else
// is an error that names column and row.
func NewIndex(x *mat.Dense) (*Index, error) {
	if err := checkFinite(x); err != nil {
		return nil, err
	}
	_, p := x.Dims()
	return newIndex(x, p <= mostColumns), nil
}

func checkFinite(x *mat.Dense) error {
	n, _ := x.Dims()
	for i := range n {
		for j, v := range x.RawRowView(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("neighbors: column %d is %v in row %d: impute missing values before nearest neighbours", j, v, i)
			}
		}
	}
	return nil
}

func newIndex(x *mat.Dense, tree bool) *Index {
	n, p := x.Dims()
	b := &Index{Columns: p, Points: make([]float64, 0, n*p), Rows: make([]int32, n)}
	for i := range n {
		b.Points = append(b.Points, x.RawRowView(i)...)
		b.Rows[i] = int32(i)
	}
	if tree {
		b.grow()
	}
	return b
}

// Len returns the number of rows.
func (b *Index) Len() int { return len(b.Rows) }

// Nearest appends the k rows nearest to the point q to dst, the nearest first;
// fewer if there are fewer, and none if q holds a NaN. It allocates nothing if
// dst has room for k more.
func (b *Index) Nearest(dst []Neighbor, q []float64, k int) []Neighbor {
	if len(q) != b.Columns {
		panic(fmt.Sprintf("neighbors: point has %d columns, want %d", len(q), b.Columns))
	}
	s := search{index: b, q: q, start: len(dst), k: k, found: dst}
	if k <= 0 || slices.ContainsFunc(q, math.IsNaN) {
		return dst
	}
	s.visit(0, 0, len(b.Rows), 0)
	return s.found
}

// search is one look-up.
type search struct {
	index *Index
	q     []float64
	k     int
	start int        // found[start:] is what this search found,
	found []Neighbor // the nearest first
	// offset is, by column, how far q is from the cell of the node visited.
	offset [mostColumns]float64
}

// visit looks at a node with the rows from ≤ i < to, whose cell is at least at
// the squared distance bound.
func (s *search) visit(node, from, to int, bound float64) {
	if node >= len(s.index.Splits) {
		s.scan(from, to)
		return
	}
	mid := (from + to) / 2
	dim := s.index.Dims[node]
	apart := s.q[dim] - s.index.Splits[node]
	if apart < 0 {
		s.visit(2*node+1, from, mid, bound)
	} else {
		s.visit(2*node+2, mid, to, bound)
	}
	before := s.offset[dim]
	bound += apart*apart - before*before
	// The bound is rounded: a row at the same distance is not to be missed.
	if bound*(1-1e-12) > s.worst() {
		return
	}
	s.offset[dim] = apart
	if apart < 0 {
		s.visit(2*node+2, mid, to, bound)
	} else {
		s.visit(2*node+1, from, mid, bound)
	}
	s.offset[dim] = before
}

// worst is the squared distance beyond which a row is not wanted.
func (s *search) worst() float64 {
	if len(s.found)-s.start < s.k {
		return math.Inf(1)
	}
	return s.found[len(s.found)-1].Squared
}

// scan takes what is near enough of the points from ≤ i < to.
func (s *search) scan(from, to int) {
	p := s.index.Columns
	points, rows := s.index.Points[from*p:to*p], s.index.Rows[from:to]
	worst := s.worst()
	for i, row := range rows {
		d := squared(s.q, points[i*p:(i+1)*p])
		if d <= worst {
			s.take(Neighbor{Row: int(row), Squared: d})
			worst = s.worst()
		}
	}
}

// squared is the squared distance of two points. The conversion keeps compilers
// from fusing, so that it is the same on every CPU.
func squared(a, b []float64) float64 {
	sum := 0.0
	b = b[:len(a)]
	for j, v := range a {
		d := v - b[j]
		sum += float64(d * d)
	}
	return sum
}

// take puts n in its place and drops the last if there are more than k.
//
// Note: tried and slower for 40 of 16,512 rows: the place by halves and one move
// of the rest (1.3 ×); to keep 2k in no order, of which the nearest k are chosen
// when they are full and sorted at the end (1.3 ×).
func (s *search) take(n Neighbor) {
	if len(s.found)-s.start < s.k {
		s.found = append(s.found, n)
	} else if !nearer(n, s.found[len(s.found)-1]) {
		return
	}
	found := s.found[s.start:]
	i := len(found) - 1
	for ; i > 0 && n.Squared < found[i-1].Squared; i-- {
		found[i] = found[i-1]
	}
	for ; i > 0 && nearer(n, found[i-1]); i-- { // of those at the same distance
		found[i] = found[i-1]
	}
	found[i] = n
}

func nearer(a, b Neighbor) bool {
	return a.Squared < b.Squared || a.Squared == b.Squared && a.Row < b.Row
}

// grow orders the points into a tree whose leaves have at most leafRows rows.
func (b *Index) grow() {
	nodes := 0
	for leaf := len(b.Rows); leaf > leafRows; leaf = (leaf + 1) / 2 {
		nodes = 2*nodes + 1
	}
	b.Dims, b.Splits = make([]int32, nodes), make([]float64, nodes)
	b.part(0, 0, len(b.Rows))
}

// part cuts the rows of a node in the middle along its widest column.
func (b *Index) part(node, from, to int) {
	if node >= len(b.Splits) {
		return
	}
	dim := b.widest(from, to)
	mid := (from + to) / 2
	b.order(from, to, mid, dim)
	b.Dims[node], b.Splits[node] = int32(dim), b.at(mid, dim)
	b.part(2*node+1, from, mid)
	b.part(2*node+2, mid, to)
}

func (b *Index) at(i, dim int) float64 { return b.Points[i*b.Columns+dim] }

// widest returns the column of the largest range, the first among equals.
func (b *Index) widest(from, to int) int {
	best, most := 0, -1.0
	for dim := range b.Columns {
		low, high := math.Inf(1), math.Inf(-1)
		for i := from; i < to; i++ {
			low, high = min(low, b.at(i, dim)), max(high, b.at(i, dim))
		}
		if high-low > most {
			best, most = dim, high-low
		}
	}
	return best
}

// order moves points until those before mid are at most, and those after it at
// least, the one at mid: Hoare's selection with the median of three.
func (b *Index) order(from, to, mid, dim int) {
	for low, high := from, to-1; low < high; {
		pivot := median(b.at(low, dim), b.at((low+high)/2, dim), b.at(high, dim))
		i, j := low, high
		for i <= j {
			for b.at(i, dim) < pivot {
				i++
			}
			for b.at(j, dim) > pivot {
				j--
			}
			if i <= j {
				b.swap(i, j)
				i++
				j--
			}
		}
		switch {
		case mid <= j:
			high = j
		case mid >= i:
			low = i
		default:
			return
		}
	}
}

func median(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }

func (b *Index) swap(i, j int) {
	p := b.Columns
	one, two := b.Points[i*p:(i+1)*p], b.Points[j*p:(j+1)*p]
	for k := range one {
		one[k], two[k] = two[k], one[k]
	}
	b.Rows[i], b.Rows[j] = b.Rows[j], b.Rows[i]
}
