// Package transform turns columns into the numbers that an estimator takes.
//
// This package has what transformers share: their contract, the registry, and
// how they run over blocks of rows. Those that come with the engine are in
// package steps, a project's own in src/own. The settings of a transformer and
// what it learned are exported fields of one struct: the settings carry yaml
// tags, what it learned carries yaml:"-", and JSON carries both, which is how a
// fitted pipeline is saved.
//
// [Pipeline] applies transformers one after the other, [ColumnTransformer]
// applies pipelines to groups of columns and puts the results side by side.
//
// A transformer is one file, in any package: a struct with its
// settings, the embedded [Signature] and what it learns; Fit; Transform, which
// is a call of [Run]; Apply, the arithmetic on rows; String; and a line in init
// that registers its name. Methods that some have besides are [InPlacer],
// [Depender], [Arrayer], [FitTransformer], and Validate, which checks settings
// beyond their tags.
package transform

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"example.com/engine/table"
)

// Transformer learns from training rows and maps columns to columns.
type Transformer interface {
	// Fit learns from the columns of x, and forgets what it knew. y is the
	// target (class codes for a classification), or nil; rng is used by what
	// draws numbers.
	Fit(x *table.Table, y []float64, rng *rand.Rand) error
	// Transform returns one row for each row of x and leaves x as it was. What
	// it returns may share with x what it did not change. A null gives a null
	// unless the transformer says otherwise. It is safe for concurrent use.
	Transform(x *table.Table) (*table.Table, error)
}

// FitTransformer is a Transformer whose output on its own training rows
// differs from Transform, as with cross-fitted target statistics. What it sets
// aside it takes from [selection.Parts], which ctx tells how rows hang together.
type FitTransformer interface {
	Transformer
	FitTransform(ctx context.Context, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error)
}

// Arrayer has learned slices that are too long for JSON. Arrays returns pointers
// to them by name, for saving and for loading; before what they belong to is
// learned or read from JSON it may return nil.
type Arrayer interface{ Arrays() map[string]any }

// fitTransform is FitTransform where t has it, else Fit and Transform.
func fitTransform(ctx context.Context, t Transformer, x *table.Table, y []float64, rng *rand.Rand) (*table.Table, error) {
	if ft, ok := t.(FitTransformer); ok {
		return ft.FitTransform(ctx, x, y, rng)
	}
	if err := t.Fit(x, y, rng); err != nil {
		return nil, err
	}
	return t.Transform(x)
}

// kinds are the transformers by the name that a configuration uses, each with
// its default settings.
var kinds = map[string]func() Rowwise{}

// Register adds a kind, in the init of the file that has it; create returns one
// with its default settings. A name that is taken is a mistake in the program,
// and panics.
func Register(kind string, create func() Rowwise) {
	if kinds[kind] != nil {
		panic("transform: two transformers are named " + kind)
	}
	kinds[kind] = create
}

// Kinds returns the names of all transformers, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// New returns the transformer of that kind with its default settings.
func New(kind string) (Transformer, error) {
	create, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("no transformer %q; there are %v", kind, Kinds())
	}
	return create(), nil
}

// Matrix returns the numbers of t, rows × columns, as estimators take them. A
// column that is not a number is an error. Nulls are NaN.
func Matrix(t *table.Table) (*mat.Dense, error) {
	dst, err := newMatrix(t.Len(), t.Width())
	if err != nil {
		return nil, err
	}
	return dst, MatrixInto(dst, t)
}

// MatrixInto is Matrix into dst, which must have as many rows and columns as
// t; it panics where it has not. It does not allocate.
func MatrixInto(dst *mat.Dense, t *table.Table) error {
	checkSize(dst, t.Len(), t.Width())
	for _, c := range t.Columns() {
		if c.Kind != table.Float {
			return notNumber(c.Name, c.Kind)
		}
	}
	if t.Len() <= blockRows {
		transpose(dst, 0, t.Columns(), 0, t.Len())
		return nil
	}
	return Blocks(t.Len(), func(from, to int) error {
		transpose(dst, from, t.Columns(), from, to)
		return nil
	})
}

// newMatrix makes room; gonum has no matrices without rows or columns.
func newMatrix(rows, columns int) (*mat.Dense, error) {
	if rows == 0 || columns == 0 {
		return nil, fmt.Errorf("%d rows of %d columns make no matrix", rows, columns)
	}
	return mat.NewDense(rows, columns, nil), nil
}

