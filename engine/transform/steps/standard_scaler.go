package steps

import (
	"math"
	"math/rand/v2"

	"example.com/engine/parallel"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// StandardScaler takes the mean from each number and divides by the standard
// deviation (of the population: divided by n).
//
// Nulls are ignored in Fit and stay null. A column that is constant up to
// rounding is not divided. A column with nulls only keeps mean 0 and scale 1;
// scikit-learn has NaN there, and then NaN for every number to come.
type StandardScaler struct {
	WithMean bool `yaml:"with_mean" json:"with_mean"`
	WithStd  bool `yaml:"with_std" json:"with_std"`

	transform.Signature `yaml:"-"`
	Mean                []float64 `yaml:"-" json:"mean"`  // 0 without WithMean
	Scale               []float64 `yaml:"-" json:"scale"` // 1 without WithStd
}

func init() {
	transform.Register("standard_scaler", func() transform.Rowwise { return NewStandardScaler() })
}

// NewStandardScaler returns one that does both.
func NewStandardScaler() *StandardScaler { return &StandardScaler{WithMean: true, WithStd: true} }

// Fit learns mean and scale of each column; y and rng are not used.
func (s *StandardScaler) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(s, x, table.Float); err != nil {
		return err
	}
	s.OneToOne(x)
	s.Mean, s.Scale = make([]float64, x.Width()), make([]float64, x.Width())
	parallel.For(x.Width(), func(j int) {
		mean, variance, n := moments(x.Columns()[j].Floats)
		s.Scale[j] = 1
		if s.WithMean {
			s.Mean[j] = mean
		}
		if s.WithStd && !isConstant(mean, variance, n) {
			s.Scale[j] = math.Sqrt(variance)
		}
	})
	return nil
}

// Transform returns (x - mean) / scale.
func (s *StandardScaler) Transform(x *table.Table) (*table.Table, error) { return transform.Run(s, x) }

// Apply is Transform on the columns of the signature.
func (s *StandardScaler) Apply(dst, src []*table.Column) error {
	rescale(dst, src, s.Mean, s.Scale)
	return nil
}

// rescale takes from each column its centre and divides by its scale.
func rescale(dst, src []*table.Column, centers, scales []float64) {
	for j, c := range src {
		out, center, scale := dst[j].Floats, centers[j], scales[j]
		for i, v := range c.Floats {
			out[i] = (v - center) / scale
		}
	}
}

// InPlace tells whether Apply may write over its input.
func (s *StandardScaler) InPlace() bool { return true }

func (s *StandardScaler) String() string {
	return transform.Line("standard_scaler", "mean", s.Mean, "scale", s.Scale)
}
