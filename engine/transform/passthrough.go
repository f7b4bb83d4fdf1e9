package transform

import (
	"math/rand/v2"

	"example.com/engine/table"
)

// Passthrough gives each column as it is, of any kind.
type Passthrough struct {
	Signature `yaml:"-"`
}

// Drop gives no columns.
type Drop struct {
	Signature `yaml:"-"`
}

func init() {
	Register("passthrough", func() Rowwise { return &Passthrough{} })
	Register("drop", func() Rowwise { return &Drop{} })
}

// Fit takes over the columns' names; y and rng are not used.
func (t *Passthrough) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	t.OneToOne(x)
	return nil
}

// Transform returns the columns.
func (t *Passthrough) Transform(x *table.Table) (*table.Table, error) { return Run(t, x) }

// Apply is Transform on the columns of the signature.
func (t *Passthrough) Apply(dst, src []*table.Column) error {
	for j, c := range src {
		copy(dst[j].Floats, c.Floats)
		dst[j].Codes, dst[j].Levels = c.Codes, c.Levels
		dst[j].Times, dst[j].Texts = c.Times, c.Texts
	}
	return nil
}

func (t *Passthrough) String() string { return Line("passthrough") }

// Fit takes over the columns' names; y and rng are not used.
func (t *Drop) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	t.In, t.Out = FieldsOf(x), []Field{}
	return nil
}

// Transform returns a table of as many rows and no columns.
func (t *Drop) Transform(x *table.Table) (*table.Table, error) { return Run(t, x) }

// Apply is Transform on the columns of the signature.
func (t *Drop) Apply(_, _ []*table.Column) error { return nil }

func (t *Drop) String() string { return Line("drop") }
