package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/neighbors"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// NeighborMean tells what the surroundings of a row are like: of the columns in
// By it finds the training rows nearest to it, and of each other column it
// gives their mean, named <column>_of_<k>. It does not look at the target.
//
// FitTransform leaves each training row itself out, so that training rows and
// new ones get the same kind of number. Columns of By count by their scale. A
// row with a null among them is no neighbour, and gets nulls; elsewhere nulls
// are left out of the mean.
type NeighborMean struct {
	By        []string `yaml:"by" json:"by" validate:"min=1,unique"`
	Neighbors []int    `yaml:"n_neighbors" json:"n_neighbors" validate:"min=1,unique,dive,gte=1"`

	transform.Signature `yaml:"-"`
	Index               *neighbors.Index `yaml:"-" json:"index"`
	Values              []float64        `yaml:"-" json:"-"` // of the rows of the index, a number each other column
}

func init() {
	transform.Register("neighbor_mean", func() transform.Rowwise { return NewNeighborMean() })
}

// NewNeighborMean returns one for ten neighbours, which has to be told by what.
func NewNeighborMean() *NeighborMean { return &NeighborMean{Neighbors: []int{10}} }

// Fit keeps the rows of x; y and rng are not used.
func (t *NeighborMean) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(t, x, table.Float); err != nil {
		return err
	}
	t.In, t.Out = transform.FieldsOf(x), []transform.Field{}
	by, others, err := t.parts(x.Columns())
	if err != nil {
		return err
	}
	var points []float64
	rows := 0
	t.Values = []float64{}
	for i := range x.Len() {
		if point := pointOf(nil, by, i); !slices.ContainsFunc(point, math.IsNaN) {
			points, t.Values = append(points, point...), pointOf(t.Values, others, i)
			rows++
		}
	}
	if rows == 0 {
		return fmt.Errorf("every row has a null in %v, so there are no neighbours: impute them first", t.By)
	}
	for _, c := range others {
		for _, k := range t.Neighbors {
			t.Out = append(t.Out, transform.Field{Name: fmt.Sprintf("%s_of_%d", c.Name, k), Kind: table.Float})
		}
	}
	t.Index, err = neighbors.NewIndex(mat.NewDense(rows, len(by), points))
	return err
}

// parts tells the columns to find neighbours by from those to average.
func (t *NeighborMean) parts(cols []*table.Column) (by, others []*table.Column, err error) {
	for _, c := range cols {
		if !slices.Contains(t.By, c.Name) {
			others = append(others, c)
		}
	}
	for _, name := range t.By {
		i := slices.IndexFunc(cols, func(c *table.Column) bool { return c.Name == name })
		if i < 0 {
			return nil, nil, config.Invalid("by", "no column %q in the group", name)
		}
		by = append(by, cols[i])
	}
	if len(others) == 0 {
		return nil, nil, errors.New("no columns to average besides those in by")
	}
	return by, others, nil
}

// FitTransform is Fit, and the means over each row's neighbours but itself.
func (t *NeighborMean) FitTransform(_ context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if err := t.Fit(x, y, rng); err != nil {
		return nil, err
	}
	by, _, err := t.parts(x.Columns())
	if err != nil {
		return nil, err
	}
	return leaveOut(t.Out, by, x.Len(), t.describe)
}

// Transform returns the means over each row's neighbours among the training
// rows.
func (t *NeighborMean) Transform(x *table.Table) (*table.Table, error) { return transform.Run(t, x) }

// Apply is Transform on the columns of the signature.
func (t *NeighborMean) Apply(dst, src []*table.Column) error {
	by, _, err := t.parts(src)
	if err != nil {
		return err
	}
	t.describe(dst, by, 0, by[0].Len(), func(int) int { return -1 })
	return nil
}

// describe fills rows from <= i < to of dst. own(i) is the row of the index
// that is not to count for row i, or -1.
func (t *NeighborMean) describe(dst, by []*table.Column, from, to int, own func(i int) int) {
	others := len(dst) / len(t.Neighbors)
	search := newSearch(t.Index, slices.Max(t.Neighbors))
	defer search.giveBack()
	for i := from; i < to; i++ {
		near := search.nearest(by, i, own(i))
		for c := range others {
			for j, k := range t.Neighbors {
				dst[c*len(t.Neighbors)+j].Floats[i] = t.mean(near[:min(k, len(near))], c, others)
			}
		}
	}
}

// mean is that of one of the other columns, NaN where no neighbour has a value.
func (t *NeighborMean) mean(near []neighbors.Neighbor, c, others int) float64 {
	sum, n := 0.0, 0.0
	for _, at := range near {
		if v := t.Values[at.Row*others+c]; !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

// Arrays returns the learned slices by name, for saving and for loading.
func (t *NeighborMean) Arrays() map[string]any {
	if t.Index == nil {
		return nil
	}
	return indexArrays(t.Index, "values", &t.Values)
}

func (t *NeighborMean) String() string {
	return transform.Line("neighbor_mean", "by", strings.Join(t.By, ", "), "n_neighbors", t.Neighbors, "columns", t.In)
}

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

// leaveOut describes each of n training rows by its neighbours but itself.
func leaveOut(out []transform.Field, by []*table.Column, n int, describe func(dst, by []*table.Column, from, to int, own func(i int) int)) (*table.Table, error) {
	own, dst := ownRows(by, n), transform.NewColumns(out, n)
	err := transform.Blocks(n, func(from, to int) error {
		describe(dst, by, from, to, func(i int) int { return own[i] })
		return nil
	})
	if err != nil {
		return nil, err
	}
	return table.New(dst...)
}

// indexArrays returns the slices of an index and one that goes with it.
func indexArrays(index *neighbors.Index, name string, with *[]float64) map[string]any {
	return map[string]any{
		name: with, "points": &index.Points, "rows": &index.Rows, "dims": &index.Dims, "splits": &index.Splits,
	}
}
