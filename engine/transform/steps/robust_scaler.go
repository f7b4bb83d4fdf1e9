package steps

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mathext"

	"example.com/engine/config"
	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// RobustScaler takes the median from each number and divides by the distance
// between two quantiles, so that outliers don't count.
//
// Nulls are ignored in Fit and stay null. Where the quantiles coincide, the
// column is not divided; one with nulls only keeps centre 0 and scale 1.
type RobustScaler struct {
	WithCentering bool      `yaml:"with_centering" json:"with_centering"`
	WithScaling   bool      `yaml:"with_scaling" json:"with_scaling"`
	QuantileRange []float64 `yaml:"quantile_range" json:"quantile_range" validate:"len=2"` // per cent
	// UnitVariance divides the scale by that of the standard normal, whose
	// numbers then keep a variance of 1.
	UnitVariance bool `yaml:"unit_variance" json:"unit_variance"`

	transform.Signature `yaml:"-"`
	Center              []float64 `yaml:"-" json:"center"` // 0 without WithCentering
	Scale               []float64 `yaml:"-" json:"scale"`  // 1 without WithScaling
}

func init() {
	transform.Register("robust_scaler", func() transform.Rowwise { return NewRobustScaler() })
}

// NewRobustScaler returns one for the interquartile range.
func NewRobustScaler() *RobustScaler {
	return &RobustScaler{WithCentering: true, WithScaling: true, QuantileRange: []float64{25, 75}}
}

// Validate tells whether the quantiles are in order and within 0…100.
func (s *RobustScaler) Validate() error {
	low, high := s.QuantileRange[0], s.QuantileRange[1]
	if low < 0 || low > high || high > 100 {
		return config.Invalid("quantile_range", "%v to %v is not a range within 0 to 100", low, high)
	}
	if s.UnitVariance && (low == 0 || high == 100 || low == high) {
		return config.Invalid("unit_variance", "the normal has no finite range from %v to %v per cent", low, high)
	}
	return nil
}

// Fit learns centre and scale of each column; y and rng are not used.
func (s *RobustScaler) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(s, x, table.Float); err != nil {
		return err
	}
	s.OneToOne(x)
	s.Center, s.Scale = make([]float64, x.Width()), make([]float64, x.Width())
	parallel.For(x.Width(), func(j int) { s.fitColumn(j, observed(x.Columns()[j].Floats)) })
	return nil
}

func (s *RobustScaler) fitColumn(j int, v []float64) {
	s.Scale[j] = 1
	if len(v) == 0 {
		return
	}
	if s.WithCentering {
		s.Center[j] = quantile.Median(v)
	}
	if !s.WithScaling {
		return
	}
	low, high := s.QuantileRange[0]/100, s.QuantileRange[1]/100
	s.Scale[j] = nonZero(quantile.NumpyOf(v, high) - quantile.NumpyOf(v, low))
	if s.UnitVariance {
		s.Scale[j] /= mathext.NormalQuantile(high) - mathext.NormalQuantile(low)
	}
}

// Transform returns (x - center) / scale.
func (s *RobustScaler) Transform(x *table.Table) (*table.Table, error) { return transform.Run(s, x) }

// Apply is Transform on the columns of the signature.
func (s *RobustScaler) Apply(dst, src []*table.Column) error {
	rescale(dst, src, s.Center, s.Scale)
	return nil
}

// InPlace tells whether Apply may write over its input.
func (s *RobustScaler) InPlace() bool { return true }

func (s *RobustScaler) String() string {
	return transform.Line("robust_scaler", "center", s.Center, "scale", s.Scale)
}