func checkSize(dst *mat.Dense, rows, columns int) {
	if r, c := dst.Dims(); r != rows || c != columns {
		panic(fmt.Sprintf("transform: a matrix of %d × %d for %d × %d numbers", r, c, rows, columns))
	}
}

func notNumber(name string, kind table.Kind) error {
	return fmt.Errorf("column %q is a %v, not a number; encode or drop it", name, kind)
}

// transpose copies rows from <= i < to of cols into dst, from its row at on.
func transpose(dst *mat.Dense, at int, cols []*table.Column, from, to int) {
	raw := dst.RawMatrix()
	for j, c := range cols {
		k := at*raw.Stride + j
		for _, v := range c.Floats[from:to] {
			raw.Data[k] = v
			k += raw.Stride
		}
	}
}

// matrixInto is run and MatrixInto without the table in between.
func matrixInto(t Rowwise, dst *mat.Dense, x *table.Table) error {
	sig := t.signature()
	a := borrow()
	defer a.giveBack()
	src, err := bind(a, sig, x)
	if err != nil {
		return err
	}
	if f, ok := AllNumbers(sig.Out); !ok {
		return notNumber(f.Name, f.Kind)
	}
	checkSize(dst, x.Len(), len(sig.Out))
	if x.Len() <= blockRows {
		err = blockInto(t, a, dst, 0, src, x.Len())
	} else {
		err = blocksInto(t, dst, src, x.Len())
	}
	return locate(err, x)
}

func blocksInto(t Rowwise, dst *mat.Dense, src []*table.Column, n int) error {
	return Blocks(n, func(from, to int) error {
		a := borrow()
		defer a.giveBack()
		return blockInto(t, a, dst, from, a.view(src, from, to), to-from)
	})
}

// blockInto transforms n rows into dst from its row at on.
func blockInto(t Rowwise, a *arena, dst *mat.Dense, at int, src []*table.Column, n int) error {
	cols := a.blank(t.signature().Out, n)
	if err := apply(t, a, cols, src); err != nil {
		return err
	}
	transpose(dst, at, cols, 0, n)
	return nil
}

// arena lends the memory that one run over a block of rows needs in between
// and takes it back as a whole, so that a run on one row allocates nothing but
// its result. What it lends holds anything.
type arena struct {
	numbers  pool[float64]
	columns  pool[table.Column]
	pointers pool[*table.Column]
}

var arenas = sync.Pool{New: func() any { return new(arena) }}

func borrow() *arena { return arenas.Get().(*arena) }

func (a *arena) giveBack() {
	a.numbers.reset()
	a.columns.reset()
	a.pointers.reset()
	arenas.Put(a)
}

// blank returns columns of the given fields; those of numbers have n rows.
func (a *arena) blank(list []Field, n int) []*table.Column {
	cols, out := a.columns.take(len(list)), a.pointers.take(len(list))
	for i, f := range list {
		cols[i] = table.Column{Name: f.Name, Kind: f.Kind}
		if f.Kind == table.Float {
			cols[i].Floats = a.numbers.take(n)
		}
		out[i] = &cols[i]
	}
	return out
}

// view returns rows from <= i < to of the columns, sharing their values.
func (a *arena) view(list []*table.Column, from, to int) []*table.Column {
	cols, out := a.columns.take(len(list)), a.pointers.take(len(list))
	for i, c := range list {
		cols[i] = table.Column{Name: c.Name, Kind: c.Kind, Levels: c.Levels}
		switch v := &cols[i]; c.Kind {
		case table.Float:
			v.Floats = c.Floats[from:to]
		case table.Category:
			v.Codes = c.Codes[from:to]
		case table.Time:
			v.Times = c.Times[from:to]
		default:
			v.Texts = c.Texts[from:to]
		}
		out[i] = &cols[i]
	}
	return out
}

// pool hands out parts of one slice from front to back.
type pool[T any] struct{ all, free []T }

func (p *pool[T]) take(n int) []T {
	if n > len(p.free) {
		p.all = make([]T, max(n, 2*len(p.all), 64))
		p.free = p.all
	}
	part := p.free[:n:n]
	p.free = p.free[n:]
	return part
}

func (p *pool[T]) reset() { p.free = p.all }
