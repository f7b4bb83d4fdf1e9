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
	register("passthrough", func() rowwise { return &Passthrough{} })
	register("drop", func() rowwise { return &Drop{} })
}

// Fit takes over the columns' names; y and rng are not used.
func (t *Passthrough) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	t.oneToOne(x)
	return nil
}

// Transform returns the columns.
func (t *Passthrough) Transform(x *table.Table) (*table.Table, error) { return run(t, x) }

func (t *Passthrough) apply(_ *arena, dst, src []*table.Column) error {
	for j, c := range src {
		copy(dst[j].Floats, c.Floats)
		dst[j].Codes, dst[j].Levels = c.Codes, c.Levels
		dst[j].Times, dst[j].Texts = c.Times, c.Texts
	}
	return nil
}

func (t *Passthrough) String() string { return line("passthrough") }

// Fit takes over the columns' names; y and rng are not used.
func (t *Drop) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	t.In, t.Out = fields(x), []Field{}
	return nil
}

// Transform returns a table of as many rows and no columns.
func (t *Drop) Transform(x *table.Table) (*table.Table, error) { return run(t, x) }

func (t *Drop) apply(*arena, []*table.Column, []*table.Column) error { return nil }

func (t *Drop) String() string { return line("drop") }
