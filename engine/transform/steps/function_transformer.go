package steps

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"example.com/engine/config"
	"example.com/engine/table"
	"example.com/engine/transform"
)

// functions are what a function_transformer can apply to each number. One of
// your own is one line here.
var functions = map[string]func(float64) float64{
	"abs":      math.Abs,
	"cbrt":     math.Cbrt,
	"exp":      math.Exp,
	"expm1":    math.Expm1,
	"identity": func(v float64) float64 { return v },
	"log":      math.Log,
	"log1p":    math.Log1p,
	"sqrt":     math.Sqrt,
	"square":   func(v float64) float64 { return v * v },
}

// FunctionTransformer applies a function, given by name, to each number. Null
// stays null; a number for which the function is not finite, as log for 0, is
// an error that names it.
type FunctionTransformer struct {
	Function string `yaml:"function" json:"function"`

	transform.Signature `yaml:"-"`
}

func init() {
	transform.Register("function_transformer", func() transform.Rowwise { return NewFunctionTransformer() })
}

// NewFunctionTransformer returns one for the identity.
func NewFunctionTransformer() *FunctionTransformer {
	return &FunctionTransformer{Function: "identity"}
}

// Validate tells whether the function is known.
func (t *FunctionTransformer) Validate() error {
	if functions[t.Function] != nil {
		return nil
	}
	return config.Invalid("function", "no function %q; there are %v", t.Function, slices.Sorted(maps.Keys(functions)))
}

// Fit takes over the columns' names; y and rng are not used.
func (t *FunctionTransformer) Fit(x *table.Table, _ []float64, _ *rand.Rand) error {
	if err := transform.Learnable(t, x, table.Float); err != nil {
		return err
	}
	t.OneToOne(x)
	return nil
}

// Transform returns the function of each number.
func (t *FunctionTransformer) Transform(x *table.Table) (*table.Table, error) {
	return transform.Run(t, x)
}

// Apply is Transform on the columns of the signature.
func (t *FunctionTransformer) Apply(dst, src []*table.Column) error {
	f := functions[t.Function]
	if f == nil { // a saved model may name one that this program lacks
		return t.Validate()
	}
	return applyFunction(t.Function, f, &t.Signature, dst, src)
}

// InPlace tells whether Apply may write over its input.
func (t *FunctionTransformer) InPlace() bool { return true }

func (t *FunctionTransformer) String() string {
	return transform.Line("function_transformer", "function", t.Function)
}

// applyFunction puts f, which has the name, of each number of src into dst.
func applyFunction(name string, f func(float64) float64, sig *transform.Signature, dst, src []*table.Column) error {
	for j, c := range src {
		out := dst[j].Floats
		for i, v := range c.Floats {
			r := f(v)
			if r-r != 0 && v == v { // not finite, and not for being null
				return transform.BadValue(sig.In[j].Name, i, "%s(%v) is not a finite number", name, v)
			}
			out[i] = r
		}
	}
	return nil
}
