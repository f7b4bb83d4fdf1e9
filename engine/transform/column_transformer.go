package transform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/config"
	"example.com/engine/parallel"
	"example.com/engine/table"
)

// ColumnTransformer sends groups of columns through pipelines of their own and
// puts what they make side by side, in the order of the groups. A column may be
// in several groups; those in none are dropped or come last as they are.
//
// Names are those that the transformers give. The group's is put in front,
// <group>__<name>, where two groups make columns of one name, or everywhere
// with VerboseFeatureNamesOut, as scikit-learn does by default.
type ColumnTransformer struct {
	Groups                 []Group `yaml:"columns" json:"groups" validate:"dive"`
	Remainder              string  `yaml:"remainder" json:"remainder" validate:"oneof=drop passthrough"`
	VerboseFeatureNamesOut bool    `yaml:"verbose_feature_names_out" json:"verbose_feature_names_out"`

	Signature `yaml:"-"`
	Rest      Passthrough `yaml:"-" json:"rest"` // the columns of no group that are kept

	parts []part // nil before Fit
}

// part is a group as apply runs it.
type part struct {
	label    string
	t        Rowwise
	in       []int // places of its columns among Signature.In
	from, to int   // its columns among Signature.Out
}

// NewColumnTransformer returns one that drops the columns of no group.
func NewColumnTransformer(groups ...Group) *ColumnTransformer {
	return &ColumnTransformer{Groups: groups, Remainder: "drop"}
}

// Fit fits each group's pipeline on its columns.
func (c *ColumnTransformer) Fit(x *table.Table, y []float64, rng *rand.Rand) error {
	return c.fitGroups(x, rng, func(_ int, t Rowwise, x *table.Table, rng *rand.Rand) error {
		return t.Fit(x, y, rng)
	})
}

// FitTransform is Fit and Transform, except that the transformers which are a
// [FitTransformer] give what they give for their own training rows.
func (c *ColumnTransformer) FitTransform(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	made := make([]*table.Table, len(c.Groups)+1)
	err := c.fitGroups(x, rng, func(i int, t Rowwise, x *table.Table, rng *rand.Rand) (err error) {
		made[i], err = fitTransform(ctx, t, x, y, rng)
		return err
	})
	if err != nil {
		return nil, err
	}
	var cols []*table.Column
	for _, t := range made {
		if t == nil {
			continue
		}
		for _, col := range t.Columns() {
			renamed := *col
			renamed.Name = c.Out[len(cols)].Name
			cols = append(cols, &renamed)
		}
	}
	return table.New(cols...)
}

// fitGroups calls fit for each group that takes columns of x, and for the rest
// if there is one, and learns the signature.
func (c *ColumnTransformer) fitGroups(x *table.Table, rng *rand.Rand, fit func(i int, t Rowwise, x *table.Table, rng *rand.Rand) error) error {
	c.Signature, c.parts = Signature{}, nil
	if err := c.choose(x); err != nil {
		return err
	}
	inputs := make([]*table.Table, len(c.Groups)+1)
	sources := make([]*rand.Rand, len(inputs))
	for i := range inputs {
		selected, err := x.Select(c.selected(i)...)
		if err != nil {
			return err
		}
		inputs[i], sources[i] = selected, split(rng)
	}
	errs := make([]error, len(inputs))
	parallel.For(len(inputs), func(i int) {
		if inputs[i].Width() > 0 {
			errs[i] = fit(i, c.group(i), inputs[i], sources[i])
		}
	})
	for i, err := range errs {
		if err != nil {
			return locate(fmt.Errorf("%s: %w", c.label(i), err), x)
		}
	}
	return c.compile(x)
}

// choose settles which columns each group takes, and which are left.
func (c *ColumnTransformer) choose(x *table.Table) error {
	if err := config.Decode(nil, c); err != nil {
		return err
	}
	if err := label(c.Groups); err != nil {
		return err
	}
	taken := map[string]bool{}
	for i := range c.Groups {
		g := &c.Groups[i]
		var err error
		if g.Selected, err = g.choose(x); err != nil {
			return fmt.Errorf("%s: %w", g.Label, err)
		}
		for _, name := range g.Selected {
			taken[name] = true
		}
	}
	c.Rest = Passthrough{}
	for _, col := range x.Columns() {
		if c.Remainder == "passthrough" && !taken[col.Name] {
			c.Rest.In = append(c.Rest.In, Field{col.Name, col.Kind})
		}
	}
	return nil
}

