// Package sketch sums up a column of any length in a bounded memory: numbers by
// their distribution, texts by their counts, and how many different ones there
// are. The same values in the same order give the same sketch.
package sketch

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	// exactValues is how many distinct numbers Quantiles counts exactly.
	exactValues = 1024
	// bufferSize is how many numbers one buffer of Quantiles holds.
	bufferSize = 1024
	// allTaken is up to how many numbers each one goes to a buffer.
	allTaken = 1 << 17
)

// Quantiles sums up the distribution of numbers. While there are at most 1024
// different ones it is exact. Beyond, it keeps buffers of 1024: one that is
// full is sorted, and every second of its numbers, beginning with the first or
// the second by lot, stands for two in the next buffer (Manku, Rajagopalan &
// Lindsay 1999, with the lot of Karnin, Lang & Liberty 2016).
//
// A buffer of weight w that is halved moves the rank of a number by at most w,
// up or down by lot, so that the errors add up as a random walk: the standard
// deviation of the rank of a number is below √2/1024 = 0.14 % of the count.
// Beyond 131,072 numbers one of 2, then of 4, 8, … is drawn and stands for all
// of them, which adds as much again: 0.2 % in all, at any count.
//
// The memory is 8 KB for each doubling of the count beyond 1024.
type Quantiles struct {
	count    int
	min, max float64
	exact    map[float64]int // nil once there are too many
	buffers  [][]float64     // the numbers of buffer i weigh 2^i
	lot      *rand.Rand

	// Of every block of 2^level numbers, the one at place drawn is kept.
	level, at, drawn int
	kept             float64
}

// NewQuantiles returns a sketch of no numbers.
func NewQuantiles() *Quantiles {
	return &Quantiles{exact: map[float64]int{}, lot: rand.New(rand.NewPCG(1, 2))}
}

// Exact tells whether no number was left out.
func (q *Quantiles) Exact() bool { return q.exact != nil || len(q.buffers) <= 1 }

// Add adds a finite number; it panics for another.
func (q *Quantiles) Add(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("sketch: %v is not finite", v))
	}
	v += 0 // -0 is 0
	if q.count == 0 {
		q.min, q.max = v, v
	}
	q.min, q.max = min(q.min, v), max(q.max, v)
	q.count++
	if q.exact == nil {
		q.draw(v)
		return
	}
	q.exact[v]++
	if len(q.exact) > exactValues {
		q.spill()
	}
}

// draw keeps one number of each block.
func (q *Quantiles) draw(v float64) {
	if q.at == 0 {
		for q.level = 0; q.count>>q.level > allTaken; {
			q.level++
		}
		if q.level == 0 {
			q.push(0, v)
			return
		}
		q.kept, q.drawn = v, int(q.lot.Uint64()>>(64-q.level))
	}
	if q.at == q.drawn {
		q.kept = v
	}
	if q.at++; q.at == 1<<q.level {
		q.at = 0
		q.push(q.level, q.kept)
	}
}

// spill moves what was counted exactly to the buffers: a number that came n
// times goes to the buffers of the powers of two that make up n.
func (q *Quantiles) spill() {
	exact := q.exact
	q.exact = nil
	for _, v := range slices.Sorted(maps.Keys(exact)) {
		for level, n := 0, exact[v]; n > 0; level, n = level+1, n/2 {
			if n%2 == 1 {
				q.push(level, v)
			}
		}
	}
}

func (q *Quantiles) push(level int, v float64) {
	for len(q.buffers) <= level {
		q.buffers = append(q.buffers, make([]float64, 0, bufferSize))
	}
	q.buffers[level] = append(q.buffers[level], v)
	b := q.buffers[level]
	if len(b) < bufferSize {
		return
	}
	slices.Sort(b)
	q.buffers[level] = b[:0]
	for i := int(q.lot.Uint64() & 1); i < len(b); i += 2 {
		q.push(level+1, b[i])
	}
}

// Points returns the distribution as weighted points. The least and the
// greatest number are always among them.
func (q *Quantiles) Points() Points {
	if q.exact != nil {
		return q.counted()
	}
	type point struct{ v, w float64 }
	var all []point
	for level, b := range q.buffers {
		for _, v := range b {
			all = append(all, point{v, math.Ldexp(1, level)})
		}
	}
	if q.at > 0 { // a block that is not full
		all = append(all, point{q.kept, float64(q.at)})
	}
	slices.SortFunc(all, func(a, b point) int { return cmp.Compare(a.v, b.v) })
	p := Points{Exact: q.Exact()}
	for _, x := range all {
		p.add(x.v, x.w)
	}
	p.stretch(q.min, q.max)
	return p
}

func (q *Quantiles) counted() Points {
	p := Points{Exact: true, Values: slices.Sorted(maps.Keys(q.exact))}
	for _, v := range p.Values {
		p.Weights = append(p.Weights, float64(q.exact[v]))
	}
	return p
}
