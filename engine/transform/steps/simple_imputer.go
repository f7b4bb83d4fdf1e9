package steps

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"example.com/engine/config"
	"example.com/engine/parallel"
	"example.com/engine/quantile"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// SimpleImputer replaces the nulls of each column by one value: the mean, the
// median or the most frequent value (the least of several) of training, or a
// constant. Categories and texts take the last two.
//
// A column that has nulls only is dropped, as in scikit-learn, unless
// KeepEmptyFeatures is set, which fills it with the constant, or with 0 or
// "missing_value" where there is none.
type SimpleImputer struct {
	Strategy string `yaml:"strategy" json:"strategy" validate:"oneof=mean median most_frequent constant"`
	// FillValue is the constant; empty is 0, and "missing_value" for
	// categories and texts.
	FillValue string `yaml:"fill_value" json:"fill_value"`
	// AddIndicator adds for each column that has nulls in training a column
	// missingindicator_<name> that is 1 where it is null and 0 elsewhere.
	AddIndicator      bool `yaml:"add_indicator" json:"add_indicator"`
	KeepEmptyFeatures bool `yaml:"keep_empty_features" json:"keep_empty_features"`

	transform.Signature `yaml:"-"`
	Fills               []Fill `yaml:"-" json:"fills"`      // of each column read
	Indicators          []int  `yaml:"-" json:"indicators"` // columns read that have an indicator
}

// Fill is what stands in for the nulls of a column.
type Fill struct {
	Number float64 `json:"number,omitempty"`
	Text   string  `json:"text,omitempty"`
	Drop   bool    `json:"drop,omitempty"` // the column instead of its nulls
}

func init() {
	transform.Register("simple_imputer", func() transform.Rowwise { return NewSimpleImputer() })
}

// NewSimpleImputer returns one for the mean.
func NewSimpleImputer() *SimpleImputer { return &SimpleImputer{Strategy: "mean"} }

// Fit learns what to fill each column with; y and rng are not used.
func (s *SimpleImputer) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(s, x, table.Float, table.Category, table.Text); err != nil {
		return err
	}
	fills, errs := make([]Fill, x.Width()), make([]error, x.Width())
	parallel.For(x.Width(), func(j int) { fills[j], errs[j] = s.fill(x.Columns()[j]) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	s.Fills, s.Indicators = fills, []int{}
	s.In, s.Out = transform.FieldsOf(x), []transform.Field{}
	for j, f := range s.In {
		if !fills[j].Drop {
			s.Out = append(s.Out, f)
		}
		if c := x.Columns()[j]; s.AddIndicator && c.HasNull() {
			s.Indicators = append(s.Indicators, j)
		}
	}
	for _, j := range s.Indicators {
		s.Out = append(s.Out, transform.Field{Name: "missingindicator_" + s.In[j].Name, Kind: table.Float})
	}
	return nil
}

// fill returns what replaces the nulls of c.
func (s *SimpleImputer) fill(c *table.Column) (Fill, error) {
	constant, err := s.constant(c)
	if err != nil {
		return Fill{}, err
	}
	switch {
	case allNull(c) && !s.KeepEmptyFeatures:
		return Fill{Drop: true}, nil
	case allNull(c) || s.Strategy == "constant":
		return constant, nil
	case c.Kind != table.Float:
		return Fill{Text: mostFrequentText(c)}, nil
	}
	v := observed(c.Floats)
	switch s.Strategy {
	case "mean":
		total, n := sum(v)
		return Fill{Number: total / float64(n)}, nil
	case "median":
		return Fill{Number: quantile.Median(v)}, nil
	default:
		return Fill{Number: mostFrequent(v)}, nil
	}
}

// constant returns the constant in the kind of c, whether it is used or not.
func (s *SimpleImputer) constant(c *table.Column) (Fill, error) {
	if c.Kind != table.Float {
		if s.Strategy == "mean" || s.Strategy == "median" {
			return Fill{}, fmt.Errorf("column %q is a %v and has no %s; use the strategy most_frequent or constant", c.Name, c.Kind, s.Strategy)
		}
		if s.FillValue == "" {
			return Fill{Text: "missing_value"}, nil
		}
		return Fill{Text: s.FillValue}, nil
	}
	if s.Strategy != "constant" || s.FillValue == "" {
		return Fill{}, nil
	}
	number, err := strconv.ParseFloat(s.FillValue, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return Fill{}, config.Invalid("fill_value", "%q is not a number, and column %q is", s.FillValue, c.Name)
	}
	return Fill{Number: number}, nil
}

// Transform fills the nulls.
func (s *SimpleImputer) Transform(x *table.Table) (*table.Table, error) { return transform.Run(s, x) }

// Apply is Transform on the columns of the signature.
func (s *SimpleImputer) Apply(dst, src []*table.Column) error {
	k := 0
	for j, c := range src {
		if !s.Fills[j].Drop {
			fillColumn(dst[k], c, s.Fills[j])
			k++
		}
	}
	for i, j := range s.Indicators {
		out := dst[k+i].Floats
		for r := range out {
			out[r] = 0
			if src[j].IsNull(r) {
				out[r] = 1
			}
		}
	}
	return nil
}

// InPlace tells whether Apply may write over its input.
func (s *SimpleImputer) InPlace() bool {
	_, ok := transform.AllNumbers(s.In)
	return ok && len(s.Out) == len(s.In) && len(s.Indicators) == 0
}

func (s *SimpleImputer) String() string {
	fills, dropped := make([]string, 0, len(s.Fills)), []string{}
	for j, f := range s.Fills {
		switch {
		case f.Drop:
			dropped = append(dropped, s.In[j].Name)
		case s.In[j].Kind == table.Float:
			fills = append(fills, transform.Short(f.Number))
		default:
			fills = append(fills, f.Text)
		}
	}
	return transform.Line("simple_imputer", "strategy", s.Strategy, "fill", fills, "dropped", dropped)
}

// fillColumn puts c into out with its nulls filled.
func fillColumn(out, c *table.Column, fill Fill) {
	switch c.Kind {
	case table.Float:
		for i, v := range c.Floats {
			if v != v {
				v = fill.Number
			}
			out.Floats[i] = v
		}
	case table.Category:
		out.Codes, out.Levels = c.Codes, c.Levels
		if c.HasNull() {
			out.Codes, out.Levels = fillCodes(c, fill.Text)
		}
	default:
		out.Texts = c.Texts
		if c.HasNull() {
			out.Texts = slices.Clone(c.Texts)
			for i, v := range out.Texts {
				if v == "" {
					out.Texts[i] = fill.Text
				}
			}
		}
	}
}

// fillCodes returns codes without nulls, and levels that hold the text.
func fillCodes(c *table.Column, text string) ([]int32, []string) {
	levels := c.Levels
	code := slices.Index(levels, text)
	if code < 0 {
		code = len(levels)
		levels = append(slices.Clip(levels), text)
	}
	codes := slices.Clone(c.Codes)
	for i, v := range codes {
		if v < 0 {
			codes[i] = int32(code)
		}
	}
	return codes, levels
}
