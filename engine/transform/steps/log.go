package steps

import (
	"math"
	"math/rand/v2"

	"example.com/engine/table"
	"example.com/engine/transform"
)

// Log takes the natural logarithm of each number, or that of one more with
// PlusOne, which keeps its precision near 0. Null stays null; a number that has
// none (0 and below, or -1 and below) is an error that names it.
type Log struct {
	PlusOne bool `yaml:"plus_one" json:"plus_one"`

	transform.Signature `yaml:"-"`
}

func init() { transform.Register("log", func() transform.Rowwise { return NewLog() }) }

// NewLog returns one without PlusOne.
func NewLog() *Log { return &Log{} }

// Fit takes over the columns' names; y and rng are not used.
func (t *Log) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(t, x, table.Float); err != nil {
		return err
	}
	t.OneToOne(x)
	return nil
}

// Transform returns the logarithms, under the names of their numbers.
func (t *Log) Transform(x *table.Table) (*table.Table, error) { return transform.Run(t, x) }

// Apply is Transform on the columns of the signature.
func (t *Log) Apply(dst, src []*table.Column) error {
	if t.PlusOne {
		return applyFunction("log1p", math.Log1p, &t.Signature, dst, src)
	}
	return applyFunction("log", math.Log, &t.Signature, dst, src)
}

// InPlace tells whether Apply may write over its input.
func (t *Log) InPlace() bool { return true }

func (t *Log) String() string {
	if t.PlusOne {
		return transform.Line("log", "plus_one", true)
	}
	return transform.Line("log")
}
