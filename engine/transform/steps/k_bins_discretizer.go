package steps

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"example.com/engine/kmeans"
	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// KBinsDiscretizer puts numbers into bins: as the place 0, 1, 2… of the bin,
// or as one column of zeros and ones a bin, <column>_<place>. A number on an
// edge belongs to the bin above; those outside the range of training belong to
// the first or the last bin.
//
// Bins that would be narrower than 1e-8 are left out, so there may be fewer
// than NBins; a constant column has one. Nulls, which scikit-learn refuses, are
// ignored in Fit and become null, or zeros in all columns.
type KBinsDiscretizer struct {
	NBins  int    `yaml:"n_bins" json:"n_bins" validate:"gte=2"`
	Encode string `yaml:"encode" json:"encode" validate:"oneof=onehot ordinal"`
	// Strategy makes bins of equal width, of equal count (between the means of
	// neighbours where the count allows both), or around centers by k-means.
	Strategy string `yaml:"strategy" json:"strategy" validate:"oneof=uniform quantile kmeans"`

	transform.Signature `yaml:"-"`
	Edges               [][]float64 `yaml:"-" json:"edges"` // by column: where one bin ends and the next begins
}

func init() {
	transform.Register("k_bins_discretizer", func() transform.Rowwise { return NewKBinsDiscretizer() })
}

// NewKBinsDiscretizer returns one for five bins of equal count, one-hot.
func NewKBinsDiscretizer() *KBinsDiscretizer {
	return &KBinsDiscretizer{NBins: 5, Encode: "onehot", Strategy: "quantile"}
}

// Fit learns the edges; y and rng are not used.
func (d *KBinsDiscretizer) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(d, x, table.Float); err != nil {
		return err
	}
	d.Edges = make([][]float64, x.Width())
	parallel.For(x.Width(), func(j int) { d.Edges[j] = d.edges(observed(x.Columns()[j].Floats)) })
	d.OneToOne(x)
	if d.Encode == "ordinal" {
		return nil
	}
	d.Out = []transform.Field{}
	for j, f := range d.In {
		for bin := range len(d.Edges[j]) + 1 {
			d.Out = append(d.Out, transform.Field{Name: fmt.Sprintf("%s_%d", f.Name, bin), Kind: table.Float})
		}
	}
	return nil
}

// edges returns the inner edges of the bins of v, which it sorts.
func (d *KBinsDiscretizer) edges(v []float64) []float64 {
	slices.Sort(v)
	if len(v) == 0 || v[0] == v[len(v)-1] {
		return []float64{}
	}
	low, high := v[0], v[len(v)-1]
	even := linspace(low, high, d.NBins+1)
	switch d.Strategy {
	case "uniform":
		return even[1:d.NBins]
	case "quantile":
		edges := linspace(0, 100, d.NBins+1)
		for i, q := range edges {
			edges[i] = quantile.AveragedInvertedCDF(v, q/100)
		}
		return inner(edges)
	}
	centers := make([]float64, d.NBins)
	for i := range centers {
		centers[i] = (even[i+1] + even[i]) * 0.5
	}
	kmeans.From(v, 1, nil, centers, kmeans.Settings{MaxIter: 300, Tol: 1e-4})
	slices.Sort(centers)
	edges := []float64{low}
	for i := range d.NBins - 1 {
		edges = append(edges, (centers[i+1]+centers[i])*0.5)
	}
	return inner(append(edges, high))
}

// inner leaves out the edges that are no more than 1e-8 above the one before,
// and then the first and the last.
func inner(edges []float64) []float64 {
	kept := edges[:1:1]
	for i, e := range edges[1:] {
		if e-edges[i] > 1e-8 {
			kept = append(kept, e)
		}
	}
	if len(kept) < 3 {
		return []float64{}
	}
	return kept[1 : len(kept)-1]
}

// Transform returns the bins.
func (d *KBinsDiscretizer) Transform(x *table.Table) (*table.Table, error) {
	return transform.Run(d, x)
}

// Apply is Transform on the columns of the signature.
func (d *KBinsDiscretizer) Apply(dst, src []*table.Column) error {
	if d.Encode == "ordinal" {
		for j, c := range src {
			for i, v := range c.Floats {
				dst[j].Floats[i] = bin(d.Edges[j], v)
			}
		}
		return nil
	}
	for j, c := range src {
		cols := dst[:len(d.Edges[j])+1]
		dst = dst[len(cols):]
		for _, out := range cols {
			clear(out.Floats)
		}
		for i, v := range c.Floats {
			if k := bin(d.Edges[j], v); k == k {
				cols[int(k)].Floats[i] = 1
			}
		}
	}
	return nil
}

// bin counts the edges up to v.
func bin(edges []float64, v float64) float64 {
	if v != v {
		return math.NaN()
	}
	return float64(sort.Search(len(edges), func(i int) bool { return edges[i] > v }))
}

// InPlace tells whether Apply may write over its input.
func (d *KBinsDiscretizer) InPlace() bool { return d.Encode == "ordinal" }

func (d *KBinsDiscretizer) String() string {
	pairs := []any{"strategy", d.Strategy}
	for j, edges := range d.Edges {
		pairs = append(pairs, d.In[j].Name, edges)
	}
	return transform.Line("k_bins_discretizer", pairs...)
}
