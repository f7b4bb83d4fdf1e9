package derive

import (
	"slices"

	"example.com/engine/table"
)

func init() {
	register("drop", func() Derivation { return &Drop{} })
}

// Drop keeps columns from the model: those that only other derivations or the
// split need, and those that say nothing, such as an id.
type Drop struct {
	Columns []string `yaml:"columns" json:"columns" validate:"min=1,unique,dive,required"`
}

func (d *Drop) inputs() []Input        { return inputs(d.Columns, Anything) }
func (d *Drop) outputs() []table.Field { return nil }

// compute adds nothing.
func (d *Drop) compute(cols, _ []*table.Column) []*table.Column { return cols }

func (d *Drop) has(name string) bool { return slices.Contains(d.Columns, name) }
