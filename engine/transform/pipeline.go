package transform

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"

	"example.com/engine/table"
)

// Pipeline applies its steps one after the other. It has at least one; to do
// nothing is the step passthrough.
type Pipeline []Step

// Fit fits each step on what the steps before it make of x.
func (p Pipeline) Fit(x *table.Table, y []float64, rng *rand.Rand) error {
	last, x, err := p.fitBefore(context.Background(), x, y, rng)
	if err != nil {
		return err
	}
	return last.wrap(last.Fit(x, y, rng))
}

// FitTransform is Fit and Transform, except that the steps which are a
// [FitTransformer] give what they give for their own training rows.
func (p Pipeline) FitTransform(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	last, x, err := p.fitBefore(ctx, x, y, rng)
	if err != nil {
		return nil, err
	}
	x, err = fitTransform(ctx, last.Transformer, x, y, rng)
	return x, last.wrap(err)
}

// fitBefore fits all steps but the last and returns that and its input.
func (p Pipeline) fitBefore(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (Step, *table.Table, error) {
	if len(p) == 0 {
		return Step{}, nil, errors.New("no steps; to do nothing is the step passthrough")
	}
	for _, s := range p {
		if _, err := s.rowwise(); err != nil {
			return Step{}, nil, s.wrap(err)
		}
	}
	last := p[len(p)-1]
	for _, s := range p[:len(p)-1] {
		var err error
		if x, err = fitTransform(ctx, s.Transformer, x, y, rng); err != nil {
			return Step{}, nil, s.wrap(err)
		}
	}
	return last, x, nil
}

// Transform sends x through the steps.
func (p Pipeline) Transform(x *table.Table) (*table.Table, error) { return Run(p, x) }

// NamesOut returns the names of the columns that Transform gives, or nil
// before Fit.
func (p Pipeline) NamesOut() []string { return p.signature().NamesOut() }

func (p Pipeline) signature() *Signature {
	if len(p) == 0 {
		return &Signature{}
	}
	first, err := p[0].rowwise()
	last, err2 := p[len(p)-1].rowwise()
	if err != nil || err2 != nil {
		return &Signature{}
	}
	return &Signature{first.signature().In, last.signature().Out}
}

// Apply is Transform on the columns of the signature, as [Rowwise] says.
func (p Pipeline) Apply(dst, src []*table.Column) error { return lend(p, dst, src) }

func (p Pipeline) apply(a *arena, dst, src []*table.Column) error {
	rows := 0
	if len(src) > 0 {
		rows = src[0].Len()
	}
	for i, s := range p {
		t := s.Transformer.(Rowwise)
		out := dst
		if !p.inPlaceFrom(i + 1) {
			out = a.blank(t.signature().Out, rows)
		}
		if err := apply(t, a, out, src); err != nil {
			return s.wrap(err)
		}
		src = out
	}
	return nil
}

// inPlaceFrom tells whether steps i and later may write over their input, so
// that what comes before can write into the result at once.
func (p Pipeline) inPlaceFrom(i int) bool {
	for ; i < len(p); i++ {
		t, ok := p[i].Transformer.(InPlacer)
		if !ok || !t.InPlace() {
			return false
		}
	}
	return true
}

// String is the steps in order, joined by arrows.
func (p Pipeline) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.String()
	}
	return strings.Join(parts, " → ")
}

// String is the line of its transformer, or the kind where that has none.
func (s Step) String() string {
	if t, err := s.rowwise(); err == nil {
		return t.String()
	}
	return s.Kind
}

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
