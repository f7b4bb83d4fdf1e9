package metrics

import (
	"cmp"
	"math/rand/v2"

	"example.com/engine/random"
)

// units is what is resampled: rows, or rows that belong together.
type units struct {
	kind  string // rows, groups or what Data calls them, blocks of time
	count int
	of    []int     // the unit of each row; nil if each row is its own
	base  []float64 // weights of the rows
	rows  int
	least int // that an interval needs
}

// newUnits returns the rows, or the groups of them that d names.
func newUnits(d Data) units {
	u := units{kind: "rows", count: len(d.Y), base: d.W, rows: len(d.Y), least: LeastUnits}
	if d.Groups == nil {
		return u
	}
	number := map[uint64]int{}
	of := make([]int, len(d.Groups))
	for i, name := range d.Groups {
		if _, seen := number[name]; !seen {
			number[name] = len(number)
		}
		of[i] = number[name]
	}
	if len(number) < u.rows {
		u.kind, u.count, u.of = cmp.Or(d.Kind, "groups"), len(number), of
	}
	return u
}

// unit is that of a row.
func (u units) unit(row int) int {
	if u.of == nil {
		return row
	}
	return u.of[row]
}

// effective is the number of units of one size that are worth as much: (Σn)² / Σn²
// for units of the weights n (Kish 1965, Survey Sampling; Carter, Schnepel and
// Steigerwald 2017, "Asymptotic behavior of a t-test robust to cluster
// heterogeneity"). It is 0 without weight.
func (u units) effective() float64 {
	size, sum, squares := make([]float64, u.count), 0.0, 0.0
	for i := range u.rows {
		size[u.unit(i)] += weightAt(u.base, i)
	}
	for _, n := range size {
		sum += n
		squares += n * n
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / squares
}

// draw writes to w how often each row is drawn, times its weight.
func (u units) draw(w []float64, rng *rand.Rand) {
	counts := w
	if u.of != nil {
		counts = make([]float64, u.count)
	}
	clear(counts)
	for range u.count {
		counts[rng.IntN(u.count)]++
	}
	u.spread(w, counts)
}

// spread writes to w the count of each row's unit times its weight. Where the
// rows are the units, counts may be w.
func (u units) spread(w, counts []float64) {
	for i := range w {
		w[i] = counts[u.unit(i)]
		if u.base != nil {
			w[i] *= u.base[i]
		}
	}
}

// mostParts bounds the parts that are left out in turn.
const mostParts = 200

// leaveOut returns the metric without each unit in turn, or without each of 200
// parts of the units, which are dealt out by the seed.
func (u units) leaveOut(score Scorer, seed uint64) []float64 {
	part := make([]int, u.count)
	for k := range part {
		part[k] = k
	}
	parts := min(u.count, mostParts)
	if u.count > parts {
		random.New(seed, "parts").Shuffle(u.count, func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	left, w, counts := make([]float64, parts), make([]float64, u.rows), make([]float64, u.count)
	for p := range left {
		for unit := range counts {
			counts[unit] = 1
			if part[unit]%parts == p {
				counts[unit] = 0
			}
		}
		u.spread(w, counts)
		left[p] = score(w)
	}
	return left
}
