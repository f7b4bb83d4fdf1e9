package steps

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// QuantileTransformer maps each column to its place among the training rows,
// so that it comes out uniform over 0…1, or to the normal numbers of those
// places, so that it comes out standard normal. Numbers outside the range of
// training come out as its ends (±5.2 for normal).
//
// Nulls are ignored in Fit and stay null. It learns from all rows, where
// scikit-learn draws 10,000. A column with nulls only counts as constant 0.
type QuantileTransformer struct {
	NQuantiles         int    `yaml:"n_quantiles" json:"n_quantiles" validate:"gte=1"` // at most one a row
	OutputDistribution string `yaml:"output_distribution" json:"output_distribution" validate:"oneof=uniform normal"`

	transform.Signature `yaml:"-"`
	Quantiles           [][]float64 `yaml:"-" json:"quantiles"` // by column, at equal steps from 0 to 1
}

func init() {
	transform.Register("quantile_transformer", func() transform.Rowwise { return NewQuantileTransformer() })
}

// NewQuantileTransformer returns one of a thousand quantiles, uniform.
func NewQuantileTransformer() *QuantileTransformer {
	return &QuantileTransformer{NQuantiles: 1000, OutputDistribution: "uniform"}
}

// boundsThreshold is how far from 0 and 1 normal places stay.
const boundsThreshold = 1e-7

// Fit learns the quantiles; y and rng are not used.
func (t *QuantileTransformer) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(t, x, table.Float); err != nil {
		return err
	}
	t.OneToOne(x)
	t.Quantiles = make([][]float64, x.Width())
	places := linspace(0, 1, min(t.NQuantiles, x.Len()))
	parallel.For(x.Width(), func(j int) {
		v := observed(x.Columns()[j].Floats)
		slices.Sort(v)
		t.Quantiles[j] = make([]float64, len(places))
		for i, q := range places {
			if len(v) > 0 {
				t.Quantiles[j][i] = quantile.Numpy(v, q*100/100) // in per cent and back, as numpy rounds
			}
		}
	})
	return nil
}

// Transform returns the places, or the normal numbers of them.
func (t *QuantileTransformer) Transform(x *table.Table) (*table.Table, error) {
	return transform.Run(t, x)
}

// Apply is Transform on the columns of the signature.
func (t *QuantileTransformer) Apply(dst, src []*table.Column) error {
	normal := t.OutputDistribution == "normal"
	for j, c := range src {
		out, quantiles := dst[j].Floats, t.Quantiles[j]
		for i, v := range c.Floats {
			if normal {
				out[i] = normalPlace(quantiles, v)
			} else {
				out[i] = place(quantiles, v)
			}
		}
	}
	return nil
}

// InPlace tells whether Apply may write over its input.
func (t *QuantileTransformer) InPlace() bool { return true }

func (t *QuantileTransformer) String() string {
	n := 0
	if len(t.Quantiles) > 0 {
		n = len(t.Quantiles[0])
	}
	return transform.Line("quantile_transformer", "n_quantiles", n, "output_distribution", t.OutputDistribution)
}

// place returns where v is among the quantiles, from 0 to 1: between two of
// them linearly, and in the middle of several that are equal to it. The
// lowest quantile has place 0 and the highest place 1; where they are one, 0.
func place(quantiles []float64, v float64) float64 {
	last := len(quantiles) - 1
	switch {
	case v != v:
		return v
	case v <= quantiles[0]:
		return 0
	case v >= quantiles[last]:
		return 1
	}
	high, found := slices.BinarySearch(quantiles, v) // the first not below v
	if found {
		end := high
		for quantiles[end+1] == v {
			end++
		}
		return 0.5 * (float64(high) + float64(end)) / float64(last)
	}
	share := (v - quantiles[high-1]) / (quantiles[high] - quantiles[high-1])
	return (float64(high-1) + share) / float64(last)
}

// normalPlace is the normal number of place, kept off the infinite ends.
func normalPlace(quantiles []float64, v float64) float64 {
	p := place(quantiles, v)
	switch {
	case v-boundsThreshold < quantiles[0]:
		p = 0
	case v+boundsThreshold > quantiles[len(quantiles)-1]:
		p = 1
	}
	if p != p {
		return p
	}
	return max(lowest, min(highest, mathext.NormalQuantile(p)))
}

var (
	lowest  = mathext.NormalQuantile(boundsThreshold - epsilon)
	highest = mathext.NormalQuantile(1 - (boundsThreshold - epsilon))
)
