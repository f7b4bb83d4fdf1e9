package steps

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/neighbors"
	"example.com/engine/selection"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// KNNTarget describes the target of the training rows nearest to a row: what
// the neighbours cost. It makes one column for each statistic and number of
// neighbours, in that order, named knn_<k>_<statistic>.
//
// FitTransform leaves each training row itself out, or its group, or its block of
// times, so that no row has seen its own target. Fit and Transform on the training rows would leak it.
//
// Columns count by their scale. A row with a null is no neighbour, and gets
// nulls. The target is a number, or 0 and 1 for two classes.
type KNNTarget struct {
	// Neighbors are the numbers of neighbours; where there are fewer rows, all
	// of them count.
	Neighbors []int `yaml:"n_neighbors" json:"n_neighbors" validate:"min=1,unique,dive,gte=1"`
	// Statistics of the neighbours' targets: mean, weighted by 1 / (distance +
	// Offset); median; spread, the standard deviation; and distance, which is
	// that of the furthest of them.
	Statistics []string `yaml:"statistics" json:"statistics" validate:"min=1,unique,dive,oneof=mean median spread distance"`
	// Offset keeps a row at the same place from counting alone, in units of
	// the columns.
	Offset float64 `yaml:"offset" json:"offset" validate:"gt=0"`

	transform.Signature `yaml:"-"`
	Index               *neighbors.Index `yaml:"-" json:"index"`
	Targets             []float64        `yaml:"-" json:"-"` // of the rows of the index, by their number
}

func init() { transform.Register("knn_target", func() transform.Rowwise { return NewKNNTarget() }) }

// NewKNNTarget returns one for the mean of ten neighbours.
func NewKNNTarget() *KNNTarget {
	return &KNNTarget{Neighbors: []int{10}, Statistics: []string{"mean"}, Offset: 0.01}
}

// Fit keeps the rows of x that have no null, with their targets.
func (t *KNNTarget) Fit(x *table.Table, y []float64, _ *rand.Rand) error {
	if err := transform.Learnable(t, x, table.Float); err != nil {
		return err
	}
	if x.Width() == 0 {
		return fmt.Errorf("no columns to find neighbours by")
	}
	if len(y) != x.Len() {
		return fmt.Errorf("it needs the target of %d rows and got %d", x.Len(), len(y))
	}
	points, targets := []float64{}, []float64{}
	for i, v := range y {
		if v-v != 0 {
			return transform.BadValue("target", i, "%v is not a number to average", v)
		}
		if point := pointOf(nil, x.Columns(), i); !slices.ContainsFunc(point, math.IsNaN) {
			points, targets = append(points, point...), append(targets, v)
		}
	}
	if len(targets) == 0 {
		return fmt.Errorf("every row has a null, so there are no neighbours: impute them first")
	}
	index, err := neighbors.NewIndex(mat.NewDense(len(targets), x.Width(), points))
	if err != nil {
		return err
	}
	t.Index, t.Targets = index, targets
	t.In, t.Out = transform.FieldsOf(x), []transform.Field{}
	for _, statistic := range t.Statistics {
		for _, k := range t.Neighbors {
			t.Out = append(t.Out, transform.Field{Name: fmt.Sprintf("knn_%d_%s", k, statistic), Kind: table.Float})
		}
	}
	return nil
}

// FitTransform is Fit, and what each row's neighbours but itself say.
func (t *KNNTarget) FitTransform(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if err := t.Fit(x, y, rng); err != nil {
		return nil, err
	}
	if tied, err := selection.Tied(ctx, x.Len()); tied || err != nil {
		return t.crossFit(ctx, x, y, rng)
	}
	return leaveOut(t.Out, x.Columns(), x.Len(), t.describe)
}

// crossFit returns what each row's neighbours of other parts say, where rows
// hang together: neighbours of the row's own group, say, would know its target.
func (t *KNNTarget) crossFit(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	part, count, err := selection.Parts(ctx, x.Len(), min(10, x.Len()), nil, rng)
	if err != nil {
		return nil, err
	}
	dst := transform.NewColumns(t.Out, x.Len())
	for _, f := range selection.FoldsOf(part, count) {
		others := KNNTarget{Neighbors: t.Neighbors, Statistics: t.Statistics, Offset: t.Offset}
		if err := others.Fit(x.Take(f.Train), selection.Take(y, f.Train), nil); err != nil {
			return nil, err
		}
		out, err := others.Transform(x.Take(f.Test))
		if err != nil {
			return nil, err
		}
		for j, c := range out.Columns() {
			for k, i := range f.Test {
				dst[j].Floats[i] = c.Floats[k]
			}
		}
	}
	return table.New(dst...)
}

// Transform returns what each row's neighbours among the training rows say.
func (t *KNNTarget) Transform(x *table.Table) (*table.Table, error) { return transform.Run(t, x) }

// Apply is Transform on the columns of the signature.
func (t *KNNTarget) Apply(dst, src []*table.Column) error {
	t.describe(dst, src, 0, src[0].Len(), func(int) int { return -1 })
	return nil
}

// describe fills rows from <= i < to of dst. own(i) is the row of the index
// that is not to count for row i, or -1.
func (t *KNNTarget) describe(dst, src []*table.Column, from, to int, own func(i int) int) {
	search := newSearch(t.Index, slices.Max(t.Neighbors))
	defer search.giveBack()
	for i := from; i < to; i++ {
		near := search.nearest(src, i, own(i))
		for c, statistic := range t.Statistics {
			for j, k := range t.Neighbors {
				dst[c*len(t.Neighbors)+j].Floats[i] = t.statistic(statistic, near[:min(k, len(near))], search.targets)
			}
		}
	}
}

// statistic is NaN where there is no neighbour.
func (t *KNNTarget) statistic(name string, near []neighbors.Neighbor, targets []float64) float64 {
	if len(near) == 0 {
		return math.NaN()
	}
	switch name {
	case "distance":
		return math.Sqrt(near[len(near)-1].Squared)
	case "mean":
		sum, total := 0.0, 0.0
		for _, n := range near {
			w := 1 / (math.Sqrt(n.Squared) + t.Offset)
			sum += float64(w * t.Targets[n.Row])
			total += w
		}
		return sum / total
	}
	targets = targets[:0]
	for _, n := range near {
		targets = append(targets, t.Targets[n.Row])
	}
	if name == "median" {
		slices.Sort(targets)
		return (targets[(len(targets)-1)/2] + targets[len(targets)/2]) / 2
	}
	return spread(targets)
}

// spread is the standard deviation, with the number of values for divisor.
func spread(v []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		squares += float64((x - mean) * (x - mean))
	}
	return math.Sqrt(squares / float64(len(v)))
}

// Arrays returns the learned slices by name, for saving and for loading.
func (t *KNNTarget) Arrays() map[string]any {
	if t.Index == nil {
		return nil
	}
	return indexArrays(t.Index, "targets", &t.Targets)
}

func (t *KNNTarget) String() string {
	return transform.Line("knn_target", "n_neighbors", t.Neighbors, "statistics", t.Statistics, "rows", len(t.Targets), "columns", t.In)
}