// group returns group i, or what passes the rest through for the number behind
// the last.
func (c *ColumnTransformer) group(i int) Rowwise {
	if i < len(c.Groups) {
		return c.Groups[i].Steps
	}
	return &c.Rest
}

func (c *ColumnTransformer) selected(i int) []string {
	if i < len(c.Groups) {
		return c.Groups[i].Selected
	}
	return names(c.Rest.In)
}

func (c *ColumnTransformer) label(i int) string {
	if i < len(c.Groups) {
		return c.Groups[i].Label
	}
	return "remainder"
}

// compile learns the signature from that of the groups, on the columns of x.
func (c *ColumnTransformer) compile(x *table.Table) error {
	var labels []string
	var made [][]Field
	used := map[string]bool{}
	for i := range len(c.Groups) + 1 {
		if names := c.selected(i); len(names) > 0 {
			labels, made = append(labels, c.label(i)), append(made, c.group(i).signature().Out)
			for _, name := range names {
				used[name] = true
			}
		}
	}
	out, err := distinctNames(labels, made, c.VerboseFeatureNamesOut)
	if err != nil {
		return err
	}
	if len(out) == 0 {
		return errors.New("no columns are left")
	}
	c.In, c.Out = []Field{}, out
	for _, f := range FieldsOf(x) {
		if used[f.Name] {
			c.In = append(c.In, f)
		}
	}
	c.plan()
	return nil
}

// plan makes the parts from what was learned.
func (c *ColumnTransformer) plan() {
	c.parts = []part{}
	in := names(c.In)
	at := 0
	for i := range len(c.Groups) + 1 {
		selected := c.selected(i)
		if len(selected) == 0 {
			continue
		}
		p := part{label: c.label(i), t: c.group(i), from: at}
		for _, name := range selected {
			p.in = append(p.in, slices.Index(in, name))
		}
		at += len(p.t.signature().Out)
		p.to = at
		c.parts = append(c.parts, p)
	}
}

// Transform sends x through the groups.
func (c *ColumnTransformer) Transform(x *table.Table) (*table.Table, error) { return Run(c, x) }

// Matrix is [Matrix] of Transform, without the table in between.
func (c *ColumnTransformer) Matrix(x *table.Table) (*mat.Dense, error) {
	if c.In == nil {
		return nil, errNotFitted
	}
	dst, err := newMatrix(x.Len(), len(c.Out))
	if err != nil {
		return nil, err
	}
	return dst, c.MatrixInto(dst, x)
}

// MatrixInto is Matrix into dst, which must be rows × columns made; it panics
// where it is not. It allocates nothing for a table of few rows.
func (c *ColumnTransformer) MatrixInto(dst *mat.Dense, x *table.Table) error {
	return matrixInto(c, dst, x)
}

// Apply is Transform on the columns of the signature, as [Rowwise] says.
func (c *ColumnTransformer) Apply(dst, src []*table.Column) error { return lend(c, dst, src) }

func (c *ColumnTransformer) apply(a *arena, dst, src []*table.Column) error {
	for i := range c.parts {
		p := &c.parts[i]
		cols := a.pointers.take(len(p.in))
		for k, j := range p.in {
			cols[k] = src[j]
		}
		if err := apply(p.t, a, dst[p.from:p.to], cols); err != nil {
			return fmt.Errorf("%s: %w", p.label, err)
		}
	}
	return nil
}

// Arrays returns the learned slices that are too long for JSON, by group, step
// and name, for saving and for loading.
func (c *ColumnTransformer) Arrays() map[string]any {
	all := map[string]any{}
	for i, g := range c.Groups {
		for j, s := range g.Steps {
			if a, ok := s.Transformer.(Arrayer); ok {
				for name, array := range a.Arrays() {
					all[fmt.Sprintf("%d/%d/%s", i, j, name)] = array
				}
			}
		}
	}
	return all
}

// UnmarshalJSON reads what encoding/json writes.
func (c *ColumnTransformer) UnmarshalJSON(data []byte) error {
	type plain ColumnTransformer
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	if c.In != nil {
		c.plan()
	}
	return nil
}

// String is the groups with their pipelines.
func (c *ColumnTransformer) String() string {
	var parts []string
	for _, g := range c.Groups {
		parts = append(parts, fmt.Sprintf("%s: %v", g.Label, g.Steps))
	}
	return "column_transformer(" + strings.Join(parts, "; ") + ")"
}

// split returns a source of its own, drawn from rng, which may be nil.
func split(rng *rand.Rand) *rand.Rand {
	if rng == nil {
		return nil
	}
	return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64()))
}
