package transform

import (
	"sync"

	"example.com/engine/table"
)

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
