package steps

import (
	"math"
	"math/rand/v2"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// MinMaxScaler maps the range of each column in training to FeatureRange.
//
// Nulls are ignored in Fit and stay null. Numbers outside the range of
// training land outside FeatureRange unless Clip is set. A constant column
// counts as one of range 1 from its value up; one with nulls only, from 0.
type MinMaxScaler struct {
	FeatureRange []float64 `yaml:"feature_range" json:"feature_range" validate:"len=2"`
	Clip         bool      `yaml:"clip" json:"clip"`

	transform.Signature `yaml:"-"`
	Min                 []float64 `yaml:"-" json:"min"`
	Max                 []float64 `yaml:"-" json:"max"`
	Scale               []float64 `yaml:"-" json:"scale"` // x * Scale + Shift
	Shift               []float64 `yaml:"-" json:"shift"`
}

func init() {
	transform.Register("min_max_scaler", func() transform.Rowwise { return NewMinMaxScaler() })
}

// NewMinMaxScaler returns one that maps to 0…1.
func NewMinMaxScaler() *MinMaxScaler { return &MinMaxScaler{FeatureRange: []float64{0, 1}} }

// Validate tells whether the range is one.
func (s *MinMaxScaler) Validate() error {
	if s.FeatureRange[0] < s.FeatureRange[1] {
		return nil
	}
	return config.Invalid("feature_range", "%v is not below %v", s.FeatureRange[0], s.FeatureRange[1])
}

// Fit learns the range of each column; y and rng are not used.
func (s *MinMaxScaler) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(s, x, table.Float); err != nil {
		return err
	}
	s.OneToOne(x)
	p := x.Width()
	s.Min, s.Max = make([]float64, p), make([]float64, p)
	s.Scale, s.Shift = make([]float64, p), make([]float64, p)
	low, high := s.FeatureRange[0], s.FeatureRange[1]
	for j, c := range x.Columns() {
		s.Min[j], s.Max[j] = extent(c.Floats)
		s.Scale[j] = (high - low) / nonZero(s.Max[j]-s.Min[j])
		s.Shift[j] = low - float64(s.Min[j]*s.Scale[j])
	}
	return nil
}

// Transform returns x * scale + shift.
func (s *MinMaxScaler) Transform(x *table.Table) (*table.Table, error) { return transform.Run(s, x) }

// Apply is Transform on the columns of the signature.
func (s *MinMaxScaler) Apply(dst, src []*table.Column) error {
	low, high := s.FeatureRange[0], s.FeatureRange[1]
	for j, c := range src {
		out, scale, shift := dst[j].Floats, s.Scale[j], s.Shift[j]
		for i, v := range c.Floats {
			v = float64(v*scale) + shift
			if s.Clip {
				v = max(low, min(v, high)) // NaN stays
			}
			out[i] = v
		}
	}
	return nil
}

// InPlace tells whether Apply may write over its input.
func (s *MinMaxScaler) InPlace() bool { return true }

func (s *MinMaxScaler) String() string {
	return transform.Line("min_max_scaler", "min", s.Min, "max", s.Max)
}

// extent returns the least and the greatest number in v, 0 and 0 if none.
func extent(v []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, x := range v {
		if x < low {
			low = x
		}
		if x > high {
			high = x
		}
	}
	if low > high {
		return 0, 0
	}
	return low, high
}

// nonZero replaces a scale that is zero but for rounding by 1.
func nonZero(scale float64) float64 {
	if scale < 10*epsilon {
		return 1
	}
	return scale
}
