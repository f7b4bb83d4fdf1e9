package steps

import (
	"fmt"
	"math"
	"math/rand/v2"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// Ratio divides the first of two columns by the second. The result is null
// where either is, and where the second is 0: no number is right for it, and
// an infinite one would spoil what comes after, an imputer in most cases.
type Ratio struct {
	Name string `yaml:"name,omitempty" json:"name,omitempty"` // of the column made; empty is <first>_per_<second>

	transform.Signature `yaml:"-"`
}

func init() { transform.Register("ratio", func() transform.Rowwise { return NewRatio() }) }

// NewRatio returns one that names its column after the two.
func NewRatio() *Ratio { return &Ratio{} }

// Fit checks that there are two columns; y and rng are not used.
func (r *Ratio) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(r, x, table.Float); err != nil {
		return err
	}
	if x.Width() != 2 {
		return fmt.Errorf("it takes two columns and got %v", x.Names())
	}
	r.In = transform.FieldsOf(x)
	r.Out = transform.Numbers(r.Name)
	if r.Name == "" {
		r.Out = transform.Numbers(r.In[0].Name + "_per_" + r.In[1].Name)
	}
	return nil
}

// Transform returns the ratios.
func (r *Ratio) Transform(x *table.Table) (*table.Table, error) { return transform.Run(r, x) }

// Apply is Transform on the columns of the signature.
func (r *Ratio) Apply(dst, src []*table.Column) error {
	out, divisors := dst[0].Floats, src[1].Floats
	for i, v := range src[0].Floats {
		out[i] = v / divisors[i]
		if divisors[i] == 0 {
			out[i] = math.NaN()
		}
	}
	return nil
}

func (r *Ratio) String() string {
	if r.In == nil {
		return transform.Line("ratio", "name", r.Name)
	}
	return fmt.Sprintf("ratio(%s / %s)", r.In[0].Name, r.In[1].Name)
}
